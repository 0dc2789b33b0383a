import type { Database } from '../src/storage/database.js';
import type { Release } from '../src/storage/dataRelease.js';
import { countLatents } from '../src/storage/latent.js';
import { rangesToEncode, type StarRange } from '../src/storage/spectrumScan.js';
import type { Crew, TaskCourse } from './tasks/task.js';

/** What encoding did: spectra encoded, and how many of them have no latent, by reason. */
export interface EncodedCounts {
  readonly encoded: number;
  readonly withoutLatent: Readonly<Record<string, number>>;
}

/** A part of an encoding: the spectra of a range of stars. */
export interface EncodePart extends StarRange {
  readonly release: string;
  readonly model: string;
}

/** How often what is missing is looked for anew: spectra that come in or change meanwhile are encoded too, but a run ends. */
export const ROUNDS = 5;

/** Encodes what is missing of a release by the crew: ranges of stars, so many spectra each. */
export async function encodeTogether(
  db: Database,
  crew: Crew,
  release: Release,
  modelId: string,
  jobSpectra: number,
  course: TaskCourse,
): Promise<EncodedCounts> {
  const shown = { stage: 'encode', unit: 'spectra', detail: `${release.name} under ${modelId}` };
  const before = await countLatents(db, modelId, release.id, true);
  const withoutLatent: Record<string, number> = {};
  await crew.finish(course, shown);
  for (let round = 0; round < ROUNDS; round++) {
    const ranges = await rangesToEncode(db, release.id, modelId, jobSpectra);
    if (!ranges.length) break;
    const parts = ranges.map(({ after, upTo, spectra }) => ({
      task: { release: release.name, model: modelId, after, upTo } satisfies EncodePart,
      total: spectra,
    }));
    for (const { counts } of await crew.share('encode', parts, course, shown))
      for (const [reason, count] of Object.entries((counts as EncodedCounts | null)?.withoutLatent ?? {}))
        withoutLatent[reason] = (withoutLatent[reason] ?? 0) + count;
  }
  return { encoded: (await countLatents(db, modelId, release.id, true)) - before, withoutLatent };
}

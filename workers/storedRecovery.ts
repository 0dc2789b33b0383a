import { twinRecovery } from '../src/science/evaluation/twinRecovery.js';
import { listReleases, type Release } from '../src/storage/dataRelease.js';
import { searchedVectors } from '../src/storage/latent.js';
import { listModels, type StoredModel } from '../src/storage/model.js';
import { loadTwins } from '../src/storage/siblingGroup.js';
import type { TaskCourse, Workplace } from './tasks/task.js';

/** How often the true twin of a star is the nearest of all others, for one model on one set of spectra. */
export interface RecoveryRow {
  readonly model: string;
  /** A release's name or a file's. */
  readonly set: string;
  /** Whether the model was trained on these spectra; it never saw who is whose twin. */
  readonly trainedOn: boolean;
  readonly candidates: number;
  readonly queries: number;
  /** Share of queries whose true twin comes first, its standard error, and what chance would give; 0..1. */
  readonly recovered: number;
  readonly standardError: number;
  readonly chance: number;
  /** Median over queries of the number of stars closer than the true twin. */
  readonly medianCloser: number;
}

/** Twin recovery by plain L2 of the searched vectors as they are stored, for every model on every release whose twins are known: no spectrum is read. */
export async function storedRecovery(place: Workplace, course: TaskCourse): Promise<RecoveryRow[]> {
  const rows: RecoveryRow[] = [];
  for (const model of await listModels(place.db))
    for (const release of await listReleases(place.db)) rows.push(...(await onRelease(place, model, release, course)));
  return rows;
}

async function onRelease(
  { db }: Workplace,
  model: StoredModel,
  release: Release,
  course: TaskCourse,
): Promise<RecoveryRow[]> {
  const twins = await loadTwins(db, release.id);
  const stars = twins.length ? await searchedVectors(db, model.id, release.id) : [];
  if (!stars.length) return [];
  const rowOf = new Map(stars.map(({ starId }, row) => [starId, row]));
  const twin = new Int32Array(stars.length).fill(-1);
  for (const [a, b] of twins) {
    const [i, j] = [rowOf.get(a), rowOf.get(b)];
    if (i !== undefined && j !== undefined) [twin[i], twin[j]] = [j, i];
  }
  const vectors = stars.map(({ searched }) => searched);
  return [await measure(model, release.name, model.trainedOnId === release.id, vectors, twin, course.signal)];
}

async function measure(
  model: StoredModel,
  set: string,
  trainedOn: boolean,
  parts: readonly Float32Array[],
  twin: Int32Array,
  signal: AbortSignal,
): Promise<RecoveryRow> {
  const vectors = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    vectors.set(part, offset);
    offset += part.length;
  }
  const width = vectors.length / twin.length;
  const { queries, recovered, standardError, chance, median } = await twinRecovery(
    vectors,
    twin.length,
    width,
    twin,
    signal,
  );
  return {
    model: model.id,
    set,
    trainedOn,
    candidates: twin.length - 1,
    queries,
    recovered,
    standardError,
    chance,
    medianCloser: median,
  };
}

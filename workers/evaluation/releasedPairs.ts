import { loadTrueAbundances } from '../../src/storage/abundance.js';
import type { Release } from '../../src/storage/dataRelease.js';
import { evaluatedRevision } from '../../src/storage/evaluation.js';
import { inputChecksums } from '../../src/storage/inputChecksum.js';
import { loadTwins } from '../../src/storage/siblingGroup.js';
import { releaseGrid, type StoredSpectrum } from '../../src/storage/spectrum.js';
import { scanSpectra } from '../../src/storage/spectrumScan.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { LabelGatherer, type PairSet, type SetMember } from './pairSet.js';

/** The spectra of a release with its known twins, or null where none are known. */
export async function openReleasedPairs(
  { db, settings }: Workplace,
  release: Release,
  course: TaskCourse,
): Promise<PairSet | null> {
  const twins = await loadTwins(db, release.id);
  const grid = await releaseGrid(db, release.id);
  if (!twins.length || !grid) return null;
  const twinOf = new Map<string, string>(twins.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]));
  const abundances = await loadTrueAbundances(db, release.id);
  const gatherer = new LabelGatherer(settings.ingest.errorFloor);
  const scan = () =>
    scanSpectra(db, { releaseId: release.id, gridId: grid.id, visits: false, batch: settings.encode.batch });
  for await (const spectra of scan()) {
    course.signal.throwIfAborted();
    for (const spectrum of spectra) {
      const { starId } = spectrum;
      gatherer.add({
        ...memberOf(spectrum),
        twin: twinOf.get(starId) ?? null,
        abundances: abundances.get(starId) ?? null,
      });
    }
    course.report({ stage: 'read pairs', done: gatherer.rows, total: 0, unit: 'spectra', detail: release.name });
  }
  const revision = await evaluatedRevision(db, release.id);
  return {
    name: release.name,
    fingerprint: `release-${release.id}-${(await inputChecksums(db, { release: release.name })).spectra}`,
    simulated: release.simulated,
    release: { id: release.id, revision },
    labels: gatherer.labels('release', release.name),
    grid: grid.grid,
    async *read() {
      let start = 0;
      for await (const spectra of scan()) {
        yield { start, members: spectra.map(memberOf) };
        start += spectra.length;
      }
    },
  };
}

function memberOf({ starId, spectrum, parameters }: StoredSpectrum): SetMember {
  return { name: starId, spectrum, parameters };
}

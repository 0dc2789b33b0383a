import { storeAnalysis } from '../../src/storage/analysis.js';
import type { Database } from '../../src/storage/database.js';
import { type NewEvaluation, storeEvaluations } from '../../src/storage/evaluation.js';
import { storeProjection } from '../../src/storage/projection.js';
import { storeFoundGroups } from '../../src/storage/starGroup.js';
import { type Content, idOf, type Told } from './releasePlan.js';

/** Stores what was made of a release: a plane, what its twins share, a group in it and what was measured; and, where there is more than meets the eye, one of a revision that is still to come. */
export async function analyse(
  db: Database,
  modelId: string,
  { id, name, revision }: { id: number; name: string; revision: number },
  told: readonly Told[],
  content: Content,
): Promise<void> {
  const laidOut = told
    .flatMap((one) => (one.vector && one.visit === 0 ? [{ id: idOf(one), vector: one.vector }] : []))
    .sort((a, b) => Buffer.compare(Buffer.from(a.id), Buffer.from(b.id)));
  await storeEvaluations(db, evaluationsOf(modelId, { id, name, revision }, laidOut.length, content));
  if (laidOut.length === 0) return;
  const points = {
    ids: laidOut.map(({ id }) => id),
    x: Float32Array.from(laidOut, ({ vector }) => vector[0]),
    y: Float32Array.from(laidOut, ({ vector }) => vector[1]),
  };
  const analysis = { modelId, settings: {}, checksum: `${name} ${modelId}`, stars: laidOut.length, results: {} };
  await storeProjection(db, { ...analysis, method: 'pca', releases: [{ id, revision }] }, points);
  await db.transaction(async (tx) => {
    const releases = [{ id, revision }];
    const sharing = [{ condition: 'fibre', explains: true, reach: laidOut.length }];
    await storeAnalysis(tx, { ...analysis, method: 'systematics', releases, results: { sharing } });
  });
  if (content === 'whole')
    await storeProjection(db, { ...analysis, method: 'umap', releases: [{ id, revision: 9 }] }, points);
  const group = {
    members: points.ids,
    centre: Float32Array.from(laidOut[0].vector),
    spread: 1,
    score: laidOut.length,
    significance: 0.5,
    falsePositiveRate: 0.25,
  };
  await storeFoundGroups(db, { ...analysis, method: 'hdbscan', releases: [{ id, revision }] }, [group]);
  if (content === 'whole')
    await storeFoundGroups(db, { ...analysis, method: 'kmeans', releases: [{ id, revision: 9 }] }, [group, group]);
}

/** What was measured on a release, and on a file of its stars' number; and, where there is more than meets the eye, on a revision that is still to come. */
function evaluationsOf(
  modelId: string,
  { id, name, revision }: { id: number; name: string; revision: number },
  stars: number,
  content: Content,
): NewEvaluation[] {
  const results = {
    recovery: [],
    recasting: { all: { spectra: stars, meanResidual: 0.01, meanSquaredError: 1e-4 }, far: null },
    abundances: null,
    faults: null,
    trainedOn: false,
    notes: [name],
  };
  const measured = { modelId, spectra: stars, pairs: 1, simulated: true, noiseless: true };
  const told = { ...measured, parts: ['recasting'], queries: null, seed: 1, results };
  const of = (seenFrom: number) => ({
    ...told,
    set: name,
    setKey: `${name} ${seenFrom}`,
    release: { id, revision: seenFrom },
  });
  const nothing = { ...results, recasting: null, notes: [] };
  const file = { ...told, set: 'pairs.h5', setKey: 'pairs', release: null, spectra: 2, results: nothing };
  if (stars === 0) return [file];
  return content === 'whole' ? [of(revision), of(9), file] : [of(revision), file];
}

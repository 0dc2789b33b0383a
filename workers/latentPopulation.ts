import type { LatentPopulation } from '../src/domain/falseTwins.js';
import { principalAxes } from '../src/science/surveyAnalysis/principalAxes.js';
import { joinRows } from '../src/science/surveyAnalysis/vectorSet.js';
import type { Database } from '../src/storage/database.js';
import { sampleSearched, storePopulation } from '../src/storage/latentPopulation.js';

/** Stars that the covariance is taken from: of 20 latents it is then known to a percent or two. */
const SAMPLE = 10_000;
/** Fewer tell nothing of a population. */
const FEWEST = 100;

/** Describes how the latents of a release lie under a model, for the rates of false twins; nothing where they are few. Made anew by every encoding: it is .2 s of work. */
export async function describePopulation(db: Database, modelId: string, releaseId: number): Promise<void> {
  const { revision, vectors } = await sampleSearched(db, modelId, releaseId, SAMPLE);
  if (revision === null || vectors.length < FEWEST) return;
  await storePopulation(db, { modelId, releaseId, revision }, populationOf(vectors), vectors.length);
}

/** Mean, principal axes and the variances along them. */
function populationOf(vectors: readonly Float32Array[]): LatentPopulation {
  const { mean, axes, variances } = principalAxes(joinRows(vectors));
  // A latent that the model left idle has no width at all.
  const floor = 1e-9 * Math.max(...variances);
  return {
    mean: Array.from(mean),
    axes: axes.flatMap((axis) => Array.from(axis)),
    variances: Array.from(variances, (variance) => Math.max(variance, floor)),
  };
}

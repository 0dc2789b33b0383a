import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { LatentPopulation } from '../src/domain/falseTwins.js';
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
export function populationOf(vectors: readonly Float32Array[]): LatentPopulation {
  const n = vectors[0].length;
  const mean = Array.from({ length: n }, (_, k) => vectors.reduce((sum, v) => sum + v[k], 0) / vectors.length);
  const covariance = Matrix.zeros(n, n);
  for (const vector of vectors)
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++)
        covariance.set(i, j, covariance.get(i, j) + ((vector[i] - mean[i]) * (vector[j] - mean[j])) / vectors.length);
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) covariance.set(j, i, covariance.get(i, j));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  // A latent that the model left idle has no width at all.
  const floor = 1e-9 * Math.max(...realEigenvalues);
  return {
    mean,
    axes: eigenvectorMatrix.transpose().to1DArray(),
    variances: realEigenvalues.map((variance) => Math.max(variance, floor)),
  };
}

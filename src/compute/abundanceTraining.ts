import type { Report } from '../domain/progress.js';
import { trainEstimator } from '../science/abundances/estimatorTraining.js';
import type { Backend } from '../science/networks/backend.js';
import type { AbundanceTraining, TrainedEstimator } from './compute.js';

/** Trains an estimator in this process, and gives it in bytes. */
export async function trainAbundances(
  backend: Backend,
  { method, parameters, reference, seed, calibration }: AbundanceTraining,
  course: { readonly report: Report; readonly signal: AbortSignal },
): Promise<TrainedEstimator> {
  const estimator = await trainEstimator(backend, method, parameters, reference, { ...course, seed, calibration });
  const { figures, differential } = estimator.told;
  const trained = { artefact: estimator.toArtefact(), figures, differential };
  estimator.dispose();
  return trained;
}

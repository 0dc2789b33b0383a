import type { EstimatedAbundances } from '../../src/compute/compute.js';
import {
  countLatentsToEstimate,
  type EstimateRow,
  type LatentToEstimate,
  scanLatentsToEstimate,
  storeEstimates,
} from '../../src/storage/abundanceEstimate.js';
import { listEstimators, loadEstimatorArtefact, type StoredEstimator } from '../../src/storage/abundanceEstimator.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { toEstimateInput } from './estimateInput.js';

/** Stars per call of an estimator. */
const BATCH = 1000;

/**
 * Gives every latent of combined spectra under a model its abundances, by all estimators that may answer for it; rows that exist stay. Idempotent by (star, release, estimator).
 * @param releaseId null: all releases
 * @returns how many were made
 */
export async function estimateMissing(
  place: Workplace,
  modelId: string,
  releaseId: number | null,
  course: TaskCourse,
): Promise<number> {
  let made = 0;
  for (const estimator of answering(await listEstimators(place.db, modelId)))
    made += await estimateBy(place, estimator, releaseId, course);
  return made;
}

/** Of each method the newest for each state of a release that it learnt from: an older one answers nobody any more. */
function answering(estimators: readonly StoredEstimator[]): StoredEstimator[] {
  const newest = new Map<string, StoredEstimator>();
  for (const estimator of estimators) {
    const key = `${estimator.method} ${estimator.releaseId} ${estimator.revision}`;
    if (!newest.has(key)) newest.set(key, estimator);
  }
  return [...newest.values()];
}

async function estimateBy(
  { db, compute }: Workplace,
  estimator: StoredEstimator,
  releaseId: number | null,
  course: TaskCourse,
): Promise<number> {
  const selection = { modelId: estimator.modelId, releaseId, missingUnder: estimator.id };
  const total = await countLatentsToEstimate(db, selection);
  const source = { id: estimator.id, load: () => loadEstimatorArtefact(db, estimator.id) };
  let [done, made] = [0, 0];
  for await (const stars of scanLatentsToEstimate(db, { ...selection, batch: BATCH })) {
    course.signal.throwIfAborted();
    const estimated = await compute.estimateAbundances(source, toEstimateInput(stars));
    made += await storeEstimates(db, estimator, toRows(stars, estimated));
    done += stars.length;
    course.report({ stage: 'estimate', done, total, unit: 'stars', detail: estimator.id });
  }
  return made;
}

function toRows(stars: readonly LatentToEstimate[], estimated: EstimatedAbundances): EstimateRow[] {
  const species = estimated.value.length / stars.length;
  return stars.map(({ starId, releaseId, revision, stamp }, row) => {
    const own = (values: Float32Array) => Array.from(values.subarray(row * species, (row + 1) * species));
    const { value, sigma, half95, noise, reason } = estimated;
    return {
      starId,
      releaseId,
      revision,
      stamp,
      value: own(value),
      sigma: own(sigma),
      half95: own(half95),
      noise: own(noise),
      reason: reason.slice(row * species, (row + 1) * species),
    };
  });
}

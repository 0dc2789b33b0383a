import { describeReason } from '../../domain/abundance.js';
import type { AbundanceEstimate } from '../../storage/abundanceEstimate.js';
import type { StoredEstimator } from '../../storage/abundanceEstimator.js';
import { type Abundance, intervalOf } from './type.js';

/**
 * What an estimator made of one spectrum.
 * @param estimate with the name of its release, null where it is of none
 */
export function toAbundances(
  estimator: StoredEstimator,
  estimate: AbundanceEstimate & { readonly release: string | null },
): Abundance[] {
  const { id, method, modelId, trainedOn, elements, figures } = estimator;
  return elements.map((element, i) => {
    const [value, sigma, reason] = [estimate.value[i], estimate.sigma[i], estimate.reason[i]];
    return {
      element,
      value,
      sigma,
      noise: estimate.noise[i],
      interval68: intervalOf(value, sigma),
      interval95: intervalOf(value, estimate.half95[i]),
      reliable: reason === null,
      reason: reason && describeReason(reason, figures[i]),
      method,
      model: modelId,
      release: estimate.release,
      estimator: id,
      trainedOn,
    };
  });
}

import { InputError } from '../domain/errors.js';
import type { TwinMetric } from '../science/latents/metric/twinMetric.js';
import type { ChiSquare, StarEvidence } from './compute.js';
import type { WeighedStars } from './weighedStars.js';

/**
 * Log Bayes factors of one star with many. NaN where the evidence of either cannot be used: one damaged latent must not take the answer about the others with it.
 * @throws InputError for evidence of another model
 */
export function rankBy(stars: WeighedStars, own: StarEvidence, candidates: readonly StarEvidence[]): Float64Array {
  const { metric } = stars;
  for (const evidence of [own, ...candidates]) metric.requireSize(evidence);
  const star = stars.weigh(own);
  return Float64Array.from(candidates, (candidate) => {
    const other = star && stars.weigh(candidate);
    return star && other ? metric.logBayesFactor(star, other) : Number.NaN;
  });
}

/** As rankBy, with null for NaN. */
export function compareBy(
  metric: TwinMetric,
  own: StarEvidence,
  candidates: readonly StarEvidence[],
): (ChiSquare | null)[] {
  for (const evidence of [own, ...candidates]) metric.requireSize(evidence);
  return candidates.map((candidate) => {
    try {
      return metric.chiSquare(own, candidate);
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  });
}

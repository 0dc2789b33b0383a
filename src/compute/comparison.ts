import { InputError } from '../domain/errors.js';
import type { TwinMetric } from '../science/latents/metric/twinMetric.js';
import type { ChiSquare, StarEvidence } from './compute.js';
import type { PlacedStar, WeighedStars } from './weighedStars.js';

/** One star to be compared with those in some places, of which the fresh ones are told. */
export interface RankInput {
  readonly own: StarEvidence;
  readonly fresh: readonly PlacedStar[];
  readonly places: Int32Array;
}

/**
 * Log Bayes factors of one star with many. NaN where the evidence of either cannot be used: one damaged latent must not take the answer about the others with it.
 * @throws InputError for evidence of another model
 */
export function rankBy(stars: WeighedStars, { own, fresh, places }: RankInput): Float64Array {
  for (const star of fresh) stars.keep(star);
  stars.metric.requireSize(own);
  const star = stars.weigh(own);
  const factors = new Float64Array(places.length).fill(Number.NaN);
  if (star)
    places.forEach((place, i) => {
      const other = stars.at(place);
      if (other) factors[i] = stars.metric.logBayesFactor(star, other);
    });
  return factors;
}

/** How far a star is from others; null where rankBy has NaN. */
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

import { InputError } from '../domain/errors.js';
import type { TwinMetric } from '../science/latents/metric/twinMetric.js';
import type { ChiSquare, StarEvidence } from './compute.js';
import type { PlacedStar, WeighedStars } from './weighedStars.js';

/** Stars to be compared with those in some places, of which the fresh ones are told. */
export interface RankInput {
  readonly owns: readonly StarEvidence[];
  readonly fresh: readonly PlacedStar[];
  /** Of each pair which of `owns`, in their order, and where the other is. */
  readonly searches: Int32Array;
  readonly places: Int32Array;
}

/**
 * Log Bayes factors of pairs. NaN where the evidence of either cannot be used: one damaged latent must not take the answer about the others with it.
 * @throws InputError for evidence of another model
 */
export function rankBy(stars: WeighedStars, { owns, fresh, searches, places }: RankInput): Float64Array {
  for (const star of fresh) stars.keep(star);
  for (const own of owns) stars.metric.requireSize(own);
  const weighed = owns.map((own) => stars.weigh(own));
  return Float64Array.from(places, (place, pair) => {
    const [own, other] = [weighed[searches[pair]], stars.at(place)];
    return own && other ? stars.metric.logBayesFactor(own, other) : Number.NaN;
  });
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

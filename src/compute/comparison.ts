import { InputError } from '../domain/errors.js';
import type { TwinMetric } from '../science/latents/metric/twinMetric.js';
import type { ChiSquare, StarEvidence } from './compute.js';

/**
 * Log Bayes factors of one star with many: some 30 µs each for 20 latents, most of it to prepare the candidate. NaN where the evidence of either cannot be used: one damaged
 * latent must not take the answer about the others with it.
 * @throws InputError for evidence of another model
 */
export function rankBy(metric: TwinMetric, own: StarEvidence, candidates: readonly StarEvidence[]): Float64Array {
  for (const evidence of [own, ...candidates]) metric.requireSize(evidence);
  const star = usable(() => metric.weigh(own));
  return Float64Array.from(candidates, (candidate) => {
    const other = star && usable(() => metric.weigh(candidate));
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
  return candidates.map((candidate) => usable(() => metric.chiSquare(own, candidate)));
}

function usable<T>(work: () => T): T | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}

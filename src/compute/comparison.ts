import type { TwinMetric } from '../science/latents/metric/twinMetric.js';
import type { ChiSquare, StarEvidence } from './compute.js';

/** Log Bayes factors of one star with many: some 30 µs each for 20 latents, most of it to prepare the candidate. */
export function rankBy(metric: TwinMetric, own: StarEvidence, candidates: readonly StarEvidence[]): Float64Array {
  const star = metric.weigh(own);
  return Float64Array.from(candidates, (candidate) => metric.logBayesFactor(star, metric.weigh(candidate)));
}

export function compareBy(metric: TwinMetric, own: StarEvidence, candidates: readonly StarEvidence[]): ChiSquare[] {
  return candidates.map((candidate) => metric.chiSquare(own, candidate));
}

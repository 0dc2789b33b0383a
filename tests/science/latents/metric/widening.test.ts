import { describe, expect, it } from 'vitest';
import type { Evidence } from '../../../../src/science/latents/metric/evidence.js';
import { TwinMetric } from '../../../../src/science/latents/metric/twinMetric.js';
import { bestWidening, searchWidening } from '../../../../src/science/latents/metric/widening.js';
import { gaussians } from '../randomNumbers.js';
import { draw, evidenceOf, randomCovariance, randomInformation, times } from './randomEvidence.js';

const N = 5;
const PAIRS = 250;

/** Twins whose r differ by twice `scale` W0, as told to a metric that believes W0. */
function twins(scale: number) {
  const normal = gaussians(21);
  const inconsistency = randomCovariance(N, 0.02, normal);
  const unit = Float64Array.from({ length: N * N }, (_, at) => (at % (N + 1) ? 0 : 1));
  const metric = new TwinMetric({ scatter: inconsistency, inconsistency, widening: 1, population: null });
  const legs: Evidence[][] = [[], []];
  const vectors: number[][] = [[], []];
  for (let pair = 0; pair < PAIRS; pair++) {
    const r = draw(unit, N, normal);
    legs.forEach((leg, i) => {
      const information = randomInformation(N, 2 * N, 8, normal);
      const shift = draw(inconsistency, N, normal);
      const own = r.map((x, k) => x + Math.sqrt(scale) * shift[k]);
      const noise = draw(information, N, normal);
      leg.push(
        evidenceOf(
          information,
          times(information, own).map((e, k) => e + noise[k]),
        ),
      );
      vectors[i].push(...own);
    });
  }
  const [first, second] = legs.map((evidence, i) => ({ evidence, searched: Float32Array.from(vectors[i]) }));
  return searchWidening(metric, first, second);
}

describe('the widening', () => {
  it.each([
    [0.1, 0.05, 0.2],
    [0.5, 0.3, 1],
    [2, 1, 3],
  ])('is found where twins differ by %f of what the metric believes', (scale, least, most) => {
    const trials = twins(scale);
    const { widening, recovered } = bestWidening(trials);
    expect(widening).toBeGreaterThanOrEqual(least);
    expect(widening).toBeLessThanOrEqual(most);
    expect(recovered).toBeGreaterThan(0.6);
    expect(trials.length).toBeLessThanOrEqual(9);
  });
});

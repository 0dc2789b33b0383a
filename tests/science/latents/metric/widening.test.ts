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
  return searchWidening(metric, first, second, 0.3);
}

describe('the widening', () => {
  it('is no less than usual where twins differ more than the metric believes, and no more where they differ less', () => {
    const [less, more] = [0.02, 8].map((scale) => bestWidening(twins(scale), PAIRS, 0.3));
    expect(less.widening).toBeLessThanOrEqual(0.3);
    expect(less.recovered).toBeGreaterThan(0.6);
    expect(more.widening).toBeGreaterThanOrEqual(0.3);
  });

  it('is the usual one unless another finds more twins than chance would have it', () => {
    const trial = (widening: number, recovered: number) => ({ widening, recovered, logProbability: 0 });
    const trials = [trial(0.1, 0.9), trial(0.2, 0.95), trial(0.3, 0.97), trial(0.5, 0.98), trial(1, 0.99)];
    expect(bestWidening(trials, 20, 0.3).widening).toBe(0.3);
    expect(bestWidening(trials, 100, 0.3).widening).toBe(0.5);
    expect(bestWidening(trials, 10_000, 0.3).widening).toBe(1);
    expect(bestWidening(trials.slice(0, 2), 10_000, 0.3).widening).toBe(0.2);
    expect(
      bestWidening(
        trials.map(({ widening }) => trial(widening, 1)),
        1000,
        0.3,
      ).widening,
    ).toBe(0.3);
  });
});

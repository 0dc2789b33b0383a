import { describe, expect, it } from 'vitest';
import { contrastsOf, type Sibling, scatterOf } from '../../../../src/science/latents/metric/siblingContrasts.js';
import { fitSiblings } from '../../../../src/science/latents/metric/siblingFit.js';
import { TwinMetric } from '../../../../src/science/latents/metric/twinMetric.js';
import { gaussians } from '../randomNumbers.js';
import { draw, evidenceOf, randomCovariance, randomInformation, times } from './randomEvidence.js';

const N = 5;
const unit = Float64Array.from({ length: N * N }, (_, at) => (at % (N + 1) ? 0 : 1));
const { signal } = new AbortController();

/** Groups of so many siblings whose true r differ by N(0, inconsistency). */
function groupsOf(sizes: readonly number[], inconsistency: Float64Array, seed: number): Sibling[][] {
  const normal = gaussians(seed);
  return sizes.map((size) => {
    const r = draw(unit, N, normal);
    return Array.from({ length: size }, () => {
      const information = randomInformation(N, 3 * N, 6, normal);
      const shift = draw(inconsistency, N, normal);
      const own = r.map((x, i) => x + shift[i]);
      const noise = draw(information, N, normal);
      const e = times(information, own).map((x, i) => x + noise[i]);
      return {
        residual: Float32Array.from(own, (x, i) => x + 0.02 * normal() * (i + 1)),
        evidence: evidenceOf(information, e),
      };
    });
  });
}

const normal = gaussians(2);
const truth = randomCovariance(N, 0.1, normal);
const mistaken = randomCovariance(N, 0.02, normal);
const metric = (inconsistency: Float64Array) =>
  new TwinMetric({ scatter: inconsistency.map((x) => 2 * x), inconsistency, widening: 1, population: null });

describe('differences among siblings', () => {
  it('are one fewer than the stars of a group, each with the covariance of the difference of two', () => {
    const exact = groupsOf(new Array(400).fill(6), truth, 3).map((group) =>
      group.map(({ evidence }, i) => ({
        evidence,
        residual: Float32Array.from({ length: N }, (_, k) => (i + 1) ** 2 * (k + 1)),
      })),
    );
    expect(contrastsOf(exact, N).count).toBe(400 * 5);
    const contrasts = contrastsOf(groupsOf(new Array(600).fill(6), truth, 3), N);
    const scatter = scatterOf(contrasts, N);
    for (let i = 0; i < N; i++) {
      const expected = 2 * (truth[i * (N + 1)] + (0.02 * (i + 1)) ** 2);
      expect(scatter[i * (N + 1)] / expected).toBeGreaterThan(0.9);
      expect(scatter[i * (N + 1)] / expected).toBeLessThan(1.1);
    }
  });

  it('do not change with the place of a group, nor with what its stars share', () => {
    const [group] = groupsOf([4], truth, 5);
    const moved = group.map((star) => ({ ...star, residual: star.residual.map((x) => x + 2) }));
    const [a, b] = [group, moved].map((stars) => scatterOf(contrastsOf([stars], N), N));
    a.forEach((value, i) => {
      expect(b[i]).toBeCloseTo(value, 5);
    });
  });
});

describe('a metric on siblings', () => {
  it('leans to them where the model is mistaken about itself, and finds more of those that were left out', async () => {
    const groups = groupsOf(
      new Array(80).fill(0).map((_, i) => 2 + (i % 4)),
      truth,
      9,
    );
    const fit = await fitSiblings(metric(mistaken), groups, signal);
    expect(fit.weights.scatter).toBeGreaterThan(0.3);
    expect(fit.weights.inconsistency).toBeGreaterThan(0.3);
    expect(fit.likelihoodGain).toBeGreaterThan(0.5);
    expect(fit.after.logProbability).toBeGreaterThan(fit.before.logProbability);
    expect(fit.after.first).toBeGreaterThanOrEqual(fit.before.first);
    expect(fit.contrasts).toBe(groups.reduce((sum, group) => sum + group.length - 1, 0));
    const variance = (of: TwinMetric) => of.parts.inconsistency[0];
    expect(Math.abs(Math.log(variance(fit.metric) / truth[0]))).toBeLessThan(
      Math.abs(Math.log(mistaken[0] / truth[0])),
    );
  });

  it('stays the model’s own where few siblings say nothing better', async () => {
    const groups = groupsOf([2, 2, 2], truth, 12);
    const own = metric(truth);
    const fit = await fitSiblings(own, groups, signal);
    expect(fit.weights.scatter).toBeLessThanOrEqual(0.2);
    expect(Number.isFinite(fit.likelihoodGain)).toBe(true);
    expect(fit.metric.whiten(Float64Array.from({ length: N }, () => 1)).every(Number.isFinite)).toBe(true);
  });

  it('is the same for the same siblings, and stops when it is told to', async () => {
    const groups = groupsOf([3, 3, 4, 2, 2], truth, 14);
    const [a, b] = [
      await fitSiblings(metric(mistaken), groups, signal),
      await fitSiblings(metric(mistaken), groups, signal),
    ];
    expect(a.metric.toTensors()).toEqual(b.metric.toTensors());
    await expect(fitSiblings(metric(mistaken), groups, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });
});

import { expect, test } from 'vitest';
import { FalseTwins, type LatentPopulation } from '../../src/domain/falseTwins.js';
import { gaussians } from '../science/latents/randomNumbers.js';

/** Principal axes turned by an angle in the first plane, so that they are told from the coordinates. */
function population(deviations: readonly number[], turn = 0.7): LatentPopulation {
  const n = deviations.length;
  const axes = Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0));
  [axes[0], axes[1], axes[n], axes[n + 1]] = [Math.cos(turn), Math.sin(turn), -Math.sin(turn), Math.cos(turn)];
  return { mean: deviations.map((_, i) => i / 10), axes, variances: deviations.map((sigma) => sigma ** 2) };
}

function draw({ mean, axes, variances }: LatentPopulation, normal: () => number): number[] {
  const n = mean.length;
  const along = variances.map((variance) => Math.sqrt(variance) * normal());
  return mean.map((m, k) => along.reduce((sum, x, i) => sum + x * axes[i * n + k], m));
}

const distance = (a: readonly number[], b: readonly number[]) => Math.hypot(...a.map((x, i) => x - b[i]));

test.each([
  ['round', [1, 1, 1, 1]],
  ['flat', [24, 9, 5, 4, 3, 2, 1, 0.8]],
])('in a %s population it is the number of stars that are there, near and far from its middle', (_, deviations) => {
  const normal = gaussians(3);
  const all = population(deviations);
  const stars = Array.from({ length: 40_000 }, () => draw(all, normal));
  const expected: number[] = [];
  const counted: number[] = [];
  for (const star of [stars[0], stars[1], stars[2], all.mean.map((m, i) => m + 2 * deviations[i])]) {
    const distances = stars
      .map((other) => distance(star, other))
      .filter((d) => d > 0)
      .sort((a, b) => a - b);
    const rates = new FalseTwins(all, star, 3000, distances[2999]);
    for (const rank of [100, 300, 1000]) {
      counted.push(rank);
      expected.push(rates.within(distances[rank - 1]) as number);
    }
  }
  // The counts are of Poisson's law: 10 % at 100; the approximation errs by some percent.
  for (const [i, rate] of expected.entries()) expect(rate / counted[i]).toBeCloseTo(1, 0.3);
  const mean = expected.reduce((sum, rate, i) => sum + rate / counted[i] / counted.length, 0);
  expect(Math.abs(mean - 1)).toBeLessThan(0.08);
});

test('one unrelated star is expected as near as the nearest unrelated star', () => {
  const normal = gaussians(4);
  const all = population([5, 3, 2, 1, 1]);
  const stars = Array.from({ length: 6000 }, () => draw(all, normal));
  const rates = stars.slice(0, 300).map((star) => {
    const distances = stars
      .map((other) => distance(star, other))
      .filter((d) => d > 0)
      .sort((a, b) => a - b);
    return new FalseTwins(all, star, 300, distances[299]).within(distances[0]) as number;
  });
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  expect(mean).toBeGreaterThan(0.85);
  expect(mean).toBeLessThan(1.15);
});

test('kin that is nearer than strangers can be has a rate near 0, and none where nothing is known', () => {
  const all = population([5, 3, 2, 1, 1]);
  const rates = new FalseTwins(all, all.mean, 300, 1);
  expect(rates.within(0)).toBe(0);
  expect(rates.within(1e-3)).toBeGreaterThan(0);
  expect(rates.within(1e-3)).toBeLessThan(1e-12);
  expect(rates.within(1)).toBeCloseTo(300, 6);
  expect(rates.within(0.5) as number).toBeLessThan(rates.within(0.6) as number);
  expect(new FalseTwins(all, all.mean, 5, 1).within(0.5)).toBeNull();
  expect(new FalseTwins(all, all.mean, 300, 0).within(0.5)).toBeNull();
});

import { describe, expect, it } from 'vitest';
import { FehPopulation } from '../../../../src/science/latents/metric/fehPopulation.js';
import { gaussians } from '../randomNumbers.js';

const normal = gaussians(11);
const population = FehPopulation.fit(
  Array.from({ length: 4000 }, (_, i) => (i % 3 ? -0.1 + 0.2 * normal() : -0.6 + 0.3 * normal())),
) as FehPopulation;
const star = (value: number, sigma: number) => ({ value, sigma });

describe('[Fe/H] of two stars', () => {
  it('is weighed as integrating over the population does', () => {
    const grid = Float64Array.from({ length: 8001 }, (_, i) => (i - 4000) / 800);
    const gaussian = (x: number, sigma: number) => Math.exp(-0.5 * (x / sigma) ** 2) / (sigma * Math.sqrt(2 * Math.PI));
    const mean = (f: (feh: number) => number) =>
      grid.reduce((sum, feh) => sum + Math.exp(population.logDensity(feh, 0)) * f(feh), 0) / 800;
    expect(mean(() => 1)).toBeCloseTo(1, 4);
    for (const [a, b] of [
      [star(-0.1, 0.05), star(-0.05, 0.05)],
      [star(-0.9, 0.1), star(0.3, 0.2)],
      [star(0.5, 0.02), star(0.5, 0.5)],
    ]) {
      const p = (m: typeof a) => (feh: number) => gaussian(feh - m.value, m.sigma);
      const expected = Math.log(mean((feh) => p(a)(feh) * p(b)(feh)) / (mean(p(a)) * mean(p(b))));
      expect(population.logBayesFactor(a, b)).toBeCloseTo(expected, 3);
      expect(population.logBayesFactor(b, a)).toBeCloseTo(population.logBayesFactor(a, b), 12);
    }
  });

  it('speaks more for a rare pair than for a common one, and says nothing where the errors are wide', () => {
    const pair = (value: number, sigma: number) => population.logBayesFactor(star(value, sigma), star(value, sigma));
    expect(pair(-1.4, 0.05)).toBeGreaterThan(pair(-0.1, 0.05) + 1);
    expect(Math.abs(pair(-0.1, 50))).toBeLessThan(1e-3);
    expect(Number.isFinite(population.logBayesFactor(star(-60, 0.01), star(60, 0.01)))).toBe(true);
  });

  it('needs a population that varies', () => {
    expect(FehPopulation.fit([])).toBeNull();
    expect(FehPopulation.fit([0.1, 0.1, Number.NaN])).toBeNull();
  });
});

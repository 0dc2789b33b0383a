import { describe, expect, it } from 'vitest';
import { elements, meanAbundances, population } from '../../../src/science/simulator/population.js';
import { Random } from '../../../src/science/simulator/random.js';
import { synthesise } from '../../../src/science/simulator/synthesis.js';
import { drawPair } from '../../../src/science/simulator/twinPair.js';
import { chipPixels, chipStatistics, distance, mean } from './chipStatistics.js';

const cool = { teff: 4100, logg: 1.6 };
const hot = { teff: 4900, logg: 2.9 };
const average = meanAbundances();

/** Figures of Turbospectrum spectra of de Mijolla et al. (2021); norms over about 7,750 pixels. */
describe('simulated spectra have the statistics of the Turbospectrum spectra of the paper', () => {
  it('counts the pixels that the paper keeps', () => {
    expect(Math.abs(chipPixels.length - 7751)).toBeLessThan(50);
  });

  it('in mean, spread and depth over the population', () => {
    const statistics = Array.from({ length: 25 }, (_, pair) => drawPair(20, pair)).flatMap(({ abundances, stars }) =>
      stars.map((star) => chipStatistics(synthesise({ ...star, abundances }))),
    );
    expect(Math.abs(mean(statistics.map((s) => s.mean)) - 0.921)).toBeLessThan(0.01);
    expect(Math.abs(mean(statistics.map((s) => s.deviation)) - 0.075)).toBeLessThan(0.015);
    expect(Math.abs(mean(statistics.map((s) => s.minimum)) - 0.46)).toBeLessThan(0.05);
  });

  it('in the mean flux of a cool and of a hot giant', () => {
    expect(Math.abs(chipStatistics(synthesise({ ...cool, abundances: average })).mean - 0.899)).toBeLessThan(0.01);
    expect(Math.abs(chipStatistics(synthesise({ ...hot, abundances: average })).mean - 0.949)).toBeLessThan(0.01);
  });

  it.each([
    ['cool', cool, 2.08],
    ['hot', hot, 1.5],
  ])('in the change with [Fe/H] from -.37 to -.13 of a %s giant', (_, star, expected) => {
    const [poor, rich] = [-0.37, -0.13].map((Fe) => synthesise({ ...star, abundances: { ...average, Fe } }));
    expect(Math.abs(distance(poor, rich) / expected - 1)).toBeLessThan(0.15);
  });

  it('in the change from 4100 K, 1.6 dex to 4900 K, 2.9 dex', () => {
    const change = distance(synthesise({ ...cool, abundances: average }), synthesise({ ...hot, abundances: average }));
    expect(Math.abs(change / 5.74 - 1)).toBeLessThan(0.15);
  });

  it.each([
    ['cool', cool, 0.41, 0.84],
    ['hot', hot, 0.36, 0.6],
  ])('in the distance of two random abundance patterns at equal [Fe/H] of a %s giant', (_, star, low, high) => {
    const random = new Random(21);
    const pattern = () => ({
      ...Object.fromEntries(elements.map((e) => [e, population[e].mean + population[e].sigma * random.normal()])),
      Fe: population.Fe.mean,
    });
    const draw = () => synthesise({ ...star, abundances: pattern() });
    const distances = Array.from({ length: 40 }, () => distance(draw(), draw()));
    expect(mean(distances)).toBeGreaterThan(low);
    expect(mean(distances)).toBeLessThan(high);
    expect(distances.filter((d) => d > low && d < high).length).toBeGreaterThan(20);
  });
});

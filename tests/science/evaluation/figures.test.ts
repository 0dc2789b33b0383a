import { describe, expect, test } from 'vitest';
import { addNoise, logUniformSnr } from '../../../src/science/evaluation/addedNoise.js';
import { distanceHistogram } from '../../../src/science/evaluation/distanceHistogram.js';
import { doppelgangerCurve } from '../../../src/science/evaluation/doppelgangers.js';
import { linearAbundances } from '../../../src/science/evaluation/linearAbundances.js';
import { PullSum } from '../../../src/science/evaluation/pull.js';
import { RecastingSum, recastResidual } from '../../../src/science/evaluation/recasting.js';
import { Random } from '../../../src/science/networks/random.js';
import { noisyTwins, twinsOf } from './noisyTwins.js';

test('the curve of Fig. 3 starts at the twin recovery and ends where all stars are', () => {
  const { falseTwins, share } = doppelgangerCurve(Int32Array.of(0, 0, 3, -1, 60));
  expect([share[falseTwins.indexOf(0)], share[falseTwins.indexOf(2)], share[falseTwins.indexOf(3)]]).toEqual([
    0.5, 0.5, 0.75,
  ]);
  expect(share[falseTwins.indexOf(60)]).toBe(1);
});

test('the histograms of Fig. 2 are shares of pairs, twins at 1 on average', () => {
  const { vectors, rows, width } = noisyTwins(500, 8, 1);
  const { edges, twins, random } = distanceHistogram(vectors, width, twinsOf(rows), 3);
  for (const shares of [twins, random]) expect(shares.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 2);
  const mean = (shares: readonly number[]) => shares.reduce((sum, x, i) => sum + x * (edges[i] + edges[1] / 2), 0);
  expect(mean(twins)).toBeCloseTo(1, 1);
  expect(mean(random)).toBeGreaterThan(1.5);
});

test('a linear map gives back abundances that latents hold linearly, and nothing of those that they do not hold', () => {
  const random = new Random(4);
  const [rows, width] = [600, 5];
  const latents = Float32Array.from({ length: rows * width }, () => random.normal());
  const abundances = Float64Array.from({ length: rows * 2 }, (_, i) => {
    const z = latents.subarray(Math.floor(i / 2) * width, Math.floor(i / 2) * width + width);
    return i % 2 ? 0.1 * random.normal() : 0.3 + 0.2 * z[0] - 0.1 * z[3];
  });
  const places = Array.from({ length: rows }, (_, row) => row);
  const [known, unknown] = linearAbundances({
    latents,
    width,
    abundances,
    elements: ['Mg', 'Na'],
    fitted: places.slice(0, 300),
    judged: places.slice(300),
    shown: 20,
  });
  expect(known.rmse).toBeLessThan(1e-3 * known.sigma);
  expect(unknown.rmse / unknown.sigma).toBeGreaterThan(0.95);
  expect(unknown.sample.truth).toHaveLength(20);
});

describe('residuals of recast spectra', () => {
  test('are those of the pixels that both spectra have, worked by hand', () => {
    const recast = Float32Array.of(1, 0.5, Number.NaN, 9);
    const residual = recastResidual(recast, Float32Array.of(0.75, 0.75, 1, 1), Float32Array.of(1, 1, 1, 0));
    expect(residual).toEqual({ mean: 0.25, deviation: 0, squared: 0.0625 });
  });

  test('are averaged over all pairs, and over those 500 K apart', () => {
    const sum = new RecastingSum();
    expect(sum.tables()).toBeNull();
    sum.add({ mean: 1, deviation: 0, squared: 2 }, -500);
    sum.add({ mean: 3, deviation: 0, squared: 4 }, 499);
    expect(sum.tables()).toEqual({
      all: { spectra: 2, meanResidual: 2, meanSquaredError: 3 },
      far: { spectra: 1, meanResidual: 1, meanSquaredError: 2 },
    });
  });
});

describe('pulls', () => {
  // L = 24: r̂ scatters by sqrt(24) / 25 over noise.
  const information = Float64Array.of(24, 0, 0.5);
  const sigma = Math.sqrt(24) / 25;

  test('of shifts that are noise are 1, and have nothing in common', () => {
    const random = new Random(6);
    const sum = new PullSum(2);
    for (let star = 0; star < 2000; star++) sum.add(information, [sigma * random.normal(), 100 * random.normal()]);
    const { common, total } = sum.bias() ?? { common: Number.NaN, total: Number.NaN };
    expect(Math.abs(total - 1)).toBeLessThan(0.05);
    expect(common).toBeLessThan(0.08);
  });

  test('of one shift of all stars are common', () => {
    const sum = new PullSum(2);
    for (let star = 0; star < 10; star++) sum.add(information, [3 * sigma, 0]);
    expect(sum.bias()?.common).toBeCloseTo(3, 10);
    expect(sum.bias()?.total).toBeCloseTo(3, 10);
  });

  test('do not exist where spectra determine nothing', () => {
    const sum = new PullSum(2);
    sum.add(new Float64Array(3), [1, 1]);
    expect(sum.bias()).toBeNull();
  });
});

describe('noise', () => {
  test('has the variance that is asked for, is claimed, and leaves flagged pixels alone', () => {
    const flux = new Float32Array(20_000).fill(1);
    const ivar = new Float32Array(20_000).fill(40_000);
    ivar[7] = 0;
    addNoise(flux, ivar, { seed: 1, row: 3, snr: 50 }, 0.005);
    expect([flux[7], ivar[7], ivar[8]]).toEqual([1, 0, 2500]);
    const variance = flux.reduce((sum, value) => sum + (value - 1) ** 2, 0) / flux.length;
    expect(Math.abs(variance * 2500 - 1)).toBeLessThan(0.05);
    const again = new Float32Array(20_000).fill(1);
    addNoise(again, ivar.slice(), { seed: 1, row: 4, snr: 50 }, 0.005);
    expect(again[8]).not.toBe(flux[8]);
  });

  test('never claims more than the error floor', () => {
    const ivar = new Float32Array(3).fill(40_000);
    addNoise(new Float32Array(3), ivar, { seed: 1, row: 0, snr: 400 }, 0.005);
    expect(ivar[0]).toBe(40_000);
  });

  test('of each star’s own lies between its bounds, as often below their geometric mean as above', () => {
    const snr = Array.from({ length: 1000 }, (_, row) => logUniformSnr(2, row, [20, 200]));
    expect(Math.min(...snr)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...snr)).toBeLessThan(200);
    expect(Math.abs(snr.filter((value) => value < Math.sqrt(20 * 200)).length - 500)).toBeLessThan(60);
  });
});

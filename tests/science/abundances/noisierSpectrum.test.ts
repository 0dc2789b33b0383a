import { expect, test } from 'vitest';
import { makeNoisier } from '../../../src/science/abundances/noisierSpectrum.js';
import { Random } from '../../../src/science/networks/random.js';

const pixels = 20_000;

test('noise is added until a share of the inverse variance is left, and flagged pixels stay as they are', () => {
  const [flux, ivar] = [new Float32Array(pixels).fill(1), new Float32Array(pixels).fill(400)];
  ivar[7] = 0;
  flux[9] = Number.NaN;
  makeNoisier(flux, ivar, 0.25, new Random(1));
  expect([flux[7], ivar[7], flux[9], ivar[9]]).toEqual([1, 0, Number.NaN, 400]);
  expect(ivar[0]).toBe(100);
  // Of the variance 1 / 100 three quarters are new.
  const good = flux.filter((value, i) => ivar[i] === 100 && Number.isFinite(value));
  const variance = good.reduce((sum, value) => sum + (value - 1) ** 2, 0) / good.length;
  expect(Math.abs(variance - 0.0075)).toBeLessThan(0.0003);
});

test('a share of 1, or more, leaves a spectrum as it is', () => {
  for (const share of [1, 4, Number.NaN]) {
    const [flux, ivar] = [Float32Array.of(1, 0.9), Float32Array.of(400, 100)];
    makeNoisier(flux, ivar, share, new Random(1));
    expect([...flux, ...ivar]).toEqual([1, Math.fround(0.9), 400, 100]);
  }
});

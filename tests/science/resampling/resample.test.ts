import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { describe, expect, test } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { resample } from '../../../src/science/resampling/resample.js';
import { uniforms } from '../latents/randomNumbers.js';
import { lineStar, logWavelengths, noisy } from './lineSpectra.js';

const R = 22_500;
const onto = apogeeGrid.wavelength.slice(2000, 2800);
const same = { from: R, to: R };
const star = lineStar(3, { from: 15_300, to: 15_700 });
const truth = star.at(onto, R);

/** Root mean square of flux less truth over the pixels that say something. */
function deviation({ flux, ivar }: { flux: Float64Array; ivar: Float64Array }): number {
  const good = [...flux.keys()].filter((i) => ivar[i] > 0);
  expect(good.length).toBeGreaterThan(600);
  return Math.sqrt(good.reduce((sum, i) => sum + (flux[i] - truth[i]) ** 2, 0) / good.length);
}

function sampled(perFwhm: number, resolvingPower = R) {
  const wavelength = logWavelengths(15_330, 15_670, resolvingPower, perFwhm);
  return { wavelength, flux: star.at(wavelength, resolvingPower), error: wavelength.map(() => 0.01) };
}

describe('resampled flux', () => {
  test('on the same wavelengths, at the same resolution, is what came', () => {
    const flux = noisy(
      truth,
      truth.map(() => 0.02),
      5,
    );
    const error = truth.map((_, i) => 0.01 + 1e-5 * i);
    const result = resample({ wavelength: onto, flux, error }, onto, same);
    for (let i = 1; i < onto.length - 1; i++) expect(result.flux[i]).toBeCloseTo(flux[i], 9);
    for (let i = 20; i < onto.length - 20; i++) expect(result.ivar[i] * error[i] ** 2).toBeCloseTo(1, 6);
  });

  // 3.2 pixels to a FWHM is APOGEE's own sampling; the rms contrast of the lines is .031.
  test.each([
    [2, 1e-3],
    [3.2, 2e-4],
    [5, 1.5e-4],
    [20, 1.5e-4],
  ])('from %d pixels per FWHM is the star on the new wavelengths, to %d', (perFwhm, tolerance) => {
    expect(deviation(resample(sampled(perFwhm), onto, same))).toBeLessThan(tolerance);
  });

  test.each([24_000, 30_000, 50_000, 100_000])('from R = %d is the star at R = 22,500', (from) => {
    expect(deviation(resample(sampled(3, from), onto, { from, to: R }))).toBeLessThan(1.5e-4);
  });

  test('follows wavelengths equidistant in Å as well', () => {
    const wavelength = Float64Array.from({ length: 1300 }, (_, i) => 15_330 + 0.26 * i);
    const flux = star.at(wavelength, R);
    const error = wavelength.map(() => 0.01);
    expect(deviation(resample({ wavelength, flux, error }, onto, same))).toBeLessThan(4e-4);
  });
});

describe('flagged pixels', () => {
  const bad = [1000, 1001, 1002, 1350];
  const flagged = (values: Float64Array, with_: number) => values.map((v, i) => (bad.includes(i) ? with_ : v));

  test.each([
    ['a flux that is NaN', Number.NaN, 0.01],
    ['an infinite flux', Number.POSITIVE_INFINITY, 0.01],
    ['an error of 0', 1, 0],
    ['a negative error', 1, -1],
    ['an error that is NaN', 1, Number.NaN],
    ['an infinite error', 1, Number.POSITIVE_INFINITY],
    ['an error of 4.5e13, as surveys write into gaps', 1, 4.5e13],
  ])('with %s give no bit to any other, and flag what they cover', (_, flux, error) => {
    const base = sampled(3.2);
    const take = (value: number, sigma: number) =>
      resample(
        { wavelength: base.wavelength, flux: flagged(base.flux, value), error: flagged(base.error, sigma) },
        onto,
        same,
      );
    const [one, reference] = [take(flux, error), take(Number.NaN, Number.NaN)];
    expect(one).toEqual(reference);
    expect(one.flux.every(Number.isFinite)).toBe(true);
    for (const pixel of bad) {
      const nearest = onto.reduce(
        (best, lambda, i) =>
          Math.abs(lambda - base.wavelength[pixel]) < Math.abs(onto[best] - base.wavelength[pixel]) ? i : best,
        0,
      );
      expect(one.ivar[nearest]).toBe(0);
    }
    expect(deviation(one)).toBeLessThan(4e-4);
  });

  test('beyond the ends, in gaps and where the sampling is too coarse nothing is made up', () => {
    const { wavelength, flux, error } = sampled(3.2);
    const keep = wavelength.map((_, i) => (i > 400 && i < 460 ? 0 : 1));
    const pick = (values: Float64Array) => values.filter((_, i) => keep[i]);
    const { ivar } = resample({ wavelength: pick(wavelength), flux: pick(flux), error: pick(error) }, onto, same);
    const inGap = (lambda: number) => lambda > wavelength[400] && lambda < wavelength[460];
    onto.forEach((lambda, i) => {
      const outside = lambda < wavelength[0] || lambda > wavelength[wavelength.length - 1];
      if (outside || inGap(lambda)) expect(ivar[i]).toBe(0);
    });
    const coarse = sampled(1.2);
    expect(resample(coarse, onto, same).ivar.every((w) => w === 0)).toBe(true);
  });
});

test('steps of any size are taken, and cost neither time nor memory', () => {
  const { wavelength, flux, error } = sampled(3.2);
  const last = wavelength.length - 1;
  const odd = Float64Array.from([wavelength[0] - 1e-9, ...wavelength, wavelength[last] + 1e-11]);
  const extend = (values: Float64Array) => Float64Array.from([values[0], ...values, values[last]]);
  const result = resample({ wavelength: odd, flux: extend(flux), error: extend(error) }, onto, same);
  expect(deviation(result)).toBeLessThan(2e-4);
});

/** Changes of the spectrum that chemistry makes: line spectra of their own, at the survey's resolution. */
const SIGNALS = 12;
const signals = Array.from({ length: SIGNALS }, (_, k) =>
  lineStar(100 + k, { from: 15_300, to: 15_700 })
    .at(onto, R)
    .map((value) => value - 1),
);

/**
 * Fits the signals to resampled noise by least squares with the stated ivar, as the spectral basis does. @returns the mean over draws of
 * the squared amplitudes in units of their stated covariance, per signal: 1 where the stated information is the true one
 */
function pull(
  wavelength: Float64Array,
  error: Float64Array,
  resolution: { from: number; to: number },
  draws = 150,
): number {
  let sum = 0;
  for (let draw = 0; draw < draws; draw++) {
    const flux = noisy(new Float64Array(wavelength.length), error, 7000 + draw);
    const noise = resample({ wavelength, flux, error }, onto, resolution);
    const design = new Matrix(signals.map((signal) => Array.from(signal, (v, i) => v * Math.sqrt(noise.ivar[i]))));
    const whitened = Matrix.columnVector(Array.from(noise.flux, (v, i) => v * Math.sqrt(noise.ivar[i])));
    const projected = design.mmul(whitened);
    const solved = new CholeskyDecomposition(design.mmul(design.transpose())).solve(projected);
    sum += projected.transpose().mmul(solved).get(0, 0);
  }
  return sum / draws / SIGNALS;
}

describe('the stated inverse variance', () => {
  const uniform = uniforms(11);
  const cases: [string, number, number][] = [
    ['up-sampling, from 2 pixels per FWHM', R, 2],
    ['up-sampling, from 2.6', R, 2.6],
    ['shifted wavelengths of the same sampling', R, 3.2],
    ['down-sampling, from 5', R, 5],
    ['down-sampling, from 12', R, 12],
    ['convolution from R = 28,000', 28_000, 3],
    ['convolution from R = 50,000', 50_000, 3],
  ];

  test.each(cases)('is calibrated within 10 percent: %s', (_, from, perFwhm) => {
    const wavelength = logWavelengths(15_330, 15_670, from, perFwhm);
    const error = wavelength.map((_, i) => 0.01 * (1 + 0.5 * Math.sin(i / 90)));
    const value = pull(wavelength, error, { from, to: R });
    expect(value).toBeGreaterThan(0.9);
    expect(value).toBeLessThan(1.1);
  });

  test.each([2, 5])('is calibrated with a tenth of the pixels flagged: from %d pixels per FWHM', (perFwhm) => {
    const wavelength = logWavelengths(15_330, 15_670, R, perFwhm);
    const error = wavelength.map(() => (uniform() < 0.1 ? 0 : 0.01));
    const value = pull(wavelength, error, same);
    expect(value).toBeGreaterThan(0.9);
    expect(value).toBeLessThan(1.1);
  });
});

import { describe, expect, test } from 'vitest';
import type { ObservedSpectrum } from '../../../src/domain/observedSpectrum.js';
import { goodPixels } from '../../../src/domain/spectrum.js';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { normalise } from '../../../src/science/continuum/continuum.js';
import { lightSpeed, vacuumToAir } from '../../../src/science/resampling/restWavelength.js';
import { standardise } from '../../../src/science/resampling/standardise.js';
import { lineStar, logWavelengths, noisy } from './lineSpectra.js';

const R = 22_500;
const standard = {
  resolvingPower: R,
  continuum: { order: 4, errorFloor: 0.005 },
  cameNormalised: false,
  minimumGoodPixels: 3000,
};
const star = lineStar(3, { from: 15_000, to: 17_100 });
const blaze = (lambda: number) => 3e-17 * (1 - ((lambda - 16_050) / 2500) ** 2);

/** The star as another instrument has it: finer, in air, receding at 83 km/s, with its blaze, in erg/s/cm²/Å. */
function observe(change: Partial<ObservedSpectrum> = {}): ObservedSpectrum {
  const rest = logWavelengths(15_080, 17_020, R, 4.1);
  const beta = 83 / lightSpeed;
  const wavelength = rest.map((lambda) => vacuumToAir(lambda * Math.sqrt((1 + beta) / (1 - beta))));
  const level = wavelength.map(blaze);
  const error = level.map((value) => value / 100);
  const flux = noisy(
    star.at(rest, R).map((value, i) => value * level[i]),
    error,
    4,
  );
  const whole = { medium: 'air', resolvingPower: R, radialVelocity: 83, normalised: false } as const;
  return { wavelength, flux, error, ...whole, ...change };
}

test('a spectrum in air, shifted, finer and with its blaze becomes what the survey would have stored', () => {
  const { flux, ivar } = standardise(observe(), apogeeGrid, standard);
  const mask = new Uint32Array(flux.length);
  const level = apogeeGrid.wavelength.map(blaze).map((value) => value / 3e-17);
  const own = star.at(apogeeGrid.wavelength, R).map((value, i) => value * level[i]);
  const survey = normalise(
    { flux: Float32Array.from(own), ivar: Float32Array.from(level, (value) => (115 / value) ** 2), mask },
    apogeeGrid,
    standard.continuum,
  ).spectrum;
  let [chi2, count] = [0, 0];
  for (let i = 0; i < flux.length; i++)
    if (ivar[i] > 0) {
      chi2 += ivar[i] * (flux[i] - survey.flux[i]) ** 2;
      count++;
    }
  expect(count).toBeGreaterThan(7600);
  expect(chi2 / count).toBeGreaterThan(0.85);
  expect(chi2 / count).toBeLessThan(1.1);
});

test('a normalised spectrum keeps its level, and errors are capped as in the survey', () => {
  const wavelength = logWavelengths(15_080, 17_020, R, 3.2);
  const flux = star.at(wavelength, R).map((value) => 0.98 * value);
  const error = flux.map(() => 1e-6);
  const observed = { wavelength, flux, error, medium: 'vacuum', resolvingPower: null, radialVelocity: null } as const;
  const result = standardise({ ...observed, normalised: true }, apogeeGrid, standard);
  const expected = star.at(apogeeGrid.wavelength, R);
  for (const pixel of [1000, 4000, 7000]) {
    expect(result.flux[pixel]).toBeCloseTo(0.98 * expected[pixel], 3);
    expect(result.ivar[pixel]).toBeCloseTo(1 / 0.005 ** 2, 0);
  }
});

test('a spectrum that does not say is taken as normalised where the survey’s own came so, and it looks so', () => {
  const { normalised: _, ...raw } = observe();
  const flat = { ...raw, flux: raw.flux.map((f, i) => f / blaze(raw.wavelength[i])), error: raw.error.map(() => 0.01) };
  const take = (spectrum: Omit<ObservedSpectrum, 'normalised'>, normalised: boolean | null, cameNormalised: boolean) =>
    standardise({ ...spectrum, normalised }, apogeeGrid, { ...standard, cameNormalised });
  expect(take(flat, null, true)).toEqual(take(flat, true, true));
  expect(take(flat, null, false)).toEqual(take(flat, false, false));
  expect(take(raw, null, true)).toEqual(take(raw, false, true));
  expect(take(flat, false, true)).not.toEqual(take(flat, true, true));
});

test('the same resolution within two percent is not convolved; none given means the survey’s', () => {
  const reference = standardise(observe(), apogeeGrid, standard);
  for (const resolvingPower of [null, 22_100, 22_900])
    expect(standardise(observe({ resolvingPower }), apogeeGrid, standard)).toEqual(reference);
  expect(standardise(observe({ resolvingPower: 24_000 }), apogeeGrid, standard).flux).not.toEqual(reference.flux);
});

test('part of the range is enough as long as enough pixels are good', () => {
  const { wavelength, flux, error, ...rest } = observe();
  const part = (values: Float64Array) => values.filter((_, i) => wavelength[i] < 16_400);
  const result = standardise(
    { ...rest, wavelength: part(wavelength), flux: part(flux), error: part(error) },
    apogeeGrid,
    standard,
  );
  expect(goodPixels(result)).toBeGreaterThan(4000);
  expect(result.ivar.subarray(6305).every((weight) => weight === 0)).toBe(true);
});

describe('what cannot be taken is refused by the name of its field', () => {
  const base = observe();
  const { wavelength, flux, error } = base;
  const changed = (values: Float64Array, at: number, value: number) => {
    const copy = values.slice();
    copy[at] = value;
    return copy;
  };
  const input = 'BAD_USER_INPUT';
  test.each<[string, Partial<ObservedSpectrum>, RegExp, string]>([
    ['fewer fluxes', { flux: flux.slice(1) }, /^spectrum\.flux: expected \d+ values, one per wavelength/, input],
    ['fewer errors', { error: error.slice(1) }, /^spectrum\.error: /, input],
    ['no pixels', { wavelength: new Float64Array(0) }, /^spectrum\.wavelength: expected 10 to/, input],
    [
      'a NaN wavelength',
      { wavelength: changed(wavelength, 5, Number.NaN) },
      /^spectrum\.wavelength: .*NaN at pixel 5/,
      input,
    ],
    ['a wavelength twice', { wavelength: changed(wavelength, 5, wavelength[4]) }, /increasing.*at pixel 5/, input],
    ['falling wavelengths', { wavelength: wavelength.slice().reverse() }, /strictly increasing/, input],
    [
      'the optical',
      { wavelength: wavelength.map((w) => w / 3) },
      /overlap the model's, 15100\.8 to 16999\.\d Å/,
      input,
    ],
    ['nm for Å', { wavelength: wavelength.map((w) => w / 10), medium: 'vacuum' }, /overlap the model's/, input],
    [
      'a low resolution',
      { resolvingPower: 11_500 },
      /^spectrum\.resolvingPower: expected at least the survey's 22500, found 11500/,
      input,
    ],
    ['a resolution of 0', { resolvingPower: 0 }, /^spectrum\.resolvingPower: expected a positive number/, input],
    ['m/s for km/s', { radialVelocity: 83_000 }, /^spectrum\.radialVelocity: expected -3000 to 3000 km\/s/, input],
    ['a velocity that is NaN', { radialVelocity: Number.NaN }, /^spectrum\.radialVelocity: /, input],
    ['the ultraviolet in air', { wavelength: wavelength.map((w) => w - 14_500) }, /in air, Å, at least 2000/, input],
    [
      'flux of NaN alone',
      { flux: flux.map(() => Number.NaN) },
      /^spectrum: .*no pixel with a finite flux/,
      'BAD_SPECTRUM',
    ],
    ['errors of 0 alone', { error: error.map(() => 0) }, /^spectrum: .*no pixel with a finite flux/, 'BAD_SPECTRUM'],
    ['flux of 0 alone', { flux: flux.map(() => 0) }, /a median flux of 0/, 'BAD_SPECTRUM'],
    [
      'few good pixels',
      { error: error.map((e, i) => (i < 3000 ? e : 0)) },
      /at least 3000 good pixels .*found \d+$/,
      'BAD_SPECTRUM',
    ],
  ])('%s', (_, change, message, code) => {
    const refused = () => standardise({ ...base, ...change }, apogeeGrid, standard);
    expect(refused).toThrow(message);
    expect(refused).toThrow(expect.objectContaining({ code }));
  });

  test('samples too coarse for the survey’s lines', () => {
    const every = (values: Float64Array) => values.filter((_, i) => i % 3 === 0);
    const coarse = { ...base, wavelength: every(wavelength), flux: every(flux), error: every(error) };
    expect(() => standardise(coarse, apogeeGrid, standard)).toThrow(/1\.5 pixels per resolution element.*found 1\.37/);
  });
});

import { expect, test } from 'vitest';
import type { Spectrum } from '../../../src/domain/spectrum.js';
import { apogeeGrid, makeGrid } from '../../../src/domain/wavelengthGrid.js';
import { CONTINUUM_VERSION, normalise, passThrough, restore } from '../../../src/science/continuum/continuum.js';
import { fc } from '../../properties.js';
import { uniforms } from '../latents/randomNumbers.js';
import { absorption, observe, smoothContinuum } from './lineSpectrum.js';

const settings = { order: 4, errorFloor: 0.005 };
const lines = absorption(1, 260, 0.25);
const inChips = apogeeGrid.chips.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, i) => start + i));
const observed = observe(lines, smoothContinuum, 100, 2);

/** Normalised flux over true normalised flux, less 1, root mean square over the pixels of the chips. */
function offset(a: ArrayLike<number>, b: ArrayLike<number>): { rms: number; largest: number } {
  const ratios = inChips.map((i) => a[i] / b[i] - 1);
  return {
    rms: Math.sqrt(ratios.reduce((sum, r) => sum + r * r, 0) / ratios.length),
    largest: Math.max(...ratios.map(Math.abs)),
  };
}

/** The continuum itself, as what division removed. */
function continuumOf(spectrum: Spectrum): Float64Array {
  const { spectrum: normalised } = normalise(spectrum, apogeeGrid, settings);
  return Float64Array.from(spectrum.flux, (flux, i) => flux / normalised.flux[i]);
}

function change(spectrum: Spectrum, edit: (copy: Spectrum) => void): Spectrum {
  const copy = { flux: spectrum.flux.slice(), ivar: spectrum.ivar.slice(), mask: spectrum.mask.slice() };
  edit(copy);
  return copy;
}

function multiply(spectrum: Spectrum, factor: (pixel: number) => number): Spectrum {
  return {
    flux: spectrum.flux.map((flux, i) => flux * factor(i)),
    ivar: spectrum.ivar.map((ivar, i) => ivar / factor(i) ** 2),
    mask: spectrum.mask,
  };
}

test('the continuum lies within 1 % of the truth at SNR 100, a third of the pixels being in lines', () => {
  const inLines = inChips.filter((i) => lines[i] < 0.99).length / inChips.length;
  expect(inLines).toBeGreaterThan(0.25);
  const truth = Float64Array.from(lines, (_, i) => smoothContinuum(i));
  const { rms, largest } = offset(continuumOf(observed), truth);
  expect(rms).toBeLessThan(0.005);
  expect(largest).toBeLessThan(0.01);
});

test('a spectrum full of lines is placed alike at any SNR, within 1 %', () => {
  const crowded = absorption(3, 1500, 0.07);
  const placed = [30, 100, 1000].map((snr) => continuumOf(observe(crowded, smoothContinuum, snr, 4)));
  expect(offset(placed[0], placed[2]).rms).toBeLessThan(0.015);
  expect(offset(placed[1], placed[2]).rms).toBeLessThan(0.01);
});

test('the unit of the flux does not matter', () => {
  const reference = normalise(observed, apogeeGrid, settings).spectrum;
  fc.assert(
    fc.property(fc.double({ min: -17, max: 12, noNaN: true }), (exponent) => {
      const unit = 10 ** exponent;
      const scaled = multiply(observed, () => unit);
      const { spectrum } = normalise(scaled, apogeeGrid, settings);
      expect(offset(spectrum.flux, reference.flux).largest).toBeLessThan(2e-4);
      expect(offset(spectrum.ivar, reference.ivar).largest).toBeLessThan(4e-4);
    }),
    { numRuns: 20 },
  );
});

test('another smooth response of the instrument does not matter within .2 %', () => {
  const reference = normalise(observed, apogeeGrid, settings).spectrum;
  const curve = (i: number) => 1 + 0.2 * (i / 4287 - 1) - 0.3 * (i / 4287 - 1) ** 2;
  const bent = multiply(observed, curve);
  const { spectrum } = normalise(bent, apogeeGrid, settings);
  expect(offset(spectrum.flux, reference.flux).rms).toBeLessThan(0.002);
});

test('the flux of flagged pixels changes no bit of the result', () => {
  const uniform = uniforms(7);
  const flagged = inChips.filter(() => uniform() < 0.2);
  const flag = (value: (i: number) => number) =>
    change(observed, ({ flux, ivar }) => {
      for (const i of flagged) [flux[i], ivar[i]] = [value(i), 0];
    });
  const reference = normalise(
    flag(() => 0),
    apogeeGrid,
    settings,
  );
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1e30, 1e30])
    expect(
      normalise(
        flag(() => value),
        apogeeGrid,
        settings,
      ),
    ).toStrictEqual(reference);
  expect(
    normalise(
      flag((i) => i),
      apogeeGrid,
      settings,
    ),
  ).toStrictEqual(reference);
  for (const i of flagged) expect([reference.spectrum.flux[i], reference.spectrum.ivar[i]]).toEqual([1, 0]);
});

test('pixels outside the chips, or without a finite flux and ivar, are flagged and have no influence', () => {
  const spoilt = change(observed, ({ flux, ivar }) => {
    flux[0] = 1e20;
    [flux[1000], ivar[1001], ivar[1002], ivar[1003]] = [Number.NaN, Number.POSITIVE_INFINITY, Number.NaN, -1];
  });
  const clean = change(observed, ({ ivar }) => ivar.fill(0, 1000, 1004));
  const result = normalise(spoilt, apogeeGrid, settings);
  expect(result).toStrictEqual(normalise(clean, apogeeGrid, settings));
  expect(result.spectrum.ivar[0]).toBe(0);
  expect(result.spectrum.ivar.filter((ivar) => ivar > 0).length).toBe(inChips.length - 4);
});

test('errors below the floor are not believed', () => {
  const { spectrum } = normalise(observe(lines, smoothContinuum, 5000, 5), apogeeGrid, settings);
  for (const i of inChips) expect(spectrum.ivar[i]).toBe(Math.fround(1 / 0.005 ** 2));
});

test('errors above the floor are divided by the continuum, like the flux', () => {
  const { spectrum } = normalise(observed, apogeeGrid, settings);
  for (const i of inChips)
    expect(Math.sqrt(spectrum.ivar[i]) / 100).toBeCloseTo(observed.flux[i] / spectrum.flux[i] / smoothContinuum(i), 4);
});

test('the observed spectrum is restored from the normalised one and the stored coefficients', () => {
  const { spectrum, continuum } = normalise(observed, apogeeGrid, settings);
  expect(continuum).toMatchObject({ method: 'chebyshev', version: CONTINUUM_VERSION });
  expect(continuum.coefficients.map((chip) => chip.length)).toEqual([5, 5, 5]);
  const again = restore(spectrum, continuum, apogeeGrid);
  expect(offset(again.flux, observed.flux).largest).toBeLessThan(1e-6);
  expect(offset(again.ivar, observed.ivar).largest).toBeLessThan(1e-6);
  expect(again.ivar[0]).toBe(0);
});

test('known continuum pixels alone make the fit', () => {
  const continuumPixels = Uint8Array.from(lines, (flux) => (flux > 0.999 ? 1 : 0));
  const spoilt = change(observed, ({ flux }) => {
    for (const i of inChips) if (!continuumPixels[i]) flux[i] *= 1.5;
  });
  const { spectrum } = normalise(spoilt, apogeeGrid, { ...settings, continuumPixels });
  const truth = Float64Array.from(lines, (_, i) => smoothContinuum(i));
  expect(
    offset(
      Float64Array.from(spoilt.flux, (flux, i) => flux / spectrum.flux[i]),
      truth,
    ).largest,
  ).toBeLessThan(0.005);
});

test('a chip with too few good pixels is flagged whole, and the others are as before', () => {
  const { start, end } = apogeeGrid.chips[1];
  const poor = change(observed, ({ ivar }) => ivar.fill(0, start, end - 39));
  const { spectrum, continuum } = normalise(poor, apogeeGrid, settings);
  const reference = normalise(observed, apogeeGrid, settings);
  expect(spectrum.ivar.subarray(start, end).every((ivar) => ivar === 0)).toBe(true);
  expect([...continuum.coefficients[1]]).toEqual([0, 0, 0, 0, 0]);
  expect(spectrum.flux.subarray(0, start)).toEqual(reference.spectrum.flux.subarray(0, start));
  expect(restore(spectrum, continuum, apogeeGrid).flux[start]).toBe(0);
});

test('a spectrum without one chip to fit is refused with what each chip had', () => {
  const poor = change(observed, ({ ivar }) => ivar.fill(0, 0, 8340));
  expect(() => normalise(poor, apogeeGrid, settings, '2M00000000+0000000, visit 1')).toThrow(
    '2M00000000+0000000, visit 1: expected at least 40 good pixels in one chip, found ' +
      '0 in pixels 211-3308, 0 in pixels 3547-6114, 27 in pixels 6305-8366',
  );
});

test('pixels where the continuum is not positive are flagged', () => {
  const falling: Spectrum = {
    flux: Float32Array.from({ length: 8575 }, (_, i) => 4831.5 - i),
    ivar: new Float32Array(8575).fill(1),
    mask: new Uint32Array(8575),
  };
  const { spectrum } = normalise(falling, apogeeGrid, { ...settings, continuumPixels: new Uint8Array(8575).fill(1) });
  expect(spectrum.ivar[4800]).toBeGreaterThan(0);
  expect(spectrum.ivar.subarray(4840, 6115).every((ivar) => ivar === 0)).toBe(true);
});

test('a spectrum that came normalised keeps its flux and gets the same flags and cap', () => {
  const spectrum: Spectrum = {
    flux: Float32Array.from(lines),
    ivar: new Float32Array(8575).fill(1e6),
    mask: new Uint32Array(8575).fill(3),
  };
  [spectrum.flux[500], spectrum.ivar[501], spectrum.ivar[502]] = [Number.NaN, 0, 1e4];
  const passed = passThrough(spectrum, apogeeGrid, settings);
  expect(passed.continuum).toEqual({ method: 'none', version: CONTINUUM_VERSION, coefficients: [] });
  expect(passed.spectrum.mask).toEqual(spectrum.mask);
  expect([...passed.spectrum.ivar.subarray(499, 503)]).toEqual([40000, 0, 0, 10000].map(Math.fround));
  expect([...passed.spectrum.flux.subarray(499, 502)]).toEqual([spectrum.flux[499], 1, 1]);
  expect(passed.spectrum.ivar[0]).toBe(0);
  expect(restore(passed.spectrum, passed.continuum, apogeeGrid)).toStrictEqual(passed.spectrum);
});

test('an uneven grid of a few pixels works at every order', () => {
  const grid = makeGrid(
    Float64Array.from({ length: 300 }, (_, i) => 5000 + i + 0.3 * Math.sin(i)),
    'test',
  );
  const uniform = uniforms(8);
  for (let order = 0; order <= 10; order++) {
    const spectrum = {
      flux: Float32Array.from({ length: 300 }, () => 7 + 0.07 * uniform()),
      ivar: new Float32Array(300).fill(200),
      mask: new Uint32Array(300),
    };
    const { spectrum: normalised } = normalise(spectrum, grid, { order, errorFloor: 0.005 });
    expect(normalised.flux.every((flux) => Math.abs(flux - 1) < 0.02)).toBe(true);
  }
});

test('arrays of another length than the grid are refused', () => {
  const short = { flux: new Float32Array(10), ivar: new Float32Array(10), mask: new Uint32Array(10) };
  for (const apply of [normalise, passThrough])
    expect(() => apply(short, apogeeGrid, settings)).toThrow(/expected 8575 pixels/);
});

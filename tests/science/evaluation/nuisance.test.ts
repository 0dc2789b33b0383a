import { describe, expect, test } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { continuumOffset } from '../../../src/science/evaluation/nuisance/continuumOffset.js';
import { broaderLines, narrowerLines } from '../../../src/science/evaluation/nuisance/lineSpread.js';
import type { Nuisance } from '../../../src/science/evaluation/nuisance/nuisance.js';
import { persistence } from '../../../src/science/evaluation/nuisance/persistence.js';
import { radialVelocity } from '../../../src/science/evaluation/nuisance/radialVelocity.js';
import { nuisances } from '../../../src/science/evaluation/nuisance/registry.js';
import { tellurics } from '../../../src/science/evaluation/nuisance/tellurics.js';
import { Random } from '../../../src/science/networks/random.js';
import { chipPixels } from '../simulator/chipStatistics.js';

const { wavelength, chips } = apogeeGrid;
const LIGHT_SPEED_KMS = 299792.458;
/** Of a line that the spectrograph widened: R = 22,500. */
const width = 1 / 22500 / 2.3548;

/** A spectrum with one Gaussian line in the middle of each chip. */
function lines(centres: readonly number[], relativeWidth = width): Float32Array {
  return Float32Array.from(wavelength, (value) =>
    centres.reduce((flux, centre) => flux - 0.5 * Math.exp(-0.5 * (Math.log(value / centre) / relativeWidth) ** 2), 1),
  );
}

const centres = chips.map(({ start, end }) => wavelength[(start + end) >> 1]);

const plain = lines(centres);

function changed(nuisance: Nuisance, flux = plain.slice(), seed = 1): Float32Array {
  nuisance.apply(flux, apogeeGrid, new Random(seed));
  return flux;
}

function largestDifference(a: Float32Array, b: Float32Array): number {
  return Math.max(...chipPixels.map((pixel) => Math.abs(a[pixel] - b[pixel])));
}

describe.each(nuisances)('$name', (nuisance) => {
  test('changes spectra, within the chips alone, and the same way every time', () => {
    const faulty = changed(nuisance);
    expect(largestDifference(faulty, plain)).toBeGreaterThan(0.002);
    const inside = new Set(chipPixels);
    const outside = [...plain.keys()].filter((pixel) => !inside.has(pixel));
    expect(outside.filter((pixel) => faulty[pixel] !== plain[pixel])).toEqual([]);
    expect(changed(nuisance)).toEqual(faulty);
  });
});

test('a radial velocity moves lines by .3 km/s', () => {
  const shifted = [-1, 1].map((sign) => lines(centres.map((centre) => centre * (1 + (sign * 0.3) / LIGHT_SPEED_KMS))));
  const found = changed(radialVelocity);
  expect(Math.min(...shifted.map((each) => largestDifference(each, found)))).toBeLessThan(1e-3);
});

test('a line spread 5 % broader or narrower widens or sharpens lines by that', () => {
  for (const [nuisance, factor] of [
    [broaderLines, 1.05],
    [narrowerLines, 0.95],
  ] as const) {
    const expected = Float32Array.from(lines(centres, width * factor), (flux) => 1 - (1 - flux) / factor);
    expect(largestDifference(changed(nuisance), expected)).toBeLessThan(1.5e-3);
  }
});

test('a continuum is off by 1 % root mean square in each chip', () => {
  const flux = changed(continuumOffset, new Float32Array(wavelength.length).fill(1));
  for (const { start, end } of chips) {
    const chip = flux.subarray(start, end);
    const rms = Math.sqrt(chip.reduce((sum, value) => sum + (value - 1) ** 2, 0) / chip.length);
    expect(rms).toBeCloseTo(0.01, 5);
  }
});

test('telluric residuals are 2 % at most, of either sign, and never at the same place', () => {
  const flat = () => new Float32Array(wavelength.length).fill(1);
  const found = [1, 2, 3, 4, 5, 6].map((seed) => changed(tellurics, flat(), seed));
  for (const flux of found) {
    const largest = Math.max(...flux.map((value) => Math.abs(value - 1)));
    expect(largest).toBeGreaterThan(0.012);
    expect(largest).toBeLessThan(0.03);
  }
  const signs = found.map((flux) => Math.sign(flux.reduce((sum, value) => sum + value - 1, 0)));
  expect(new Set(signs).size).toBe(2);
});

test('persistence makes the lines of the blue chip 5 % shallower', () => {
  const flux = changed(persistence);
  const depth = (chip: number) => 1 - Math.min(...flux.subarray(chips[chip].start, chips[chip].end));
  expect(depth(0) / depth(1)).toBeCloseTo(1 / 1.05, 3);
});

import { describe, expect, test } from 'vitest';
import { apogeeGrid, describeGrid, makeGrid, sameGrid } from '../../src/domain/wavelengthGrid.js';

describe('a wavelength grid', () => {
  test('of APOGEE runs from 15100.8 to 16999.8 Å in vacuum', () => {
    expect(apogeeGrid.wavelength).toHaveLength(8575);
    expect(apogeeGrid.wavelength[0]).toBeCloseTo(15100.8, 1);
    expect(apogeeGrid.wavelength[8574]).toBeCloseTo(16999.8, 1);
  });

  test('keeps the paper’s number of pixels on the chips of APOGEE, within one in a hundred', () => {
    const pixels = apogeeGrid.chips.reduce((sum, { start, end }) => sum + end - start, 0);
    expect(Math.abs(pixels - 7751)).toBeLessThan(78);
  });

  test('that agrees with APOGEE’s to a hundredth of a pixel is APOGEE’s, with its chips', () => {
    const shifted = apogeeGrid.wavelength.map((value, i) => value + (i % 2 ? 1e-4 : -1e-4));
    expect(makeGrid(shifted, 'test')).toBe(apogeeGrid);
  });

  test('shifted by a tenth of a pixel is another one', () => {
    const step = apogeeGrid.wavelength[1] - apogeeGrid.wavelength[0];
    const shifted = makeGrid(
      apogeeGrid.wavelength.map((value) => value + step / 10),
      'test',
    );
    expect(sameGrid(shifted, apogeeGrid)).toBe(false);
  });

  test('starts a new chip at a step over five times the median one', () => {
    const { chips } = makeGrid(
      Float64Array.from([1, 2, 3, 4, 8.5, 9.5, 15, 16], (value) => value + 5000),
      'test',
    );
    expect(chips).toEqual([
      { start: 0, end: 6 },
      { start: 6, end: 8 },
    ]);
  });

  test.each([
    [[1], /test: expected at least 2 wavelengths, found 1/],
    [[5001, 5002, 5002], /test: expected strictly increasing wavelengths in Å, found "5002 then 5002 at pixel 1"/],
    [[1.51, 1.52, 1.53], /wavelengths in Å, at least 100, found 1.51/],
    [[5001, Number.NaN, 5002], /strictly increasing/],
    [[-2, -1, 1], /at least 100/],
  ])('refuses %j', (wavelength, message) => {
    expect(() => makeGrid(Float64Array.from(wavelength), 'test')).toThrow(message);
  });

  test('describes itself by its range and size', () => {
    expect(describeGrid(apogeeGrid)).toBe('15100.80-16999.81 Å in 8575 pixels');
  });
});

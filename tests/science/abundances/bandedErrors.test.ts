import { expect, test } from 'vitest';
import { BandedErrors } from '../../../src/science/abundances/bandedErrors.js';

/** Calibrated in the bands from 50 and from 100 on, at centres of 60 and 120: quantiles 1 and 2 there, a tenth more a third, twice as much at 95 %. */
const centres = Float64Array.from({ length: 10 }, (_, band) =>
  band === 4 ? Math.log(60) : band === 6 ? Math.log(120) : Number.NaN,
);
const quantiles = Float64Array.from({ length: 60 }, (_, i) => {
  const [level, band, third] = [Math.floor(i / 30), Math.floor(i / 3) % 10, i % 3];
  return (level + 1) * ((band >= 6 ? 2 : 1) + 0.1 * third);
});
const column = (values: Float64Array) => ({ shape: [values.length], values });
const tensors = {
  systematic: column(Float64Array.of(0.03)),
  thirds: column(Float64Array.of(4300, 4700)),
  centres: column(centres),
  quantiles: column(quantiles),
};

test('errors of the first estimators are read as they were stated', () => {
  expect(BandedErrors.isOf(tensors)).toBe(true);
  const errors = BandedErrors.fromTensors(tensors, 1);
  const widths = (snr: number, teff: number) => errors.halfWidths(0, 0.04, snr, teff).map((value) => value / 0.05);
  expect(widths(60, 4000)).toEqual([expect.closeTo(1), expect.closeTo(2)]);
  expect(widths(120, 4500)).toEqual([expect.closeTo(2.1), expect.closeTo(4.2)]);
  expect(widths(Math.sqrt(60 * 120), 5000)).toEqual([expect.closeTo(1.7), expect.closeTo(3.4)]);
  expect(widths(500, 4000)).toEqual(widths(120, 4000));
  expect(errors.toTensors()).toBe(tensors);
});

test('and refused where a part is missing', () => {
  expect(() => BandedErrors.fromTensors({ ...tensors, thirds: column(Float64Array.of(1)) }, 1)).toThrow();
});

import { expect, test } from 'vitest';
import { conformalQuantile } from '../../../src/science/abundances/conformal.js';
import { ErrorModel } from '../../../src/science/abundances/errorModel.js';
import { Random } from '../../../src/science/networks/random.js';

test('the conformal quantile is the order statistic of rank ⌈(n + 1) level⌉', () => {
  const scores = Array.from({ length: 19 }, (_, i) => 19 - i);
  expect(conformalQuantile(scores, 0.95)).toBe(19);
  expect(conformalQuantile(scores, 0.5)).toBe(10);
  expect(conformalQuantile([], 0.5)).toBe(0);
});

/** Errors with heavy tails (Laplace), nine times as large at the hot end as at the cool one, and noise that is stated twice too small. */
function heldOut(rows: number, seed: number) {
  const random = new Random(seed);
  const parameter = Float64Array.from({ length: rows }, () => 4000 + 1000 * random.uniform());
  const snr = Float64Array.from({ length: rows }, () => 20 * 10 ** random.uniform());
  const noise = Float32Array.from(snr, (value) => 1 / value);
  const values = Float32Array.from(noise, (sigma, row) => {
    const laplace = (random.uniform() < 0.5 ? -1 : 1) * 0.01 * Math.log(1 - random.uniform());
    return 2 * sigma * random.normal() + 3 ** ((parameter[row] - 4500) / 500) * laplace;
  });
  return { rows, species: 1, truth: new Float64Array(rows), values, noise, snr, parameter };
}

test('intervals hold the truth of new stars as often as they say, by signal to noise and by third of Teff', () => {
  const model = ErrorModel.fit(heldOut(8000, 1));
  const fresh = heldOut(8000, 2);
  const widths = Array.from(fresh.values, (_, row) =>
    model.halfWidths(0, fresh.noise[row], fresh.snr[row], fresh.parameter[row]),
  );
  const coverage = (level: 0 | 1, includes: (row: number) => boolean) => {
    const rows = Array.from(fresh.values.keys()).filter(includes);
    return rows.filter((row) => Math.abs(fresh.values[row]) <= widths[row][level]).length / rows.length;
  };
  const groups = [
    (row: number) => fresh.snr[row] < 50,
    (row: number) => fresh.snr[row] >= 50,
    (row: number) => fresh.parameter[row] < 4333,
    (row: number) => fresh.parameter[row] > 4667,
  ];
  for (const group of groups) {
    expect(Math.abs(coverage(0, group) - 0.683)).toBeLessThan(0.03);
    expect(Math.abs(coverage(1, group) - 0.95)).toBeLessThan(0.015);
  }
});

test('few stars are calibrated by one quantile for all', () => {
  const model = ErrorModel.fit(heldOut(500, 3));
  const [own, outer] = model.halfWidths(0, 0.02, 30, 4100);
  expect(model.halfWidths(0, 0.02, 150, 4900)).toEqual([own, outer]);
  expect(outer).toBeGreaterThan(1.5 * own);
});

test('beyond what was calibrated errors are those of the end', () => {
  const model = ErrorModel.fit(heldOut(8000, 1));
  const at = (snr: number, teff: number) => model.halfWidths(0, 0.02, snr, teff);
  expect(at(5, 3000)).toEqual(at(10, 3500));
  expect(at(1000, 6000)).toEqual(at(400, 5500));
});

test('a species that no star knows has an error all the same', () => {
  const unknown = heldOut(400, 4);
  expect(ErrorModel.fit({ ...unknown, truth: unknown.truth.fill(Number.NaN) }).halfWidths(0, 0.02, 50, 4500)).toEqual([
    expect.closeTo(0.02),
    expect.closeTo(0.02),
  ]);
});

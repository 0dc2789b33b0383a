import { expect, test } from 'vitest';
import { meanRegression } from '../../../src/science/abundances/meanRegression.js';
import { Random } from '../../../src/science/networks/random.js';

const rows = 20_000;
const random = new Random(5);
const x = Float64Array.from({ length: rows }, () => 2 * random.uniform() - 1);
/** Exponential of mean exp(-3 + 2 x), as squared errors scatter about their mean. */
const y = x.map((value) => -Math.log(1 - random.uniform()) * Math.exp(-3 + 2 * value));
const design = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? x[i >> 1] : 1));

test('the mean is found, and what is left of it is 1 with every column for weights', () => {
  const [constant, slope] = meanRegression(design, y);
  // Standard errors are .007 and .012.
  expect(Math.abs(constant + 3)).toBeLessThan(0.025);
  expect(Math.abs(slope - 2)).toBeLessThan(0.04);
  const left = y.map((value, row) => value * Math.exp(-constant - slope * x[row]) - 1);
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / rows;
  expect(mean(left)).toBeCloseTo(0, 5);
  expect(mean(left.map((value, row) => value * x[row]))).toBeCloseTo(0, 5);
});

test('what no row tells stays at 0, and numbers of any size are borne', () => {
  const idle = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? 0 : 1));
  const [constant, slope] = meanRegression(
    idle,
    y.map((value) => 1e-12 * value),
  );
  expect(slope).toBe(0);
  expect(constant).toBeCloseTo(Math.log(1e-12 * (y.reduce((sum, value) => sum + value, 0) / rows)), 6);
});

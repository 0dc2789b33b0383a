import { expect, test } from 'vitest';
import { quantileRegression } from '../../../src/science/abundances/quantileRegression.js';
import { Random } from '../../../src/science/networks/random.js';

const rows = 6000;
const random = new Random(2);
const x = Float64Array.from({ length: rows }, () => 2 * random.uniform() - 1);
/** Exponential about a line: its quantile of level q lies at 1 + 2 x - (.5 + .3 x) ln(1 - q). */
const y = x.map((value) => 1 + 2 * value - (0.5 + 0.3 * value) * Math.log(1 - random.uniform()));
const design = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? x[i >> 1] : 1));

test.each([0.5, 0.6827, 0.95])(
  'the line below which a share of %f lies is found, and that share lies below it',
  (level) => {
    const [constant, slope] = quantileRegression(design, y, level);
    const tail = -Math.log(1 - level);
    // Standard errors are .012 and .02 at .5, .06 and .1 at .95.
    expect(Math.abs(constant - (1 + 0.5 * tail))).toBeLessThan(level > 0.9 ? 0.1 : 0.04);
    expect(Math.abs(slope - (2 + 0.3 * tail))).toBeLessThan(level > 0.9 ? 0.2 : 0.08);
    const below = y.filter((value, row) => value <= constant + slope * x[row]).length / rows;
    expect(Math.abs(below - level)).toBeLessThan(0.003);
  },
);

test('what no row tells stays at 0', () => {
  const idle = Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 ? 0 : 1));
  const [constant, slope] = quantileRegression(idle, y, 0.5);
  expect(slope).toBeCloseTo(0);
  expect(constant).toBeCloseTo(y.slice().sort()[rows / 2], 2);
});

import { expect, test } from 'vitest';
import { bootstrapRatio, bootstrapShare } from '../../../src/science/evaluation/bootstrap.js';
import { Random } from '../../../src/science/networks/random.js';

const rows = 2000;
const random = new Random(5);
const alone = Int32Array.from({ length: rows }, (_, row) => row);
const inPairs = alone.map((row) => row >> 1);
const success = Int8Array.from({ length: rows }, () => Number(random.uniform() < 0.3));

test('the error of independent successes is the binomial one', () => {
  const { value, error } = bootstrapShare(success, alone, 1);
  expect(value).toBe(success.filter((each) => each === 1).length / rows);
  expect(Math.abs(error / Math.sqrt((value * (1 - value)) / rows) - 1)).toBeLessThan(0.15);
});

test('pairs that succeed or fail together have an error larger by the root of 2', () => {
  const together = success.map((_, row) => success[row & ~1]);
  const { value, error } = bootstrapShare(together, inPairs, 1);
  expect(Math.abs(error / Math.sqrt((2 * value * (1 - value)) / rows) - 1)).toBeLessThan(0.15);
});

test('rows that do not count do not count', () => {
  const some = Int8Array.from(success, (value, row) => (row < 500 ? value : -1));
  expect(bootstrapShare(some, alone, 1).value).toBe(success.slice(0, 500).filter((each) => each === 1).length / 500);
});

test('what two methods have in common cancels in their ratio', () => {
  const half = Int8Array.from(success, (value, row) => (row % 2 ? value : 0));
  const { value, error } = bootstrapRatio(half, success, inPairs, 1);
  expect(value).toBeCloseTo(0.5, 1);
  expect(error).toBeLessThan(0.03);
  expect(bootstrapRatio(success, success, alone, 1)).toEqual({ value: 1, error: 0 });
});

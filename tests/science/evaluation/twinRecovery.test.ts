import { expect, test } from 'vitest';
import { twinRecovery } from '../../../src/science/evaluation/twinRecovery.js';
import { fc } from '../../properties.js';
import { uniforms } from '../latents/randomNumbers.js';

/** Straight from the definition: every distance whole, then counted. */
function bruteForceRanks(vectors: Float32Array, rows: number, width: number, twin: Int32Array): number[] {
  const star = (row: number) => Array.from(vectors.subarray(row * width, (row + 1) * width));
  const distance = (a: number, b: number) => star(a).reduce((sum, value, k) => sum + (value - star(b)[k]) ** 2, 0);
  return Array.from(twin, (other, row) => {
    if (other < 0) return -1;
    const rivals = Array.from({ length: rows }, (_, i) => i).filter((i) => i !== row && i !== other);
    const nearer = rivals.filter((i) => distance(row, i) < distance(row, other)).length;
    const ties = rivals.filter((i) => distance(row, i) === distance(row, other)).length;
    return nearer + Math.ceil(ties / 2);
  });
}

function neighbours(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => ((row ^ 1) < rows ? row ^ 1 : -1));
}

test('ranks are those of the definition, ties included, whatever the vectors', async () => {
  const cases = fc
    .record({ rows: fc.integer({ min: 2, max: 20 }), width: fc.integer({ min: 1, max: 9 }) })
    .chain(({ rows, width }) =>
      fc.record({
        rows: fc.constant(rows),
        width: fc.constant(width),
        values: fc.array(fc.integer({ min: -2, max: 2 }), { minLength: rows * width, maxLength: rows * width }),
      }),
    );
  await fc.assert(
    fc.asyncProperty(cases, async ({ rows, width, values }) => {
      const vectors = Float32Array.from(values);
      const twin = neighbours(rows);
      expect([...(await twinRecovery(vectors, rows, width, twin)).ranks]).toEqual(
        bruteForceRanks(vectors, rows, width, twin),
      );
    }),
  );
});

test('five stars on a line, worked by hand', async () => {
  // 0 and 1 are twins with 2 between them; 3 and 4 are twins and alone.
  const result = await twinRecovery(Float32Array.of(0, 3, 1, 10, 11), 5, 1, Int32Array.of(1, 0, -1, 4, 3));
  expect([...result.ranks]).toEqual([1, 1, -1, 0, 0]);
  expect(result).toMatchObject({ queries: 4, recovered: 0.5, median: 0.5, chance: 0.25 });
  // Pair 0-1 failed twice, pair 3-4 succeeded twice: each is off the mean by 2 x .5.
  expect(result.standardError).toBeCloseTo(Math.SQRT2 / 4, 12);
});

test('stars collapsed to one point recover nothing', async () => {
  const result = await twinRecovery(new Float32Array(400), 20, 20, neighbours(20));
  expect(result.recovered).toBe(0);
  expect(result.median).toBe(9);
});

test('random vectors recover as often as chance says', async () => {
  const rows = 400;
  const vectors = Float32Array.from({ length: rows * 20 }, uniforms(1));
  const result = await twinRecovery(vectors, rows, 20, neighbours(rows));
  expect(result.recovered).toBeLessThan(5 * result.chance);
  expect(Math.abs(result.median / rows - 0.5)).toBeLessThan(0.1);
});

test.each([
  [
    'a vector that is not finite',
    Float32Array.of(0, Number.NaN),
    Int32Array.of(1, 0),
    /finite numbers, found "NaN in row 1"/,
  ],
  ['a star that is its own twin', Float32Array.of(0, 1), Int32Array.of(0, -1), /another of 2 rows/],
  ['a twin that is not there', Float32Array.of(0, 1), Int32Array.of(2, -1), /found "2 for row 0"/],
  ['no twin at all', Float32Array.of(0, 1), Int32Array.of(-1, -1), /at least one row with a twin/],
  ['too few numbers', Float32Array.of(0), Int32Array.of(1, 0), /2 x 1 values/],
])('%s is refused', async (_, vectors, twin, message) => {
  await expect(twinRecovery(vectors, 2, 1, twin)).rejects.toThrow(message);
});

test('a signal stops it between rows, and other work has its turns meanwhile', async () => {
  const rows = 3000;
  const vectors = Float32Array.from({ length: rows * 20 }, uniforms(1));
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), 30);
  await expect(twinRecovery(vectors, rows, 20, neighbours(rows), abort.signal)).rejects.toThrow(/abort/);
  clearTimeout(timer);
});

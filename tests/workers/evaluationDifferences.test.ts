import { expect, test } from 'vitest';
import type { ComparedEstimates } from '../../src/science/evaluation/abundanceDifferences.js';
import { differenceRows } from '../../workers/evaluation/differences.js';

const rows = 30;

/** Stars that all err by their signal to noise in thousandths of a dex, in turn up and down. */
function seen(snr: number): ComparedEstimates {
  const column = (value: (row: number) => number) => Float64Array.from({ length: rows }, (_, row) => value(row));
  const teff = column(() => 4500);
  return {
    estimates: {
      rows,
      species: 1,
      truth: new Float64Array(rows),
      value: Float32Array.from({ length: rows }, (_, row) => (row % 2 ? 0.001 : -0.001) * snr),
      sigma: new Float32Array(rows).fill(0.001 * snr),
      half95: new Float32Array(rows).fill(0.002 * snr),
      reliable: Array.from({ length: rows }, () => true),
      teff,
    },
    inputs: column((row) => row),
    star: column((row) => row),
    snr: column(() => snr),
    parameter: teff,
  };
}

const errors = {
  scale: [10],
  species: [{ common: 0, length: 1, factor: 1, factor68: 1, factor95: 2 }],
};

test('stars are compared at every noise that they were seen at, and at two', async () => {
  const told = await differenceRows(new Map([200, 50, 30].map((snr) => [snr, seen(snr)])), errors, 1);
  expect(told.map(({ noise, otherNoise, near }) => [noise, otherNoise ?? noise, near])).toEqual([
    [200, 200, false],
    [200, 200, true],
    [50, 50, false],
    [50, 50, true],
    [30, 30, false],
    [30, 30, true],
    [200, 50, false],
    [200, 50, true],
  ]);
  const [{ species }] = told.slice(-1);
  expect(species[0].independent).toBeCloseTo(Math.hypot(0.2, 0.05), 6);
  expect(species[0].pull).toBeCloseTo(species[0].rmse / Math.hypot(0.2, 0.05), 6);
});

test('no star is compared with itself, and neighbours are the nearest of others', async () => {
  const [random, near] = await differenceRows(new Map([[100, seen(100)]]), errors, 1);
  // Of 30 stars in a row that all others are tried of, the neighbour is the next, which errs the other way.
  expect(near.pairs).toBe(3 * rows);
  expect(near.species[0].rmse).toBeCloseTo(0.2, 6);
  expect(near.species[0].within95).toBe(1);
  expect(random.pairs).toBeLessThanOrEqual(3 * rows);
  expect(random.species[0].rmse).toBeLessThan(0.2);
});

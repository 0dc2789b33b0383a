import { expect, test } from 'vitest';
import { priorCovariance, thinLatents } from '../../../src/science/abundances/latentBatch.js';
import { multiply } from '../../../src/science/linearAlgebra/triangle.js';
import { Random } from '../../../src/science/networks/random.js';

const information = Float32Array.of(4, 1, 9);
const e = Float32Array.of(3, -2);
const rows = 20_000;
const repeat = (values: Float32Array) =>
  Float32Array.from({ length: rows * values.length }, (_, i) => values[i % values.length]);
const batch = {
  rows,
  latentSize: 2,
  residual: repeat(Float32Array.from(multiply(priorCovariance(information, 2), e, 2))),
  information: repeat(information),
  informationVector: repeat(e),
  refined: new Float32Array(rows),
  refinedCovariance: new Float32Array(rows),
};

test('thinned latents have the mean and the covariance that a noisier spectrum would give them', () => {
  const t = 0.25;
  const thinned = thinLatents(batch, new Float64Array(rows).fill(t), new Random(1));
  expect([...thinned.information.subarray(0, 3)]).toEqual([1, 0.25, 2.25]);
  const column = (k: number) => Array.from({ length: rows }, (_, row) => thinned.informationVector[2 * row + k]);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / rows;
  const [a, b] = [column(0), column(1)];
  expect(mean(a)).toBeCloseTo(t * e[0], 1);
  expect(mean(b)).toBeCloseTo(t * e[1], 1);
  // t (1 - t) L is added to what the spectrum's own noise, here fixed, becomes.
  const covariance = (x: readonly number[], y: readonly number[]) =>
    mean(x.map((value, i) => value * y[i])) - mean(x) * mean(y);
  expect(covariance(a, a) / (t * (1 - t) * 4)).toBeCloseTo(1, 1);
  expect(covariance(a, b) / (t * (1 - t) * 1)).toBeCloseTo(1, 0);
  expect(covariance(b, b) / (t * (1 - t) * 9)).toBeCloseTo(1, 1);
});

test('they stay maximum a posteriori latents, r̂ = (L + I)⁻¹ e', () => {
  const { residual, information, informationVector } = thinLatents(
    batch,
    new Float64Array(rows).fill(0.1),
    new Random(2),
  );
  const expected = multiply(priorCovariance(information.subarray(0, 3), 2), informationVector.subarray(0, 2), 2);
  expect(residual[0]).toBeCloseTo(expected[0], 5);
  expect(residual[1]).toBeCloseTo(expected[1], 5);
});

test('a share of 1 changes nothing', () => {
  const same = thinLatents(batch, new Float64Array(rows).fill(1), new Random(3));
  expect(same.residual).toEqual(batch.residual);
});

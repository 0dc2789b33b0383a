import { Matrix, solve } from 'ml-matrix';
import { expect, test } from 'vitest';
import { RidgeSums, ridge } from '../../../src/science/abundances/linear/ridge.js';
import { Random } from '../../../src/science/networks/random.js';

const random = new Random(3);
const [rows, width] = [200, 4];
const x = Float32Array.from({ length: rows * width }, () => random.normal());
const truth = [0.5, -1, 0, 2];
const y = Float64Array.from(
  { length: rows },
  (_, row) => truth.reduce((sum, slope, k) => sum + slope * x[row * width + k], 0) + 0.1 * random.normal(),
);

test('a ridge regression is (XᵀX + λ N I)⁻¹ Xᵀy', () => {
  const sums = new RidgeSums(width);
  for (let row = 0; row < rows; row++) sums.add(x, row * width, y[row]);
  const X = Matrix.from1DArray(rows, width, x);
  const normal = X.transpose()
    .mmul(X)
    .add(Matrix.eye(width).mul(0.3 * rows));
  const expected = solve(normal, X.transpose().mmul(Matrix.columnVector(Array.from(y)))).to1DArray();
  sums.solve(0.3).forEach((value, k) => {
    expect(value).toBeCloseTo(expected[k], 10);
  });
});

test('cross-validation leaves much signal alone and shrinks pure noise', () => {
  const clear = ridge(x, width, (row) => y[row]);
  expect(clear.lambda).toBeLessThanOrEqual(1e-3);
  clear.coefficients.forEach((value, k) => {
    expect(value).toBeCloseTo(truth[k], 1);
  });
  expect(ridge(x, width, (row) => Math.sin(row * row)).lambda).toBe(0.1);
});

test('rows whose target is not known count for nothing', () => {
  const half = ridge(x, width, (row) => (row % 2 ? Number.NaN : y[row]));
  const alone = Float32Array.from(
    { length: (rows * width) / 2 },
    (_, i) => x[Math.floor(i / width) * 2 * width + (i % width)],
  );
  const same = ridge(alone, width, (row) => y[2 * row]);
  half.coefficients.forEach((value, k) => {
    expect(value).toBeCloseTo(same.coefficients[k], 2);
  });
});

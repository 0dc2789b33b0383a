import { expect, test } from 'vitest';
import { diagonal, factorise, solveForward, triangleSize } from '../../../src/science/linearAlgebra/triangle.js';
import { gaussians } from '../latents/randomNumbers.js';

/** B Bᵀ of a random B. */
function positive(n: number, normal: () => number): Float64Array {
  const b = Float64Array.from({ length: n * n }, normal);
  const a = new Float64Array(triangleSize(n));
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) for (let k = 0; k < n; k++) a[at] += b[i * n + k] * b[j * n + k];
  return a;
}

test.each([1, 2, 3, 4, 7, 8, 20, 27])('the factor of a matrix of %i rows, times its transpose, is the matrix', (n) => {
  const a = positive(n, gaussians(n));
  const k = a.slice();
  const logDeterminant = factorise(k, n);
  let expected = 0;
  for (let i = 0, row = 0; i < n; row += ++i) {
    expected += 2 * Math.log(k[diagonal(i)]);
    for (let j = 0, other = 0; j <= i; other += ++j) {
      let sum = 0;
      for (let m = 0; m <= j; m++) sum += k[row + m] * k[other + m];
      expect(sum).toBeCloseTo(a[row + j], 10);
    }
  }
  expect(logDeterminant).toBeCloseTo(expected, 10);
});

test('a matrix that is not positive definite has no factor, in whichever row that shows', () => {
  for (let row = 0; row < 5; row++) {
    const a = positive(5, gaussians(3));
    a[diagonal(row)] = -1;
    expect(factorise(a, 5)).toBeNaN();
  }
});

test('a determinant beyond the range of numbers has a logarithm', () => {
  for (const scale of [1e-90, 1e90]) {
    const a = new Float64Array(triangleSize(9));
    for (let i = 0; i < 9; i++) a[diagonal(i)] = scale;
    expect(factorise(a, 9)).toBeCloseTo(9 * Math.log(scale), 8);
    expect(solveForward(a, Float64Array.from([Math.sqrt(scale), ...Array(8).fill(0)]), 9)).toBeCloseTo(1, 12);
  }
});

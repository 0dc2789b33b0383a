import { CholeskyDecomposition, Matrix, solve } from 'ml-matrix';
import { FileError } from '../../domain/errors.js';

/** @returns K of A = K Kᵀ (Cholesky), row-major, zero above the diagonal. @throws FileError naming the matrix where A is not positive definite */
export function lowerFactor(a: Float64Array, n: number, name: string): Float64Array {
  const cholesky = new CholeskyDecomposition(Matrix.from1DArray(n, n, a));
  if (!cholesky.isPositiveDefinite())
    throw new FileError({
      file: 'model artefact',
      place: name,
      expected: 'a positive definite matrix',
      found: 'one that is not',
    });
  return Float64Array.from(cholesky.lowerTriangularMatrix.to1DArray());
}

/** @returns K⁻¹ of a lower triangular K, row-major */
export function inverseFactor(factor: Float64Array, n: number): Float64Array {
  return Float64Array.from(solve(Matrix.from1DArray(n, n, factor), Matrix.eye(n)).to1DArray());
}

/** @returns K r of each row of r (rows x n), for a lower triangular K, row-major */
export function multiplyLower(factor: Float64Array, r: Float64Array | Float32Array, n: number): Float32Array {
  const product = new Float32Array(r.length);
  for (let start = 0; start < r.length; start += n)
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j <= i; j++) sum += factor[i * n + j] * r[start + j];
      product[start + i] = sum;
    }
  return product;
}

/** @returns unbiased covariance of rows x n numbers, row-major */
export function covariance(rows: Float64Array, n: number): Float64Array {
  const count = rows.length / n;
  const mean = new Float64Array(n);
  for (let i = 0; i < rows.length; i++) mean[i % n] += rows[i] / count;
  const result = new Float64Array(n * n);
  for (let start = 0; start < rows.length; start += n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) result[i * n + j] += (rows[start + i] - mean[i]) * (rows[start + j] - mean[j]);
  return result.map((sum) => sum / (count - 1));
}

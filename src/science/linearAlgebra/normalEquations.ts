import { factorise, solveForward, triangleSize } from './triangle.js';

/**
 * Symmetric positive definite systems of K unknowns in double precision, one after another without allocating. Own code, since ml-matrix's
 * takes 6 ms to factor and invert one of 100 unknowns, this .9. Lower triangles are packed by rows: element (i, j <= i) at i (i + 1) / 2 + j.
 */
export class NormalEquations {
  /** To be filled with the matrix; `factor` turns it into its Cholesky factor. */
  readonly triangle: Float64Array;
  private readonly inverse: Float64Array;
  private readonly product: Float64Array;

  constructor(readonly size: number) {
    this.triangle = new Float64Array(triangleSize(size));
    this.inverse = new Float64Array(triangleSize(size));
    this.product = new Float64Array(triangleSize(size));
  }

  /** @returns false where the matrix is not positive definite; the triangle is spoilt then */
  factor(): boolean {
    return !Number.isNaN(factorise(this.triangle, this.size));
  }

  /** Solves for the right side in place, after `factor`. */
  solve(right: Float64Array): void {
    const { size, triangle } = this;
    solveForward(triangle, right, size);
    for (let i = size - 1; i >= 0; i--) {
      const row = (i * (i + 1)) / 2;
      right[i] /= triangle[row + i];
      for (let k = 0; k < i; k++) right[k] -= triangle[row + k] * right[i];
    }
  }

  /** Writes the inverse of the matrix, after `factor`, as a packed lower triangle. */
  invertInto(target: Float32Array | Float64Array): void {
    const { size, inverse, product } = this;
    this.invertFactor();
    product.fill(0);
    // Inverse = L^-T L^-1: a sum over the rows of L^-1 of each with itself.
    for (let k = 0; k < size; k++) {
      const row = (k * (k + 1)) / 2;
      for (let i = 0, at = 0; i <= k; i++) {
        const value = inverse[row + i];
        for (let j = 0; j <= i; j++) product[at++] += value * inverse[row + j];
      }
    }
    target.set(product);
  }

  /** Writes L^-T, after `factor` has made the matrix L Lᵀ, as a full size x size matrix: rows times it have the identity for their covariance. */
  whitenerInto(target: Float32Array): void {
    const { size, inverse } = this;
    this.invertFactor();
    for (let i = 0, at = 0; i < size; i++)
      for (let j = 0; j < size; j++) {
        if (j <= i) target[j * size + i] = inverse[at++];
        else target[j * size + i] = 0;
      }
  }

  private invertFactor(): void {
    const { size, triangle, inverse } = this;
    inverse.fill(0);
    for (let i = 0; i < size; i++) {
      const row = (i * (i + 1)) / 2;
      const pivot = 1 / triangle[row + i];
      for (let k = 0; k < i; k++) {
        const factor = triangle[row + k] * pivot;
        const other = (k * (k + 1)) / 2;
        for (let j = 0; j <= k; j++) inverse[row + j] -= factor * inverse[other + j];
      }
      inverse[row + i] = pivot;
    }
  }
}

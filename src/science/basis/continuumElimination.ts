import { factorise, triangleSize } from '../linearAlgebra/triangle.js';
import type { ContinuumProducts } from './continuumProducts.js';

/**
 * Takes the amplitudes a ~ N(0, 1) of the modes of a continuum out of the normal equations of one spectrum (Schur complement), whose unknowns are then its coefficients alone:
 * with A = VᵀWV, M = GᵀWV, S = GᵀWG + 1 / level,
 *
 *   (A - Mᵀ S⁻¹ M) y = VᵀW (flux - mean) - Mᵀ S⁻¹ GᵀW (flux - mean),
 *
 * which is least squares under the covariance W⁻¹ + level G Gᵀ of the pixels.
 */
export class ContinuumElimination {
  /** One row a mode, `size` numbers each: M, and in time K⁻¹ M of a Cholesky factor K. */
  private readonly cross: Float64Array;
  private readonly right: Float64Array;
  private readonly square: Float64Array;
  /** Of `square`, and K⁻¹ of right side and M under it. */
  private readonly factor: Float64Array;
  private readonly solved: Float64Array;
  private readonly solvedRight: Float64Array;

  constructor(
    private readonly count: number,
    private readonly size: number,
  ) {
    this.cross = new Float64Array(count * size);
    this.right = new Float64Array(count);
    this.square = new Float64Array(triangleSize(count));
    this.factor = new Float64Array(triangleSize(count));
    this.solved = new Float64Array(count * size);
    this.solvedRight = new Float64Array(count);
  }

  /** Makes this the elimination of one row. @param level its mean inverse variance, not 0 */
  take({ cross, square, right }: ContinuumProducts, row: number, level: number): this {
    const { count: q, size } = this;
    this.cross.set(cross.subarray(row * q * size, (row + 1) * q * size));
    this.right.set(right.subarray(row * q, (row + 1) * q));
    for (let k = 0, at = 0; k < q; k++)
      for (let l = 0; l <= k; l++, at++) this.square[at] = square[(row * q + k) * q + l] + (l === k ? 1 / level : 0);
    this.factor.set(this.square);
    this.solveUnderFactor();
    return this;
  }

  /** Takes Mᵀ S⁻¹ M from a packed lower triangle. */
  takeFromMatrix(triangle: Float64Array): void {
    this.addSquares(triangle, -1);
  }

  takeFromRight(right: Float64Array): void {
    const { count: q, size, solved, solvedRight } = this;
    for (let k = 0; k < q; k++) for (let i = 0; i < size; i++) right[i] -= solvedRight[k] * solved[k * size + i];
  }

  /**
   * Of even noise, where A = 1: the continuum that is fitted to what the components leave is taken off the coefficients.
   * @returns y; `evenCovariance` is of this row then
   */
  evenRight(right: Float32Array): Float64Array {
    const { count: q, size, cross, square, factor } = this;
    for (let k = 0, at = 0; k < q; k++)
      for (let l = 0; l <= k; l++, at++) {
        let sum = square[at];
        for (let i = 0; i < size; i++) sum -= cross[k * size + i] * cross[l * size + i];
        factor[at] = sum;
      }
    const y = Float64Array.from(right);
    for (let k = 0; k < q; k++) for (let i = 0; i < size; i++) this.right[k] -= cross[k * size + i] * right[i];
    this.solveUnderFactor();
    this.takeFromRight(y);
    return y;
  }

  /** C, packed, once `evenRight` was called: (1 - truncation) on the diagonal, and what the fitted continuum is uncertain by. */
  evenCovariance(variance: number, truncation: number): Float32Array {
    const triangle = new Float64Array(triangleSize(this.size));
    this.addSquares(triangle, variance);
    for (let i = 0; i < this.size; i++) triangle[triangleSize(i) + i] += variance - truncation;
    return Float32Array.from(triangle);
  }

  /** Adds a multiple of what `solved` has for its square. */
  private addSquares(triangle: Float64Array, scale: number): void {
    const { count: q, size, solved } = this;
    for (let k = 0; k < q; k++)
      for (let i = 0, at = 0; i < size; i++) {
        const value = scale * solved[k * size + i];
        for (let j = 0; j <= i; j++) triangle[at++] += value * solved[k * size + j];
      }
  }

  private solveUnderFactor(): void {
    const { count: q, size, factor, solved, solvedRight, cross } = this;
    if (Number.isNaN(factorise(factor, q))) throw new Error('modes of the continuum that are not positive definite');
    solved.set(cross);
    solvedRight.set(this.right);
    for (let k = 0, row = 0; k < q; row += ++k) {
      for (let l = 0; l < k; l++) {
        const share = factor[row + l];
        solvedRight[k] -= share * solvedRight[l];
        for (let i = 0; i < size; i++) solved[k * size + i] -= share * solved[l * size + i];
      }
      solvedRight[k] /= factor[row + k];
      for (let i = 0; i < size; i++) solved[k * size + i] /= factor[row + k];
    }
  }
}

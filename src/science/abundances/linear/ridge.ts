import { factorise, solveForward, triangleSize } from '../../linearAlgebra/triangle.js';

/** Sums over rows that a ridge regression of y on x (without a constant: both of mean 0) needs. */
export class RidgeSums {
  readonly square: Float64Array;
  readonly product: Float64Array;
  rows = 0;

  constructor(readonly width: number) {
    this.square = new Float64Array(triangleSize(width));
    this.product = new Float64Array(width);
  }

  add(x: ArrayLike<number>, start: number, y: number): void {
    for (let i = 0, at = 0; i < this.width; i++) {
      for (let j = 0; j <= i; j++) this.square[at++] += x[start + i] * x[start + j];
      this.product[i] += x[start + i] * y;
    }
    this.rows++;
  }

  /** These sums less those of some of the rows. */
  without(other: RidgeSums): RidgeSums {
    const rest = new RidgeSums(this.width);
    for (let i = 0; i < this.square.length; i++) rest.square[i] = this.square[i] - other.square[i];
    for (let i = 0; i < this.width; i++) rest.product[i] = this.product[i] - other.product[i];
    rest.rows = this.rows - other.rows;
    return rest;
  }

  /** (XᵀX + lambda N I)⁻¹ Xᵀy. */
  solve(lambda: number): Float64Array {
    const { width } = this;
    const factor = this.square.slice();
    for (let i = 0; i < width; i++) factor[(i * (i + 3)) / 2] += lambda * this.rows;
    factorise(factor, width);
    const solution = this.product.slice();
    solveForward(factor, solution, width);
    for (let i = width - 1; i >= 0; i--) {
      const row = (i * (i + 1)) / 2;
      solution[i] /= factor[row + i];
      for (let k = 0; k < i; k++) solution[k] -= factor[row + k] * solution[i];
    }
    return solution;
  }
}

/** Candidates for lambda, as a share of the variance of an input. */
const LAMBDAS = [1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1];
const FOLDS = 10;

/** Coefficients of y on x by ridge regression, lambda by cross-validation: that of the least squared error on rows left out. @param group consecutive rows that are left out together */
export function ridge(
  inputs: Float32Array,
  width: number,
  target: (row: number) => number,
  group = 1,
): { readonly coefficients: Float64Array; readonly lambda: number } {
  const rows = inputs.length / width;
  const all = new RidgeSums(width);
  const folds = Array.from({ length: FOLDS }, () => new RidgeSums(width));
  const known = Array.from({ length: rows }, (_, row) => row).filter((row) => Number.isFinite(target(row)));
  const foldOf = (row: number) => Math.floor(row / group) % FOLDS;
  for (const row of known) {
    all.add(inputs, row * width, target(row));
    folds[foldOf(row)].add(inputs, row * width, target(row));
  }
  let best = { lambda: LAMBDAS[0], error: Number.POSITIVE_INFINITY };
  for (const lambda of LAMBDAS) {
    const fits = folds.map((fold) => all.without(fold).solve(lambda));
    let error = 0;
    for (const row of known) error += (target(row) - dot(fits[foldOf(row)], inputs, row * width)) ** 2;
    if (error < best.error) best = { lambda, error };
  }
  return { coefficients: all.solve(best.lambda), lambda: best.lambda };
}

export function dot(coefficients: ArrayLike<number>, inputs: ArrayLike<number>, start: number): number {
  let sum = 0;
  for (let k = 0; k < coefficients.length; k++) sum += coefficients[k] * inputs[start + k];
  return sum;
}

import { factorise, invert, multiply, triangleSize } from '../linearAlgebra/triangle.js';

const STEPS = 60;
/** Greatest change of a coefficient in a step, and that at which the fit ends. */
const LONGEST = 1;
const DONE = 1e-6;
/** Of the mean square of the first column, on the diagonal: keeps what no row tells at 0. */
const RIDGE = 1e-6;

/**
 * Coefficients b such that exp(X b) is the mean of y, by the quasi-likelihood of a gamma distribution (McCullagh & Nelder 1989, chapter 8): where it ends, y over what is expected of it is 1 in the
 * mean, with any column of X for weights.
 * @param design rows x width, the first column 1
 * @param y above 0
 */
export function meanRegression(design: Float64Array, y: Float64Array): Float64Array {
  const width = design.length / y.length;
  const inverse = inverseOfSquares(design, width);
  let fitted: Float64Array = new Float64Array(width);
  fitted[0] = Math.log(y.reduce((sum, value) => sum + value, 0) / y.length);
  for (let step = 0; step < STEPS; step++) {
    const change = multiply(inverse, excess(design, y, fitted), width);
    const largest = Math.max(...change.map(Math.abs));
    if (!Number.isFinite(largest)) break;
    const share = Math.min(1, LONGEST / largest);
    fitted = fitted.map((value, k) => value + share * change[k]);
    if (largest < DONE) break;
  }
  return fitted;
}

/** (XᵀX)⁻¹, packed. */
function inverseOfSquares(design: Float64Array, width: number): Float64Array {
  const square = new Float64Array(triangleSize(width));
  for (let start = 0; start < design.length; start += width)
    for (let i = 0, at = 0; i < width; i++)
      for (let j = 0; j <= i; j++) square[at++] += design[start + i] * design[start + j];
  const ridge = RIDGE * square[0];
  for (let i = 0; i < width; i++) square[(i * (i + 3)) / 2] += ridge;
  factorise(square, width);
  return invert(square, width);
}

/** Xᵀ (y / exp(X b) - 1). */
function excess(design: Float64Array, y: Float64Array, fitted: Float64Array): Float64Array {
  const width = fitted.length;
  const sums = new Float64Array(width);
  for (let row = 0; row < y.length; row++) {
    const start = row * width;
    let exponent = 0;
    for (let k = 0; k < width; k++) exponent += fitted[k] * design[start + k];
    const left = y[row] * Math.exp(-exponent) - 1;
    for (let k = 0; k < width; k++) sums[k] += left * design[start + k];
  }
  return sums;
}

import { factorise, invert, multiply, triangleSize } from '../linearAlgebra/triangle.js';

const STEPS = 60;
/** Residuals below this count as this: the fit is that of a check function rounded off so far. */
const ROUNDING = 1e-3;
/** Change of the coefficients at which the fit ends. */
const DONE = 1e-4;
/** Of the mean square of the first column, on the diagonal: keeps what no row tells at 0. */
const RIDGE = 1e-8;

/**
 * Coefficients b such that a share `level` of y lies below X b, by the least sum of check functions (Koenker & Bassett 1978), through weighted least squares that majorise it
 * (Hunter & Lange 2000).
 * @param design rows x width, the first column 1
 */
export function quantileRegression(design: Float64Array, y: Float64Array, level: number): Float64Array {
  const width = design.length / y.length;
  let fitted: Float64Array = new Float64Array(width);
  fitted[0] = Float64Array.from(y).sort()[Math.min(y.length - 1, Math.floor(level * y.length))];
  for (let step = 0; step < STEPS; step++) {
    const next = weightedStep(design, y, level, fitted);
    const change = Math.max(...next.map((value, k) => Math.abs(value - fitted[k])));
    if (!Number.isFinite(change)) return fitted;
    fitted = next;
    if (change < DONE) break;
  }
  return fitted;
}

function weightedStep(design: Float64Array, y: Float64Array, level: number, fitted: Float64Array): Float64Array {
  const width = fitted.length;
  const square = new Float64Array(triangleSize(width));
  const product = new Float64Array(width);
  for (let row = 0; row < y.length; row++) {
    const start = row * width;
    let residual = y[row];
    for (let k = 0; k < width; k++) residual -= fitted[k] * design[start + k];
    const weight = 1 / (ROUNDING + Math.abs(residual));
    for (let i = 0, at = 0; i < width; i++) {
      const weighted = weight * design[start + i];
      for (let j = 0; j <= i; j++) square[at++] += weighted * design[start + j];
      product[i] += weighted * y[row] + (2 * level - 1) * design[start + i];
    }
  }
  const ridge = RIDGE * square[0];
  for (let i = 0; i < width; i++) square[(i * (i + 3)) / 2] += ridge;
  factorise(square, width);
  return multiply(invert(square, width), product, width);
}

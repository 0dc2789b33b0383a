import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { covariance } from '../linearAlgebra/matrices.js';
import type { VectorSet } from './vectorSet.js';

/** The frame in which the vectors of a population do not correlate. */
export interface PrincipalAxes {
  /** Width. */
  readonly mean: Float64Array;
  /** An axis a row, of unit length, that of the largest variance first; its largest component is positive, so that it does not flip from run to run. */
  readonly axes: readonly Float64Array[];
  /** Variance along each. */
  readonly variances: Float64Array;
}

/** Principal components (Pearson 1901) of the rows. */
export function principalAxes({ vectors, rows, width }: VectorSet): PrincipalAxes {
  const numbers = Float64Array.from(vectors);
  const mean = new Float64Array(width);
  for (let i = 0; i < numbers.length; i++) mean[i % width] += numbers[i] / rows;
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(
    Matrix.from1DArray(width, width, covariance(numbers, width)),
    { assumeSymmetric: true },
  );
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  return {
    mean,
    axes: order.map((i) => facing(Float64Array.from(eigenvectorMatrix.getColumn(i)))),
    variances: Float64Array.from(order, (i) => Math.max(0, realEigenvalues[i])),
  };
}

/** Where a row lies along some of the axes. */
export function coordinate(
  { vectors, width }: VectorSet,
  row: number,
  { mean, axes }: PrincipalAxes,
  axis: number,
): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += (vectors[row * width + k] - mean[k]) * axes[axis][k];
  return sum;
}

function facing(axis: Float64Array): Float64Array {
  const largest = axis.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
  return largest < 0 ? axis.map((value) => -value) : axis;
}

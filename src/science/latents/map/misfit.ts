import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { FileError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import { NormalEquations } from '../../linearAlgebra/normalEquations.js';
import { triangleSize } from '../../linearAlgebra/triangle.js';
import { expectTensor } from '../../networks/expectTensor.js';
import type { RowNoise } from '../../representation/rowNoise.js';
import { concatenate } from '../metric/mapInputs.js';

/** Columns up to which the misfit is a whole matrix; of pixels, only their variances are kept: 7,700 squared numbers are 240 MB. */
const MATRIX_UP_TO = 512;

/**
 * C_model: the covariance of what the decoder gets wrong at its best, beyond noise. It keeps a bright star's estimate from chasing the decoder's own errors.
 * C_model = Q diag(s) Qᵀ; for pixels Q is the identity.
 */
export class Misfit {
  readonly width: number;

  /**
   * @param variances s
   * @param vectors Q, width x width, a vector a column; null for the identity
   */
  constructor(
    readonly variances: Float64Array,
    readonly vectors: Float64Array | null,
  ) {
    this.width = variances.length;
  }

  /** Of a decoder that makes no errors. */
  static none(width: number): Misfit {
    if (width > MATRIX_UP_TO) return new Misfit(new Float64Array(width), null);
    return new Misfit(new Float64Array(width), Float64Array.from(Matrix.eye(width).to1DArray()));
  }

  /**
   * What the residuals of held-out stars have beyond their noise. A star counts by the inverse square of its variance, none more than a typical one; one whose fit came to
   * nothing that is finite, not at all.
   * @param residuals x - decoded, rows x width
   */
  static fit(allResiduals: Float32Array, allNoise: RowNoise): Misfit {
    const { width } = allNoise;
    const own = (row: number) => allResiduals.subarray(row * width, (row + 1) * width);
    const rows = [...allNoise.rows.keys()].filter((row) => own(row).every(Number.isFinite));
    const residuals = rows.length === allNoise.rows.length ? allResiduals : concatenate(rows.map(own));
    const noise = allNoise.pick(rows);
    const level = noise.rows.map((_, row) => noise.meanVariance(row));
    const typical = [...level].sort((a, b) => a - b)[level.length >> 1];
    const weights = Float64Array.from(level, (own) => 1 / Math.max(own, typical) ** 2);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    for (let row = 0; row < weights.length; row++) weights[row] /= total;
    return width > MATRIX_UP_TO ? fitVariances(residuals, noise, weights) : fitMatrix(residuals, noise, weights);
  }

  /** @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, width: number): Misfit {
    const file = 'model artefact';
    const variances = Float64Array.from(expectTensor(tensors, 'variances', [width], file).values);
    const vectors = tensors.vectors && expectTensor(tensors, 'vectors', [width, width], file).values;
    if (!variances.every((value) => value >= 0 && Number.isFinite(value)))
      throw new FileError({ file, place: 'misfit.variances', expected: 'variances', found: 'others' });
    return new Misfit(variances, vectors ? Float64Array.from(vectors) : null);
  }

  toTensors(): Tensors {
    const { width, variances, vectors } = this;
    return {
      variances: { shape: [width], values: variances },
      ...(vectors && { vectors: { shape: [width, width], values: vectors } }),
    };
  }

  /** C_model as a lower triangle by rows; only where it is a whole matrix. */
  triangle(): Float64Array {
    const { width, variances, vectors } = this;
    const triangle = new Float64Array(triangleSize(width));
    if (vectors)
      for (let k = 0; k < width; k++)
        if (variances[k] > 0)
          for (let i = 0, at = 0; i < width; i++)
            for (let j = 0; j <= i; j++, at++)
              triangle[at] += variances[k] * vectors[i * width + k] * vectors[j * width + k];
    return triangle;
  }
}

function fitVariances(residuals: Float32Array, noise: RowNoise, weights: Float64Array): Misfit {
  const { width } = noise;
  const variances = Float64Array.from({ length: width }, (_, column) => {
    let [excess, counted] = [0, 0];
    weights.forEach((weight, row) => {
      const variance = noise.variance(row, column);
      if (!Number.isFinite(variance)) return;
      excess += weight * (residuals[row * width + column] ** 2 - variance);
      counted += weight;
    });
    return counted > 0 ? Math.max(0, excess / counted) : 0;
  });
  return new Misfit(variances, null);
}

/**
 * In units of the mean noise, the eigenvalues of the residuals' covariance that stand out of what so many stars' noise alone spreads them over (Marchenko &
 * Pastur 1967), each less what noise added to it (Baik & Silverstein 2006).
 */
function fitMatrix(residuals: Float32Array, noise: RowNoise, weights: Float64Array): Misfit {
  const { width } = noise;
  const observed = new Float64Array(triangleSize(width));
  const mean = new NormalEquations(width);
  weights.forEach((weight, row) => {
    const own = residuals.subarray(row * width, (row + 1) * width);
    for (let i = 0, at = 0; i < width; i++) for (let j = 0; j <= i; j++) observed[at++] += weight * own[i] * own[j];
    noise.addTo(mean.triangle, row, weight);
  });
  const factor = fullLower(mean);
  const whitener = new Float32Array(width * width);
  mean.whitenerInto(whitener);
  const r = Matrix.from1DArray(width, width, Array.from(whitener));
  const whitened = r.transpose().mmul(symmetric(observed, width)).mmul(r);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(whitened, { assumeSymmetric: true });
  const shares = weights.map((weight, row) => weight * noise.meanVariance(row));
  const total = shares.reduce((sum, share) => sum + share, 0);
  const ratio = width * shares.reduce((sum, share) => sum + (share / total) ** 2, 0);
  const excess = realEigenvalues.map((value) => excessOf(value, ratio));
  const scaled = factor.mmul(eigenvectorMatrix);
  const model = scaled.mmul(Matrix.diag(excess)).mmul(scaled.transpose());
  const own = new EigenvalueDecomposition(model, { assumeSymmetric: true });
  return new Misfit(
    Float64Array.from(own.realEigenvalues, (value) => Math.max(0, value)),
    Float64Array.from(own.eigenvectorMatrix.to1DArray()),
  );
}

/** The largest eigenvalue of noise alone goes beyond its limit by some per cent in a finite sample (Tracy & Widom 1996). */
const BEYOND = 1.05;

/** @param ratio columns over stars */
function excessOf(value: number, ratio: number): number {
  if (value <= BEYOND * (1 + Math.sqrt(ratio)) ** 2) return 0;
  const sum = value + 1 - ratio;
  return (sum + Math.sqrt(sum ** 2 - 4 * value)) / 2 - 1;
}

/** Factors the equations' matrix; its lower triangular factor. */
function fullLower(equations: NormalEquations): Matrix {
  const { size, triangle } = equations;
  if (!equations.factor()) throw new Error('a mean covariance of noise that is not positive definite');
  const full = Matrix.zeros(size, size);
  for (let i = 0, at = 0; i < size; i++) for (let j = 0; j <= i; j++) full.set(i, j, triangle[at++]);
  return full;
}

function symmetric(triangle: Float64Array, size: number): Matrix {
  const full = Matrix.zeros(size, size);
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j <= i; j++, at++) {
      full.set(i, j, triangle[at]);
      full.set(j, i, triangle[at]);
    }
  return full;
}

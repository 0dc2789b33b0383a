import { CholeskyDecomposition, Matrix, solve } from 'ml-matrix';
import { StarkinError, TrainingError } from '../../domain/errors.js';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import { ParameterPolynomial } from './parameterPolynomial.js';

/** Degree of the regression of z on u: the paper's PolyDis removes u from fluxes with the same degree. */
const DEGREE = 4;
/** Share of the mean variance of r added to each of its variances, so that a latent that the method left idle is not blown up to unit variance. */
const RIDGE = 1e-4;
/** Share of the mean square of z below which what is left is the rounding of 32-bit floats, not a latent. */
const ROUNDING = 1e-12;

/**
 * What is left of z once the mean latent at the same u is taken off: r = z - z̄(u). No adversary removes u altogether (up to 13 % of a latent's variance
 * stayed explained by u in trials), and kin that differ in u would look further apart than they are.
 *
 * z̄ is the least-squares polynomial of total degree 4 in u over the training set. S is the covariance of r over the training set; `whiten` makes
 * plain L2 the Mahalanobis distance under S. All in 64-bit floats, on the CPU: 35 monomials need no tensor library.
 */
export class LatentResidual {
  readonly #whitening: Float64Array;

  /**
   * @param trend monomials x latentSize: coefficients of z̄(u)
   * @param covariance S, latentSize x latentSize
   */
  private constructor(
    readonly latentSize: number,
    private readonly polynomial: ParameterPolynomial,
    private readonly trend: Float64Array,
    readonly covariance: Float64Array,
  ) {
    this.#whitening = inverseCholesky(covariance, latentSize);
  }

  /**
   * @param z rows x latentSize
   * @param u rows x parameterCount, scaled
   * @throws TrainingError when there are no more rows than monomials, or z does not vary
   */
  static fit(z: Float32Array, u: Float32Array, rows: number, parameterCount: number): LatentResidual {
    const polynomial = new ParameterPolynomial(parameterCount, DEGREE);
    if (rows <= polynomial.size)
      throw new TrainingError(
        `the regression of latents on u: expected more than ${polynomial.size} training spectra, found ${rows}`,
      );
    const latentSize = z.length / rows;
    const trend = regress(z, u, rows, polynomial);
    const residuals = subtractTrend(z, u, rows, polynomial, trend);
    const left = sumOfSquares(residuals) / sumOfSquares(z);
    if (!(left > ROUNDING))
      throw new TrainingError(`the latents, once u is taken off: expected a share of their power to be left, found ${left}`);
    return new LatentResidual(latentSize, polynomial, trend, ridgedCovariance(residuals, rows, latentSize));
  }

  /** @throws StarkinError BAD_FILE when a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, parameterCount: number): LatentResidual {
    const polynomial = new ParameterPolynomial(parameterCount, DEGREE);
    const covariance = tensors['residual.covariance'];
    const latentSize = covariance?.shape[0] ?? 0;
    return new LatentResidual(
      latentSize,
      polynomial,
      matrix(tensors, 'residual.trend', polynomial.size, latentSize),
      matrix(tensors, 'residual.covariance', latentSize, latentSize),
    );
  }

  toTensors(): Tensors {
    return {
      'residual.trend': { shape: [this.polynomial.size, this.latentSize], values: this.trend },
      'residual.covariance': { shape: [this.latentSize, this.latentSize], values: this.covariance },
    };
  }

  /** @returns r = z - z̄(u), rows x latentSize */
  subtract(z: Float32Array, u: Float32Array, rows: number): Float64Array {
    return subtractTrend(z, u, rows, this.polynomial, this.trend);
  }

  /** @returns K⁻¹ r with S = K Kᵀ (Cholesky), rows x latentSize: |whiten(a) - whiten(b)|² = (a - b)ᵀ S⁻¹ (a - b) */
  whiten(r: Float64Array, rows: number): Float32Array {
    const n = this.latentSize;
    const whitened = new Float32Array(rows * n);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += this.#whitening[i * n + j] * r[row * n + j];
        whitened[row * n + i] = sum;
      }
    return whitened;
  }
}

/**
 * Coefficients, monomials x latentSize, by normal equations: their condition number stays below 1e8 for u spread over [-1, 1], and the
 * pseudo-inverse copes with parameters that depend on each other.
 */
function regress(z: Float32Array, u: Float32Array, rows: number, polynomial: ParameterPolynomial): Float64Array {
  const count = polynomial.size;
  const latentSize = z.length / rows;
  const normal = new Float64Array(count * count);
  const right = new Float64Array(count * latentSize);
  const monomials = new Float64Array(count);
  for (let row = 0; row < rows; row++) {
    polynomial.at(u, row, monomials);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) normal[a * count + b] += monomials[a] * monomials[b];
      for (let i = 0; i < latentSize; i++) right[a * latentSize + i] += monomials[a] * z[row * latentSize + i];
    }
  }
  const solution = solve(Matrix.from1DArray(count, count, normal), Matrix.from1DArray(count, latentSize, right), true);
  return Float64Array.from(solution.to1DArray());
}

function subtractTrend(
  z: Float32Array,
  u: Float32Array,
  rows: number,
  polynomial: ParameterPolynomial,
  trend: Float64Array,
): Float64Array {
  const r = Float64Array.from(z);
  const latentSize = trend.length / polynomial.size;
  const monomials = new Float64Array(polynomial.size);
  for (let row = 0; row < rows; row++) {
    polynomial.at(u, row, monomials);
    for (let m = 0; m < monomials.length; m++)
      for (let i = 0; i < latentSize; i++) r[row * latentSize + i] -= monomials[m] * trend[m * latentSize + i];
  }
  return r;
}

function ridgedCovariance(r: Float64Array, rows: number, n: number): Float64Array {
  const covariance = new Float64Array(n * n);
  for (let row = 0; row < rows; row++)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) covariance[i * n + j] += (r[row * n + i] * r[row * n + j]) / (rows - 1);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += covariance[i * n + i];
  for (let i = 0; i < n; i++) covariance[i * n + i] += (RIDGE * trace) / n;
  return covariance;
}

function sumOfSquares(values: Float32Array | Float64Array): number {
  let sum = 0;
  for (const value of values) sum += value * value;
  return sum;
}

function inverseCholesky(covariance: Float64Array, n: number): Float64Array {
  const cholesky = new CholeskyDecomposition(Matrix.from1DArray(n, n, covariance));
  if (!cholesky.isPositiveDefinite())
    throw new StarkinError(
      'BAD_FILE',
      'model artefact: residual.covariance: expected a positive definite matrix, found one that is not',
    );
  return Float64Array.from(solve(cholesky.lowerTriangularMatrix, Matrix.eye(n)).to1DArray());
}

function matrix(tensors: Tensors, name: string, rows: number, columns: number): Float64Array {
  const tensor: Tensor | undefined = tensors[name];
  if (!tensor || tensor.shape[0] !== rows || tensor.shape[1] !== columns || tensor.values.length !== rows * columns)
    throw new StarkinError(
      'BAD_FILE',
      `model artefact: ${name}: expected ${rows} x ${columns}, found ${tensor ? tensor.shape.join(' x ') : 'nothing'}`,
    );
  return Float64Array.from(tensor.values);
}

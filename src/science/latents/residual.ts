import { FileError, TrainingError } from '../../domain/errors.js';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import { inverseFactor, lowerFactor, multiplyLower } from '../linearAlgebra/matrices.js';
import {
  type Exponents,
  evaluatePolynomial,
  monomialExponents,
  PolynomialFit,
  polynomialSlopes,
} from '../models/polydis/polynomial.js';

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
 * plain L2 the Mahalanobis distance under S. Fitted in 64-bit floats, on the CPU: 35 monomials need no tensor library.
 */
export class LatentResidual {
  /** K of S = K Kᵀ (Cholesky), latentSize x latentSize: z = z̄(u) + K r for whitened r. */
  readonly unwhitening: Float64Array;
  readonly #whitening: Float64Array;
  readonly #exponents: Exponents;

  /**
   * @param trend monomials x latentSize: coefficients of z̄(u)
   * @param covariance S, latentSize x latentSize
   */
  private constructor(
    readonly latentSize: number,
    parameterCount: number,
    private readonly trend: Float64Array,
    readonly covariance: Float64Array,
  ) {
    this.#exponents = monomialExponents(parameterCount, DEGREE);
    this.unwhitening = lowerFactor(covariance, latentSize, 'residual.covariance');
    this.#whitening = inverseFactor(this.unwhitening, latentSize);
  }

  /**
   * @param z rows x latentSize
   * @param u rows x parameterCount, scaled
   * @throws TrainingError when there are no more rows than monomials, or z does not vary
   */
  static fit(z: Float32Array, u: Float32Array, rows: number, parameterCount: number): LatentResidual {
    const exponents = monomialExponents(parameterCount, DEGREE);
    if (rows <= exponents.length)
      throw new TrainingError(
        `the regression of latents on u: expected more than ${exponents.length} training spectra, found ${rows}`,
      );
    const latentSize = z.length / rows;
    const fit = new PolynomialFit(exponents, latentSize);
    fit.add(u, z);
    const trend = fit.solve();
    const residuals = subtractTrend(z, u, exponents, trend);
    const left = sumOfSquares(residuals) / sumOfSquares(z);
    if (!(left > ROUNDING))
      throw new TrainingError(`the latents, once u is taken off: expected a share of their power, found ${left}`);
    return new LatentResidual(latentSize, parameterCount, trend, ridgedCovariance(residuals, rows, latentSize));
  }

  /** @throws FileError when a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, parameterCount: number): LatentResidual {
    const latentSize = tensors.covariance?.shape[0] ?? 0;
    return new LatentResidual(
      latentSize,
      parameterCount,
      matrix(tensors, 'trend', monomialExponents(parameterCount, DEGREE).length, latentSize),
      matrix(tensors, 'covariance', latentSize, latentSize),
    );
  }

  toTensors(): Tensors {
    return {
      trend: { shape: [this.#exponents.length, this.latentSize], values: this.trend },
      covariance: { shape: [this.latentSize, this.latentSize], values: this.covariance },
    };
  }

  /** @returns the share of the variance of the training set's z that z̄(u) explains: what the method had left of u in its latents */
  trendShare(z: Float32Array): number {
    const n = this.latentSize;
    let [total, left] = [0, 0];
    for (let i = 0; i < n; i++) {
      const column = Float64Array.from({ length: z.length / n }, (_, row) => z[row * n + i]);
      const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
      total += column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (column.length - 1);
      left += this.covariance[i * n + i];
    }
    return 1 - left / (1 + RIDGE) / total;
  }

  /** @returns r = z - z̄(u), rows x latentSize */
  subtract(z: Float32Array, u: Float32Array): Float64Array {
    return subtractTrend(z, u, this.#exponents, this.trend);
  }

  /** @returns K⁻¹ r with S = K Kᵀ (Cholesky), rows x latentSize: |whiten(a) - whiten(b)|² = (a - b)ᵀ S⁻¹ (a - b) */
  whiten(r: Float64Array): Float32Array {
    return multiplyLower(this.#whitening, r, this.latentSize);
  }

  /** @returns z = z̄(u) + K r for whitened r, rows x latentSize: the inverse of `subtract` and `whiten` */
  restore(whitened: Float64Array, u: Float32Array): Float32Array {
    const n = this.latentSize;
    const z = evaluatePolynomial(u, this.#exponents, this.trend, n);
    for (let start = 0; start < z.length; start += n)
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += this.unwhitening[i * n + j] * whitened[start + j];
        z[start + i] += sum;
      }
    return z;
  }

  /** @returns z of the same residual at other parameters, z - z̄(u) + z̄(to), rows x latentSize */
  carry(z: Float32Array, u: Float32Array, to: Float32Array): Float32Array {
    const r = this.subtract(z, u);
    return evaluatePolynomial(to, this.#exponents, this.trend, this.latentSize).map((mean, i) => mean + r[i]);
  }

  /** @returns dz̄/du_i at u, rows x latentSize */
  trendSlopes(u: Float32Array, parameter: number): Float32Array {
    return polynomialSlopes(u, this.#exponents, this.trend, this.latentSize, parameter);
  }
}

function subtractTrend(z: Float32Array, u: Float32Array, exponents: Exponents, trend: Float64Array): Float64Array {
  const mean = evaluatePolynomial(u, exponents, trend, trend.length / exponents.length);
  return Float64Array.from(z, (value, i) => value - mean[i]);
}

function ridgedCovariance(r: Float64Array, rows: number, n: number): Float64Array {
  const covariance = new Float64Array(n * n);
  for (let start = 0; start < r.length; start += n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) covariance[i * n + j] += (r[start + i] * r[start + j]) / (rows - 1);
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

function matrix(tensors: Tensors, name: string, rows: number, columns: number): Float64Array {
  const tensor: Tensor | undefined = tensors[name];
  if (!tensor || tensor.shape[0] !== rows || tensor.shape[1] !== columns || tensor.values.length !== rows * columns)
    throw fault(`residual.${name}`, `${rows} x ${columns} numbers`, tensor ? tensor.shape.join(' x ') : 'nothing');
  return Float64Array.from(tensor.values);
}

function fault(place: string, expected: string, found: string): FileError {
  return new FileError({ file: 'model artefact', place, expected, found });
}

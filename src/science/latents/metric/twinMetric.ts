import { FileError, InputError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import { inverseFactor, lowerFactor, multiplyLower } from '../../linearAlgebra/matrices.js';
import { diagonal, factorise, invert, multiply, solveForward, triangleSize } from '../../linearAlgebra/triangle.js';
import { expectTensor } from '../../networks/expectTensor.js';
import { chiSquare } from './chiSquare.js';
import { Coordinates } from './coordinates.js';
import type { ChiSquare, Evidence, WeighedStar } from './evidence.js';
import { FehPopulation } from './fehPopulation.js';

/** What a metric consists of; matrices n x n, row-major, of residual latents r in units of the population's: their covariance S is 1. */
export interface MetricParts {
  /** W: covariance of the difference between r̂ of two spectra of one chemistry, noise included. */
  readonly scatter: Float64Array;
  /** W0: half of the same without noise: how far the model contradicts itself when only u changes. */
  readonly inconsistency: Float64Array;
  /** a: how much of W0 widens a star's likelihood in the Bayes factor. */
  readonly widening: number;
  /** Of the training stars, where the model removes [Fe/H]. */
  readonly population: FehPopulation | null;
}

/** Added to W and to W0, in units of S, so that a latent that the method left idle is not blown up by the one, nor infinitely sharp by the other. */
const RIDGE = { scatter: 1e-6, inconsistency: 1e-10 };

/**
 * Whether two stars have one chemistry, from what their spectra say of the residual latents r. `whiten` gives vectors whose plain L2 distance is the Mahalanobis
 * distance under W, the same for all stars: for searching. `logBayesFactor` weighs each star by its own noise, and by how rare it is: for ranking what was found.
 *
 * Each star's likelihood is widened by a W0: L' = (I + a L W0)⁻¹ L, e' = (I + a L W0)⁻¹ e. Photon noise alone (a = 0) is not the error: no model decodes a star at
 * other parameters without one. With ev(L, e) = ½ eᵀ(L + I)⁻¹ e - ½ ln det(L + I), the log Bayes factor of one chemistry against two drawn from the population, whose r
 * are N(0, I), is ev(L'a + L'b, e'a + e'b) - ev(L'a, e'a) - ev(L'b, e'b).
 *
 * It is computed in coordinates where a W0 = I: there L' = I - (I + L)⁻¹ and e' = (I + L)⁻¹ e. 64-bit throughout; L may be singular.
 */
export class TwinMetric {
  readonly latentSize: number;
  /** Where a W0 = I. */
  readonly #widened: Coordinates;
  /** The way back. */
  readonly #back: Coordinates;
  /** Precision of the population in the former, packed. */
  readonly #prior: Float64Array;
  /** -½ ln det of it. */
  readonly #priorVolume: number;
  /** W^(-1/2), row-major, lower triangular. */
  readonly #whitening: Float64Array;
  readonly #sum: Float64Array;
  readonly #vector: Float64Array;

  /** @throws FileError where W is not positive definite, or W0 not positive semidefinite */
  constructor(readonly parts: MetricParts) {
    const { scatter, inconsistency, widening } = parts;
    const n = Math.sqrt(scatter.length);
    this.latentSize = n;
    const widener = addToDiagonal(
      inconsistency.map((value) => widening * value),
      n,
      RIDGE.inconsistency,
    );
    const factor = lowerFactor(widener, n, 'metric.inconsistency');
    this.#widened = new Coordinates(factor, n);
    this.#back = new Coordinates(inverseFactor(factor, n), n);
    this.#prior = this.#widened.information(identity(n));
    this.#priorVolume = -0.5 * factorise(this.#prior.slice(), n);
    const searched = addToDiagonal(scatter.slice(), n, RIDGE.scatter);
    this.#whitening = inverseFactor(lowerFactor(searched, n, 'metric.scatter'), n);
    this.#sum = new Float64Array(triangleSize(n));
    this.#vector = new Float64Array(n);
  }

  /** @throws FileError where a tensor is missing, misshapen or impossible */
  static fromTensors(tensors: Tensors, latentSize: number): TwinMetric {
    const values = (name: string, shape: readonly number[]) =>
      Float64Array.from(expectTensor(tensors, name, shape, 'model artefact').values);
    const [widening] = values('widening', [1]);
    if (!(widening >= 0))
      throw new FileError({
        file: 'model artefact',
        place: 'metric.widening',
        expected: 'a number from 0 on',
        found: String(widening),
      });
    return new TwinMetric({
      scatter: values('scatter', [latentSize, latentSize]),
      inconsistency: values('inconsistency', [latentSize, latentSize]),
      widening,
      population: tensors.feh ? FehPopulation.fromTensor(tensors.feh) : null,
    });
  }

  toTensors(): Tensors {
    const { scatter, inconsistency, widening, population } = this.parts;
    const shape = [this.latentSize, this.latentSize];
    return {
      scatter: { shape, values: scatter },
      inconsistency: { shape, values: inconsistency },
      widening: { shape: [1], values: Float64Array.of(widening) },
      ...(population && { feh: population.toTensor() }),
    };
  }

  /** The same metric with some parts replaced. */
  with(changes: Partial<MetricParts>): TwinMetric {
    return new TwinMetric({ ...this.parts, ...changes });
  }

  /** @returns W^(-1/2) r, rows x n: |whiten(a) - whiten(b)|² = (a - b)ᵀ W⁻¹ (a - b) */
  whiten(r: Float64Array | Float32Array): Float32Array {
    return multiplyLower(this.#whitening, r, this.latentSize);
  }

  /**
   * Does once for a star what its comparison with any other needs.
   * @throws InputError for numbers of another model, or an L that is not positive semidefinite
   */
  weigh(evidence: Evidence): WeighedStar {
    const { information, vector } = this.#widen(evidence);
    const logEvidence = this.#logEvidence(information, vector, null);
    const { population } = this.parts;
    if (!Number.isFinite(logEvidence)) throw new InputError('informationVector', 'finite numbers', 'others');
    return { information, vector, logEvidence, feh: (population && evidence.feh) ?? null };
  }

  /** @returns L' and e' in the coordinates of r. @throws InputError as `weigh` */
  widen(evidence: Evidence): { information: Float64Array; vector: Float64Array } {
    const { information, vector } = this.#widen(evidence);
    return { information: this.#back.information(information), vector: this.#back.vector(vector) };
  }

  #widen(evidence: Evidence): { information: Float64Array; vector: Float64Array } {
    this.requireSize(evidence);
    const n = this.latentSize;
    const factor = addToPackedDiagonal(this.#widened.information(evidence.information), n, 1);
    if (Number.isNaN(factorise(factor, n)))
      throw new InputError('information', 'a positive semidefinite matrix', 'one that is not');
    const information = invert(factor, n);
    const vector = multiply(information, this.#widened.vector(evidence.informationVector), n);
    for (let i = 0; i < information.length; i++) information[i] = -information[i];
    return { information: addToPackedDiagonal(information, n, 1), vector };
  }

  /** Symmetric; above 0 speaks for one chemistry. Some 2 µs for 20 latents. */
  logBayesFactor(a: WeighedStar, b: WeighedStar): number {
    const latents = this.#logEvidence(a.information, a.vector, b) - a.logEvidence - b.logEvidence;
    const { population } = this.parts;
    return population && a.feh && b.feh ? latents + population.logBayesFactor(a.feh, b.feh) : latents;
  }

  /** @see chiSquare. Some fifty times as dear as a Bayes factor: for the twins that are shown. @throws InputError as `weigh` */
  chiSquare(a: Evidence, b: Evidence): ChiSquare {
    for (const evidence of [a, b]) this.requireSize(evidence);
    return chiSquare(a, b, this.parts.inconsistency);
  }

  /** ev of a star, or of two together. */
  #logEvidence(information: Float64Array, vector: Float64Array, other: WeighedStar | null): number {
    const n = this.latentSize;
    const [sum, e, prior] = [this.#sum, this.#vector, this.#prior];
    if (other) {
      const added = other.information;
      for (let i = 0; i < sum.length; i++) sum[i] = prior[i] + information[i] + added[i];
      for (let i = 0; i < n; i++) e[i] = vector[i] + other.vector[i];
    } else {
      for (let i = 0; i < sum.length; i++) sum[i] = prior[i] + information[i];
      e.set(vector);
    }
    const logDeterminant = factorise(sum, n);
    return 0.5 * (solveForward(sum, e, n) - logDeterminant) - this.#priorVolume;
  }

  /** @throws InputError for evidence of another number of latents */
  requireSize({ information, informationVector: vector }: Evidence): void {
    const n = this.latentSize;
    if (information.length !== triangleSize(n) || vector.length !== n)
      throw new InputError(
        'evidence',
        `${triangleSize(n)} + ${n} numbers`,
        `${information.length} + ${vector.length} numbers`,
      );
  }
}

/** The unit matrix, packed. */
function identity(n: number): Float64Array {
  return addToPackedDiagonal(new Float64Array(triangleSize(n)), n, 1);
}

function addToDiagonal(full: Float64Array, n: number, value: number): Float64Array {
  for (let i = 0; i < n; i++) full[i * (n + 1)] += value;
  return full;
}

function addToPackedDiagonal(packed: Float64Array, n: number, value: number): Float64Array {
  for (let i = 0; i < n; i++) packed[diagonal(i)] += value;
  return packed;
}

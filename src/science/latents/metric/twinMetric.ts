import { Matrix } from 'ml-matrix';
import { FileError, InputError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import { expectTensor } from '../../networks/expectTensor.js';
import { chiSquare } from './chiSquare.js';
import { Coordinates } from './coordinates.js';
import type { ChiSquare, Evidence, WeighedStar } from './evidence.js';
import { FehPopulation } from './fehPopulation.js';
import { inverseFactor, lowerFactor } from './matrices.js';
import { diagonal, factorise, invert, multiply, pack, solveForward, triangleSize } from './triangle.js';

/** What a metric consists of; matrices n x n, row-major, in the coordinates of r. */
export interface MetricParts {
  /** S: covariance of r over the population. */
  readonly prior: Float64Array;
  /** W: covariance of the difference between r̂ of two spectra of one chemistry, noise included. */
  readonly scatter: Float64Array;
  /** W0: half of the same without noise: how far the model contradicts itself when only u changes. */
  readonly inconsistency: Float64Array;
  /** a: how much of W0 widens a star's likelihood in the Bayes factor. */
  readonly widening: number;
  /** Of the training stars, where the model removes [Fe/H]. */
  readonly population: FehPopulation | null;
}

/** Share of S added to W and to W0, so that a latent that the method left idle is not blown up by the one, nor infinitely sharp by the other. */
const RIDGE = { scatter: 1e-6, inconsistency: 1e-10 };

/**
 * Whether two stars have one chemistry, from what their spectra say of the residual latents r. `whiten` gives vectors whose plain L2 distance is the Mahalanobis
 * distance under W, the same for all stars: for searching. `logBayesFactor` weighs each star by its own noise, and by how rare it is: for ranking what was found.
 *
 * Each star's likelihood is widened by a W0: L' = (I + a L W0)⁻¹ L, e' = (I + a L W0)⁻¹ e. Photon noise alone (a = 0) is not the error: no model decodes a star at
 * other parameters without one. With ev(L, e) = ½ eᵀ(L + S⁻¹)⁻¹ e - ½ ln det(L + S⁻¹) - ½ ln det S, the log Bayes factor of one chemistry against two drawn from the
 * population is ev(L'a + L'b, e'a + e'b) - ev(L'a, e'a) - ev(L'b, e'b).
 *
 * It is computed where a W0 = 1: there L' = 1 - (1 + L)⁻¹ and e' = (1 + L)⁻¹ e. 64-bit throughout; L may be singular.
 */
export class TwinMetric {
  readonly latentSize: number;
  /** Where S = 1. */
  readonly #population: Coordinates;
  /** Where a W0 = 1. */
  readonly #widened: Coordinates;
  /** S⁻¹ in the latter, packed. */
  readonly #prior: Float64Array;
  /** ½ ln det S in the latter. */
  readonly #priorVolume: number;
  /** W0 where S = 1, packed. */
  readonly #inconsistency: Float64Array;
  /** W^(-1/2), row-major, lower triangular. */
  readonly #whitening: Float64Array;
  readonly #sum: Float64Array;
  readonly #vector: Float64Array;

  /** @throws FileError where S or W is not positive definite, or W0 not positive semidefinite */
  constructor(readonly parts: MetricParts) {
    const { prior, scatter, inconsistency, widening } = parts;
    const n = Math.sqrt(prior.length);
    this.latentSize = n;
    const populationFactor = lowerFactor(prior, n, 'residual.covariance');
    const toPopulation = inverseFactor(populationFactor, n);
    this.#population = new Coordinates(populationFactor, n);
    this.#inconsistency = pack(sandwich(toPopulation, inconsistency, n), n);
    const widener = inconsistency.map((value, i) => widening * value + RIDGE.inconsistency * prior[i]);
    const widenedFactor = lowerFactor(widener, n, 'metric.inconsistency');
    this.#widened = new Coordinates(widenedFactor, n);
    this.#prior = this.#widened.information(pack(precision(toPopulation, n), n));
    this.#priorVolume = -0.5 * factorise(this.#prior.slice(), n);
    const searched = scatter.map((value, i) => value + RIDGE.scatter * prior[i]);
    this.#whitening = inverseFactor(lowerFactor(searched, n, 'metric.scatter'), n);
    this.#sum = new Float64Array(triangleSize(n));
    this.#vector = new Float64Array(n);
  }

  /** @param prior S @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, prior: Float64Array): TwinMetric {
    const n = Math.sqrt(prior.length);
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
      prior,
      scatter: values('scatter', [n, n]),
      inconsistency: values('inconsistency', [n, n]),
      widening,
      population: tensors.feh ? FehPopulation.fromTensor(tensors.feh) : null,
    });
  }

  /** All but S, which belongs to the residual. */
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
    const n = this.latentSize;
    const whitened = new Float32Array(r.length);
    for (let start = 0; start < r.length; start += n)
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += this.#whitening[i * n + j] * r[start + j];
        whitened[start + i] = sum;
      }
    return whitened;
  }

  /**
   * Does once for a star what its comparison with any other needs.
   * @throws InputError for numbers of another model, or an L that is not positive semidefinite
   */
  weigh(evidence: Evidence): WeighedStar {
    this.#check(evidence);
    const n = this.latentSize;
    const factor = this.#widened.information(evidence.information);
    for (let i = 0; i < n; i++) factor[diagonal(i)] += 1;
    const regular = factorise(factor, n);
    const information = invert(factor, n);
    const vector = multiply(information, this.#widened.vector(evidence.vector), n);
    for (let i = 0; i < information.length; i++) information[i] = -information[i];
    for (let i = 0; i < n; i++) information[diagonal(i)] += 1;
    const logEvidence = this.#logEvidence(information, vector, null);
    if (!Number.isFinite(regular + logEvidence))
      throw new InputError('information', 'a positive semidefinite matrix', 'one that is not');
    const { population } = this.parts;
    return { information, vector, logEvidence, feh: (population && evidence.feh) ?? null };
  }

  /** Symmetric; above 0 speaks for one chemistry. Some 4 µs for 20 latents. */
  logBayesFactor(a: WeighedStar, b: WeighedStar): number {
    const latents = this.#logEvidence(a.information, a.vector, b) - a.logEvidence - b.logEvidence;
    const { population } = this.parts;
    return population && a.feh && b.feh ? latents + population.logBayesFactor(a.feh, b.feh) : latents;
  }

  /** @see chiSquare. Some fifty times as dear as a Bayes factor: for the twins that are shown. @throws InputError as `weigh` */
  chiSquare(a: Evidence, b: Evidence): ChiSquare {
    const [first, second] = [a, b].map((evidence) => {
      this.#check(evidence);
      return {
        information: this.#population.information(evidence.information),
        vector: this.#population.vector(evidence.vector),
      };
    });
    return chiSquare(first, second, this.#inconsistency);
  }

  /** ev of a star, or of two together. */
  #logEvidence(information: Float64Array, vector: Float64Array, other: WeighedStar | null): number {
    const n = this.latentSize;
    const [sum, e, prior] = [this.#sum, this.#vector, this.#prior];
    for (let i = 0; i < sum.length; i++) sum[i] = prior[i] + information[i];
    e.set(vector);
    if (other) {
      for (let i = 0; i < sum.length; i++) sum[i] += other.information[i];
      for (let i = 0; i < n; i++) e[i] += other.vector[i];
    }
    const logDeterminant = factorise(sum, n);
    return 0.5 * (solveForward(sum, e, n) - logDeterminant) - this.#priorVolume;
  }

  #check({ information, vector }: Evidence): void {
    const n = this.latentSize;
    if (information.length !== triangleSize(n) || vector.length !== n)
      throw new InputError(
        'evidence',
        `${triangleSize(n)} + ${n} numbers`,
        `${information.length} + ${vector.length} numbers`,
      );
  }
}

/** M A Mᵀ, row-major. */
function sandwich(m: Float64Array, a: Float64Array, n: number): Float64Array {
  const left = Matrix.from1DArray(n, n, m);
  return Float64Array.from(
    left
      .mmul(Matrix.from1DArray(n, n, a))
      .mmul(left.transpose())
      .to1DArray(),
  );
}

/** (K Kᵀ)⁻¹ = K⁻ᵀ K⁻¹, row-major. */
function precision(inverse: Float64Array, n: number): Float64Array {
  const m = Matrix.from1DArray(n, n, inverse);
  return Float64Array.from(m.transpose().mmul(m).to1DArray());
}

import { FileError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import { triangleSize } from '../linearAlgebra/triangle.js';
import type { Backend } from '../networks/backend.js';
import { countUsable } from '../pixels/countUsable.js';
import type { Measured, Representation } from '../representation/representation.js';
import { RowNoise } from '../representation/rowNoise.js';
import { type BasisOptions, type FittedComponents, fitComponents } from './basisFit.js';
import type { BasisNumbers } from './basisNumbers.js';
import { ContinuumElimination } from './continuumElimination.js';
import { type ContinuumError, ContinuumModes } from './continuumModes.js';
import { Projector } from './projector.js';
import type { RowSource } from './rowSource.js';

export type { BasisOptions } from './basisFit.js';
export type { RowSource } from './rowSource.js';

/**
 * Fits a basis to training spectra, see `fitComponents`; deterministic by seed on one machine and number of threads.
 * @throws TrainingError when fewer than three spectra have a good pixel, or no pixel is covered; what the signal aborts with
 */
export async function fitBasis(
  backend: Backend,
  source: RowSource,
  options: BasisOptions,
  report: Report,
  signal: AbortSignal,
): Promise<SpectralBasis> {
  return SpectralBasis.fromFit(backend, source.pixels, await fitComponents(backend, source, options, report, signal));
}

/**
 * A mean spectrum and K orthonormal directions V about it: spectra as K coefficients. A spectrum is projected by least squares with its own
 * inverse variances,
 *
 *   y = C Vᵀ diag(ivar) (x - mean),   C = (Vᵀ diag(ivar) V + prior⁻¹)⁻¹,
 *
 * so that flagged pixels drop out: their flux, be it NaN, changes no bit. The prior is Gaussian about the mean spectrum with 10,000 times the
 * variance that the coefficients had in training: it moves a coefficient by less than a 1,000th of its error where the pixels determine it (100
 * times shrank the weakest by a tenth at an SNR of 20), and keeps it finite where they do not. A spectrum without any good pixel gets
 * coefficients 0 and the prior's covariance.
 *
 * What the components leave out of a spectrum, of variance t per pixel, is noise to the pixels that are left where others dropped out: ivar takes
 * it in. In full spectra it is orthogonal to V and adds nothing. Both are so at once, since with the truncated part t (I - V Vᵀ) in the covariance
 * of the pixels the estimate stays the same and its covariance is t I less than C (Woodbury): that is what `measure` gives.
 */
export class SpectralBasis implements Representation {
  /** K. */
  readonly size: number;
  /** P, of the whole grid. */
  readonly pixels: number;
  /** Mean spectrum, P; NaN in pixels that the basis does not cover. */
  readonly mean: Float32Array;
  /** Mean and standard deviation of the training spectra's coefficients, noise included; K. */
  readonly centre: Float32Array;
  readonly sd: Float32Array;
  /** Standard deviation of the noise of each coefficient, for a training spectrum of typical noise; K. */
  readonly noise: Float32Array;
  private readonly numbers: BasisNumbers;
  private projector: { readonly of: Backend; readonly projector: Projector } | null = null;

  private constructor(
    private readonly tensors: Record<TensorName, Float32Array>,
    continuum: ContinuumModes | null = null,
  ) {
    const { mean, components, centre, sd, noise, truncation } = tensors;
    this.size = sd.length;
    this.pixels = mean.length;
    [this.mean, this.centre, this.sd] = [mean, centre, sd];
    const covered = coveredPixels(mean);
    this.numbers = {
      pixels: mean.length,
      covered,
      mean: Float32Array.from(covered, (p) => mean[p]),
      components,
      size: sd.length,
      prior: Float64Array.from(sd, (value) => PRIOR * Math.max(value ** 2, SMALLEST_VARIANCE)),
      truncation: truncation[0],
      sd,
      continuum,
    };
    this.noise = continuum ? withContinuumNoise(noise, this.numbers, continuum) : noise;
  }

  /** The same components, for spectra whose continua are wrong by so much; null: that are right. */
  withContinuumError(error: ContinuumError | null, { chips }: WavelengthGrid): SpectralBasis {
    return new SpectralBasis(this.tensors, error && ContinuumModes.of(error, chips, this.numbers.covered));
  }

  static fromFit(backend: Backend, pixels: number, fit: FittedComponents): SpectralBasis {
    const { statistics, directions, centre, sd, truncation } = fit;
    const { covered } = statistics;
    const mean = new Float32Array(pixels).fill(Number.NaN);
    const typical = new Float32Array(pixels);
    covered.forEach((pixel, p) => {
      mean[pixel] = statistics.mean[p];
      typical[pixel] = statistics.shape[p] * statistics.typicalLevel;
    });
    const components = transpose(directions.values, directions.size);
    const noise = new Float32Array(directions.size);
    const basis = new SpectralBasis({ mean, components, centre, sd, noise, truncation: Float32Array.of(truncation) });
    const { noise: covariance } = basis.measure(backend, mean, typical, 1);
    for (let k = 0; k < noise.length; k++) noise[k] = Math.sqrt(covariance.variance(0, k));
    return basis;
  }

  /** @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors): SpectralBasis {
    const size = tensors.sd?.values.length ?? 0;
    const pixels = tensors.mean?.values.length ?? 0;
    const mean = read(tensors, 'mean', [pixels]);
    const covered = coveredPixels(mean).length;
    const own = {
      mean,
      components: read(tensors, 'components', [covered, size]),
      centre: read(tensors, 'centre', [size]),
      sd: read(tensors, 'sd', [size]),
      noise: read(tensors, 'noise', [size]),
      truncation: read(tensors, 'truncation', [1]),
    };
    return new SpectralBasis(own, tensors.continuumModes ? ContinuumModes.fromTensors(tensors, covered) : null);
  }

  toTensors(): Tensors {
    const shapes: Record<TensorName, number[]> = {
      mean: [this.pixels],
      components: [this.numbers.covered.length, this.size],
      centre: [this.size],
      sd: [this.size],
      noise: [this.size],
      truncation: [1],
    };
    const own = names.map((name): [string, Tensor] => [name, { shape: shapes[name], values: this.tensors[name] }]);
    return { ...Object.fromEntries(own), ...this.numbers.continuum?.toTensors() };
  }

  /** Coefficients and the covariances of their errors. @param flux rows x P, like `ivar` */
  measure(backend: Backend, flux: Float32Array, ivar: Float32Array, rows: number): Measured {
    const covariances: Float32Array[] = [];
    const x = this.solve(backend, flux, ivar, rows, covariances);
    return { x, noise: new RowNoise(this.size, covariances) };
  }

  /** The coefficients alone, rows x K: spares the covariances' time and memory. */
  represent(backend: Backend, flux: Float32Array, ivar: Float32Array, rows: number): Float32Array {
    return this.solve(backend, flux, ivar, rows, null);
  }

  goodPixels(flux: Float32Array, ivar: Float32Array, rows: number): Int32Array {
    return countUsable(this.numbers.covered, this.pixels, flux, ivar, rows);
  }

  get coveredPixels(): number {
    return this.numbers.covered.length;
  }

  /** @returns rows x P: the mean and what the coefficients (rows x K) add to it; NaN in pixels that the basis does not cover */
  reconstruct(backend: Backend, coefficients: Float32Array, rows: number): Float32Array {
    const { covered, mean } = this.numbers;
    const flux = new Float32Array(rows * this.pixels).fill(Number.NaN);
    const differences = this.on(backend).expand(coefficients, rows);
    for (let row = 0, at = 0; row < rows; row++)
      for (let p = 0; p < covered.length; p++, at++) flux[row * this.pixels + covered[p]] = mean[p] + differences[at];
    return flux;
  }

  /** Frees the memory taken from the backend; the next projection takes it again. */
  dispose(): void {
    this.projector?.projector.dispose();
    this.projector = null;
  }

  private solve(
    backend: Backend,
    flux: Float32Array,
    ivar: Float32Array,
    rows: number,
    covariances: Float32Array[] | null,
  ): Float32Array {
    const { size, pixels } = this;
    const coefficients = new Float32Array(rows * size);
    for (let start = 0; start < rows; start += SLICE) {
      const end = Math.min(start + SLICE, rows);
      const part = (values: Float32Array, width: number) => values.subarray(start * width, end * width);
      this.on(backend).project(
        part(flux, pixels),
        part(ivar, pixels),
        end - start,
        part(coefficients, size),
        covariances,
      );
    }
    return coefficients;
  }

  private on(backend: Backend): Projector {
    if (this.projector?.of !== backend) {
      this.dispose();
      this.projector = { of: backend, projector: new Projector(backend, this.numbers) };
    }
    return this.projector.projector;
  }
}

/** Variance of the prior in units of the training variance. */
const PRIOR = 1e4;
/** For components along which training spectra did not differ at all. */
const SMALLEST_VARIANCE = 1e-12;
/** Rows a step: bounds the memory of a large batch. */
const SLICE = 256;

const names = ['mean', 'components', 'centre', 'sd', 'noise', 'truncation'] as const;
type TensorName = (typeof names)[number];

function coveredPixels(mean: Float32Array): Int32Array {
  return Int32Array.from(mean.keys()).filter((p) => !Number.isNaN(mean[p]));
}

function read(tensors: Tensors, name: TensorName, shape: readonly number[]): Float32Array {
  const tensor: Tensor | undefined = tensors[name];
  const fault = (expected: string, found: string) =>
    new FileError({ file: 'model artefact', place: `spectral basis, tensor ${name}`, expected, found });
  if (!(tensor?.values instanceof Float32Array) || String(tensor.shape) !== String(shape) || shape.includes(0))
    throw fault(`32-bit floats of shape [${shape}], none of it 0`, tensor ? `shape [${tensor.shape}]` : 'nothing');
  if (name !== 'mean' && !tensor.values.every(Number.isFinite)) throw fault('finite numbers', 'others');
  return tensor.values;
}

/** What a fitted continuum adds to the noise of the coefficients, for the mean spectrum with even noise of the same size. */
function withContinuumNoise(noise: Float32Array, numbers: BasisNumbers, continuum: ContinuumModes): Float32Array {
  const { size, components, mean } = numbers;
  const variance = noise.reduce((sum, sigma) => sum + sigma ** 2, 0) / size;
  const q = continuum.count;
  const products = { cross: new Float32Array(q * size), square: new Float32Array(q * q), right: new Float32Array(q) };
  let first = 0;
  for (const { start, end, count, values } of continuum.blocks) {
    for (let k = 0; k < count; k++)
      for (let p = start; p < end; p++) {
        const own = mean[p] * values[k * (end - start) + p - start];
        for (let i = 0; i < size; i++) products.cross[(first + k) * size + i] += own * components[p * size + i];
        for (let l = 0; l < count; l++)
          products.square[(first + k) * q + first + l] += own * mean[p] * values[l * (end - start) + p - start];
      }
    first += count;
  }
  const elimination = new ContinuumElimination(q, size).take(products, 0, 1 / variance);
  elimination.evenRight(new Float32Array(size));
  const covariance = elimination.evenCovariance(variance, 0);
  return noise.map((sigma, k) => sigma * Math.sqrt(covariance[triangleSize(k + 1) - 1] / variance));
}

/** size x n into n x size. */
function transpose(values: Float32Array, size: number): Float32Array {
  const n = values.length / size;
  return Float32Array.from(values, (_, at) => values[(at % size) * n + Math.floor(at / size)]);
}

import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Tensors } from '../artefact/tensors.js';
import type { ContinuumError } from '../basis/continuumModes.js';
import type { Backend } from '../networks/backend.js';
import type { RowNoise } from './rowNoise.js';

/** Spectra as rows of x, with what is known of their errors. */
export interface Measured {
  /** rows x size. */
  readonly x: Float32Array;
  readonly noise: RowNoise;
}

/**
 * How a spectrum becomes the row of numbers x that a method works on, and back. Learnt from the training spectra, kept with the model. Arrays are
 * row-major; a pixel with ivar 0 says nothing: its flux, be it NaN, changes no bit of x.
 */
export interface Representation {
  /** Numbers in a row of x. */
  readonly size: number;
  /** P, of the whole grid. */
  readonly pixels: number;
  /** Standard deviation of the noise of each column of x, for a training spectrum of typical noise. */
  readonly noise: Float32Array;
  /**
   * The same, for spectra whose continua are wrong by so much, or right (null): x then leaves that out as far as it can be told, and its noise knows what is left.
   * @throws InputError where it cannot
   */
  withContinuumError(error: ContinuumError | null, grid: WavelengthGrid): Representation;
  /**
   * @param flux rows x P, like `ivar`
   * @returns x, rows x size
   */
  represent(backend: Backend, flux: Float32Array, ivar: Float32Array, rows: number): Float32Array;
  /** The same x, and the covariance of its noise. */
  measure(backend: Backend, flux: Float32Array, ivar: Float32Array, rows: number): Measured;
  /** @returns how many of the pixels that the representation covers say something, row by row */
  goodPixels(flux: Float32Array, ivar: Float32Array, rows: number): Int32Array;
  /** Number of pixels that it covers. */
  readonly coveredPixels: number;
  /** @returns flux, rows x P; NaN in pixels that the representation does not cover */
  reconstruct(backend: Backend, x: Float32Array, rows: number): Float32Array;
  toTensors(): Tensors;
  /** Frees what it holds in the backend; the next use takes it again. */
  dispose(): void;
}

import type { ContinuumModes } from './continuumModes.js';

/** What a projection needs of a basis. */
export interface BasisNumbers {
  /** Number of pixels of the grid. */
  readonly pixels: number;
  /** Indices of the covered pixels; `mean` and `components` (covered x size, orthonormal columns) are over these. */
  readonly covered: Int32Array;
  readonly mean: Float32Array;
  readonly components: Float32Array;
  readonly size: number;
  /** Variance of each coefficient before anything is known of the spectrum. */
  readonly prior: Float64Array;
  /** Variance per pixel of what the components leave out: added to the noise. */
  readonly truncation: number;
  /** Standard deviation of each coefficient over the training spectra. */
  readonly sd: Float32Array;
  /** How continua may be wrong, to be fitted with the coefficients; null: they are taken as right. */
  readonly continuum: ContinuumModes | null;
}

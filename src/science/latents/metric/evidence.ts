import type { MeasuredFeh } from './fehPopulation.js';

/** What a spectrum says of its residual latent r, by itself: the likelihood exp(-½ rᵀ L r + eᵀ r). r is in units of the population's, N(0, I). */
export interface Evidence {
  /** L: lower triangle by rows, n (n + 1) / 2. Directions that the spectrum says nothing of are its null space. */
  readonly information: Float32Array;
  /** e = (L + I) r̂, n numbers. */
  readonly informationVector: Float32Array;
  /** [Fe/H] from the catalogue, for models that remove it; null or absent where it is not known, or known exactly. */
  readonly feh?: MeasuredFeh | null;
}

/** A star made ready for comparison with any number of others, in coordinates of the metric's own. */
export interface WeighedStar {
  /** L', widened, packed. */
  readonly information: Float64Array;
  /** e', widened. */
  readonly vector: Float64Array;
  /** ev(L', e'): log probability of the spectrum for a star of the population, but for what cancels. */
  readonly logEvidence: number;
  readonly feh: MeasuredFeh | null;
}

/** How far two stars are apart, in units of what is known of the distance. */
export interface ChiSquare {
  readonly chi2: number;
  /** Directions that both spectra determine. */
  readonly degreesOfFreedom: number;
}

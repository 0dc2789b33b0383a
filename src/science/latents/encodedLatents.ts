/** Spectra on a model's grid, row-major. */
export interface EncodeInput {
  readonly rows: number;
  /** rows x P, continuum-normalised. */
  readonly flux: Float32Array;
  /** rows x P; 0: says nothing. */
  readonly ivar: Float32Array;
  /** rows x 3: teff, logg, feh in K, dex, dex; NaN where unknown. */
  readonly parameters: Float64Array;
  /** rows x 3, 1 sigma in the same units; 0 or NaN: exact. */
  readonly parameterErrors: Float64Array;
}

/** What a spectrum must have to be encoded. */
export interface EncodeLimits {
  /** Share of the pixels that the model covers which must be good, 0 to 1. */
  readonly minimumGoodShare: number;
}

export const defaultEncodeLimits: EncodeLimits = { minimumGoodShare: 0.25 };

/**
 * What a model makes of spectra, row-major; n is the latent size, m the number of parameters that the model removes. A row without a latent has NaN everywhere.
 *
 * The residual latent r is in units of the training set's: r = K⁻¹ (z - z̄(u)) with S = K Kᵀ the covariance of z - z̄(u) there, so that its prior is N(0, I).
 * Hence the covariance of a star's r̂ about the truth is (L + I)⁻¹, and (L + I)⁻¹ L (L + I)⁻¹ that of r̂ over noise.
 */
export interface EncodedLatents {
  readonly latentSize: number;
  /** rows x n: z, what `decode` takes. */
  readonly latents: Float32Array;
  /** rows x n: the encoder's own z, where the fit began: what the paper compares stars by. For evaluations. */
  readonly encoded: Float32Array;
  /** rows x n: what is searched by plain L2. */
  readonly searched: Float32Array;
  /** rows x n: r̂, the maximum a posteriori residual latent. */
  readonly residual: Float32Array;
  /** rows x n (n + 1) / 2: L, what the spectrum tells of r, u marginalised where it has errors; lower triangle by rows. */
  readonly information: Float32Array;
  /** rows x n: e = (L + I) r̂. */
  readonly informationVector: Float32Array;
  /** rows x m: the parameters fitted together with r, in the model's order (K, dex, dex); the catalogue's where they are taken as exact. */
  readonly refined: Float64Array;
  /** rows x m (m + 1) / 2: their covariance, lower triangle by rows; 0 where exact. */
  readonly refinedCovariance: Float64Array;
  /** 1 where u lies outside the training range and was clamped. */
  readonly extrapolated: Uint8Array;
  /** Why a row has no latent; null where it has one. */
  readonly reasons: readonly (string | null)[];
}

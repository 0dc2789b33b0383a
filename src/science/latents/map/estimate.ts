import type { RowNoise } from '../../representation/rowNoise.js';

/** What is estimated from, row-major. Only x and its noise: a twin made up in x needs no spectrum. */
export interface MapInput {
  readonly rows: number;
  /** rows x width. */
  readonly x: Float32Array;
  readonly noise: RowNoise;
  /** rows x m, scaled: the catalogue's parameters. */
  readonly u: Float32Array;
  /** rows x m, scaled, 1 sigma; 0 or NaN: exact. */
  readonly uErrors: Float32Array;
}

/** See EncodedBatch; n latents, m parameters. */
export interface MapEstimate {
  readonly rows: number;
  /** rows x n: the encoder's z, where the fit began. */
  readonly encoded: Float32Array;
  /** rows x n: z of the estimate, z̄(u) + K r̂ at the refined u. */
  readonly latents: Float32Array;
  /** rows x n: r̂, whitened. */
  readonly residual: Float32Array;
  /** rows x n (n + 1) / 2: L. */
  readonly information: Float32Array;
  /** rows x n: e = (L + I) r̂. */
  readonly informationVector: Float32Array;
  /** rows x m, scaled. */
  readonly u: Float32Array;
  /** rows x m (m + 1) / 2, scaled; 0 where exact. */
  readonly uCovariance: Float64Array;
  /** rows: (x - D)ᵀ (C + C_model)⁻¹ (x - D) at the last point where D was computed, a step before the end. */
  readonly chi2: Float32Array;
  /** rows: how many times the decoder was linearised. */
  readonly steps: Uint8Array;
}

import type { RowNoise } from '../representation/rowNoise.js';

/** A random part of the training set with all that is known of its errors: what is fitted to a trained model is fitted on these. */
export interface CalibrationStars {
  /** Their rows in the training set. */
  readonly rows: Int32Array;
  /** How many of them, the first, no network has learnt from. */
  readonly heldOut: number;
  /** rows x width: x as it is in the training samples. */
  readonly x: Float32Array;
  readonly noise: RowNoise;
  /** rows x parameters, scaled. */
  readonly u: Float32Array;
  /** rows x parameters, scaled, 1 sigma; 0: exact. */
  readonly uErrors: Float32Array;
}

/**
 * What the error of a difference between two stars' abundances is made of. The noise of the two adds up; the estimator's own error does not: between stars that are alike
 * it is the same for both and cancels, and grows apart with their distance d as 2 s² (1 - exp(-d² / 2 l²)).
 */
export interface DifferentialErrors {
  /** Scatter of every input of the estimator over the stars it learnt from: r, then u in the model's order (K, dex, dex). */
  readonly scale: readonly number[];
  /** In the order of the estimator's elements. */
  readonly species: readonly SpeciesDifferential[];
}

export interface SpeciesDifferential {
  /** s, dex. */
  readonly systematic: number;
  /** l, in units of the distance between two stars picked at random. */
  readonly length: number;
  /** By these the root of the sum is multiplied, so that the intervals of held-out pairs hold the truth in 68.3 and 95 % of cases. */
  readonly factor: number;
  readonly factor95: number;
}

/** What an estimator was given of a star: r̂, then the refined parameters. */
export type EstimatorInputs = ArrayLike<number>;

/** Distance of two stars as an estimator sees them; the root mean square over pairs picked at random is 1. */
export function inputDistance(a: EstimatorInputs, b: EstimatorInputs, scale: readonly number[]): number {
  let sum = 0;
  for (let k = 0; k < scale.length; k++) sum += ((a[k] - b[k]) / scale[k]) ** 2;
  return Math.sqrt(sum / (2 * scale.length));
}

/** Variance of a difference before its calibration, dex²; `noise` is that of each star's estimate, dex. */
export function differenceVariance(
  { systematic, length }: Pick<SpeciesDifferential, 'systematic' | 'length'>,
  noise: readonly [number, number],
  distance: number,
): number {
  return noise[0] ** 2 + noise[1] ** 2 + 2 * systematic ** 2 * (1 - Math.exp(-(distance ** 2) / (2 * length ** 2)));
}

/**
 * What the error of a difference between two stars' abundances is made of: those of the two add up but for what the estimator errs by alike for both, which cancels. That part is the
 * same for stars that are the same, and fades with their distance d: the variance is σa² + σb² - 2 s² exp(-d² / 2 l²).
 */
export interface DifferentialErrors {
  /** Scatter of every input of the estimator over the stars it learnt from: r, then u in the model's order (K, dex, dex). */
  readonly scale: readonly number[];
  /** In the order of the estimator's elements. */
  readonly species: readonly SpeciesDifferential[];
}

export interface SpeciesDifferential {
  /** s, dex. */
  readonly common: number;
  /** l, in units of the distance between two stars picked at random. */
  readonly length: number;
  /** What the root of it is multiplied by: to be the root mean square of the errors of held-out pairs, and to hold 68.3 and 95 % of them. */
  readonly factor: number;
  readonly factor68: number;
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

/** Of the summed variance at least this is left: no two stars share all of their errors. */
const LEAST_LEFT = 0.05;

/** Variance of a difference before its calibration, dex²; `sigma` is that of each star's estimate, dex. */
export function differenceVariance(
  { common, length }: Pick<SpeciesDifferential, 'common' | 'length'>,
  sigma: readonly [number, number],
  distance: number,
): number {
  const sum = sigma[0] ** 2 + sigma[1] ** 2;
  return Math.max(LEAST_LEFT * sum, sum - 2 * common ** 2 * Math.exp(-(distance ** 2) / (2 * length ** 2)));
}

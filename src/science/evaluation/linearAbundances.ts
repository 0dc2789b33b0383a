import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** Share of the mean variance of z on the diagonal of its covariance, so that idle latents do no harm. */
const RIDGE = 1e-6;

/** How well a linear map of the latents gives one element's abundance. */
export interface LinearAbundance {
  readonly element: string;
  /** Root of the mean squared error on stars that the map was not fitted on, dex. */
  readonly rmse: number;
  /** Standard deviation of the abundance itself over those stars, dex: the error of a map that knows nothing. */
  readonly sigma: number;
  /** Some of those stars: true and estimated, dex. */
  readonly sample: { readonly truth: readonly number[]; readonly estimate: readonly number[] };
}

export interface LinearAbundanceInput {
  /** rows x width. */
  readonly latents: Float32Array;
  readonly width: number;
  /** rows x elements, dex. */
  readonly abundances: Float64Array;
  readonly elements: readonly string[];
  /** Rows that the map is fitted on, and rows that it is judged on. */
  readonly fitted: readonly number[];
  readonly judged: readonly number[];
  /** Stars of the sample. */
  readonly shown: number;
}

/** Fig. 4 of de Mijolla et al. (2021): A = V Z⁺ with a constant and a touch of ridge. */
export function linearAbundances(input: LinearAbundanceInput): LinearAbundance[] {
  const { latents, width, abundances, elements, fitted, judged, shown } = input;
  const [meanZ, meanV] = [means(latents, width, fitted), means(abundances, elements.length, fitted)];
  const z = centred(latents, width, fitted, meanZ);
  const v = centred(abundances, elements.length, fitted, meanV);
  const square = z.transpose().mmul(z);
  const ridge = (RIDGE * square.trace()) / width || RIDGE;
  const map = new CholeskyDecomposition(square.add(Matrix.eye(width).mul(ridge))).solve(z.transpose().mmul(v));
  const estimated = centred(latents, width, judged, meanZ).mmul(map);
  return elements.map((element, i) => {
    const truth = judged.map((row) => abundances[row * elements.length + i]);
    const estimate = judged.map((_, k) => meanV[i] + estimated.get(k, i));
    const centre = truth.reduce((sum, value) => sum + value, 0) / truth.length;
    const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);
    const brief = (values: readonly number[]) => values.slice(0, shown).map((value) => Number(value.toFixed(4)));
    return {
      element,
      rmse: rms(truth.map((value, k) => value - estimate[k])),
      sigma: rms(truth.map((value) => value - centre)),
      sample: { truth: brief(truth), estimate: brief(estimate) },
    };
  });
}

function means(values: ArrayLike<number>, width: number, rows: readonly number[]): number[] {
  const sums = new Array<number>(width).fill(0);
  for (const row of rows) for (let k = 0; k < width; k++) sums[k] += values[row * width + k] / rows.length;
  return sums;
}

function centred(values: ArrayLike<number>, width: number, rows: readonly number[], mean: readonly number[]): Matrix {
  const matrix = new Matrix(rows.length, width);
  rows.forEach((row, at) => {
    for (let k = 0; k < width; k++) matrix.set(at, k, values[row * width + k] - mean[k]);
  });
  return matrix;
}

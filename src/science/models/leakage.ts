import { CholeskyDecomposition, determinant, Matrix } from 'ml-matrix';

/** Latents with the parameters that they ought not to tell, row-major. */
export interface Probed {
  readonly rows: number;
  readonly z: Float32Array;
  readonly u: Float32Array;
}

export interface Leakage {
  /** Share of the variance of each parameter that the probe explains, 0 … 1. */
  readonly r2: readonly number[];
  /** Information on all parameters together, were u and its residuals Gaussian: ½ log2(det cov u / det cov residual), at least 0. */
  readonly bits: number;
}

/** Latents whose products enter the probe: beyond 20 they would cost more than all the rest. */
const multiplied = 20;

/** Ridge penalties relative to the number of rows. The strongest probe of the three counts, so that leakage is not understated. */
const penalties = [1e-3, 1e-2, 1e-1];

/**
 * What z says about u: a fresh ridge regression of u on z, its squares and its products, learnt on `learning` and tried on `trial`. An adversary that has been
 * outrun says nothing of leakage; a probe that starts afresh does.
 */
export function measureLeakage(learning: Probed, trial: Probed, latentSize: number, parameters: number): Leakage {
  const features = quadraticFeatures(learning, latentSize);
  const [x, tried] = [features(learning), features(trial)];
  const [targets, truth] = [new Matrix(rowsOf(learning.u, parameters)), new Matrix(rowsOf(trial.u, parameters))];
  const gram = x.transpose().mmul(x);
  const moments = x.transpose().mmul(targets);
  const candidates = penalties.map((penalty) => {
    const ridge = gram.clone();
    // The constant, column 0, is not shrunk.
    for (let i = 1; i < ridge.rows; i++) ridge.set(i, i, ridge.get(i, i) + penalty * learning.rows);
    const residual = Matrix.sub(truth, tried.mmul(new CholeskyDecomposition(ridge).solve(moments)));
    return compare(covariance(truth), covariance(residual));
  });
  return candidates.reduce((best, candidate) => (candidate.bits > best.bits ? candidate : best));
}

function compare(total: Matrix, residual: Matrix): Leakage {
  const r2 = total.diagonal().map((variance, i) => Math.max(0, 1 - residual.get(i, i) / variance));
  return { r2, bits: Math.max(0, 0.5 * Math.log2(determinant(total) / determinant(residual))) };
}

/** 1, z, z² and products of z, where z is standardised as in the rows that the probe learns from. */
function quadraticFeatures(learning: Probed, size: number): (probed: Probed) => Matrix {
  const mean = new Float64Array(size);
  const square = new Float64Array(size);
  learning.z.forEach((value, i) => {
    mean[i % size] += value / learning.rows;
    square[i % size] += value ** 2 / learning.rows;
  });
  const scale = square.map((value, i) => 1 / Math.max(1e-12, Math.sqrt(Math.max(0, value - mean[i] ** 2))));
  const products = Math.min(size, multiplied);
  return ({ rows, z }) => {
    const features = new Matrix(rows, 1 + size + (products * (products + 1)) / 2);
    const standard = new Float64Array(size);
    for (let row = 0; row < rows; row++) {
      // Clamped: one far outlier's square would outweigh a thousand rows.
      for (let i = 0; i < size; i++) standard[i] = Math.max(-5, Math.min(5, (z[row * size + i] - mean[i]) * scale[i]));
      let column = 0;
      features.set(row, column++, 1);
      for (let i = 0; i < size; i++) features.set(row, column++, standard[i]);
      for (let i = 0; i < products; i++)
        for (let j = i; j < products; j++)
          features.set(row, column++, (standard[i] * standard[j] - (i === j ? 1 : 0)) / 2);
    }
    return features;
  };
}

function covariance(values: Matrix): Matrix {
  const centred = values.clone().center('column', {});
  return centred.transpose().mmul(centred).div(values.rows);
}

function rowsOf(values: Float32Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  );
}

import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MapEstimate } from '../../../../src/science/latents/map/estimate.js';
import type { Backend } from '../../../../src/science/networks/backend.js';
import { loadBackend } from '../../../../src/science/networks/backend.js';
import { Random } from '../../../../src/science/networks/random.js';
import { RowNoise } from '../../../../src/science/representation/rowNoise.js';
import { gaussians } from '../randomNumbers.js';
import { CurvedDecoder, curvedEstimator, parameters as m, latents as n, population, width } from './curvedSurvey.js';

const ROWS = 1500;
const SIGMA = 0.02;
const triangle = (n * (n + 1)) / 2;
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

function whole(values: ArrayLike<number>, row: number, size: number): Matrix {
  const full = Matrix.zeros(size, size);
  const start = (row * size * (size + 1)) / 2;
  for (let i = 0, at = start; i < size; i++)
    for (let j = 0; j <= i; j++, at++) {
      full.set(i, j, values[at]);
      full.set(j, i, values[at]);
    }
  return full;
}

/** Covariances that are like those of spectra with masked pixels, no two alike. */
function correlatedNoise(rows: number, seed: number): RowNoise {
  const next = gaussians(seed);
  return new RowNoise(
    width,
    Array.from({ length: rows }, () => {
      const root = Array.from({ length: width * width }, () => next());
      const factor = Matrix.from1DArray(width, width, root).mul(SIGMA);
      const covariance = factor.mmul(factor.transpose()).add(Matrix.eye(width).mul(SIGMA ** 2));
      return Float32Array.from({ length: (width * (width + 1)) / 2 }, (_, at) => {
        const i = Math.floor((Math.sqrt(8 * at + 1) - 1) / 2);
        return covariance.get(i, at - (i * (i + 1)) / 2);
      });
    }),
  );
}

const evenNoise = (rows: number) =>
  new RowNoise(
    width,
    Array.from({ length: rows }, () => Float32Array.of(SIGMA ** 2)),
  );

/** Mean of vᵀ A v over rows, over the size of v: 1 where A is the inverse covariance of v. */
function meanSquare(vectors: Float64Array, size: number, inverseOf: (row: number) => Matrix): number {
  const rows = vectors.length / size;
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const v = Matrix.columnVector(Array.from(vectors.subarray(row * size, (row + 1) * size)));
    sum += v.transpose().mmul(inverseOf(row)).mmul(v).get(0, 0);
  }
  return sum / vectors.length;
}

/** Of ROWS · n squares of normals, four standard deviations and what curvature adds. */
const WITHIN = 4 * Math.sqrt(2 / (ROWS * n)) + 0.02;

describe.each([
  ['even noise', evenNoise],
  ['noise with correlations of its own in every row', (rows: number) => correlatedNoise(rows, 9)],
])('an estimate of stars of the population, under %s,', (_, noiseOf) => {
  const truth = population(ROWS, 21);
  const noise = noiseOf(ROWS);
  const decoder = new CurvedDecoder();
  const drawn = noise.draw(new Random(4));
  const x = decoder.decode(truth.z, truth.u, ROWS).map((value, i) => value + drawn[i]);

  it('lies about the truth by (L + I)⁻¹, however far off the encoder was, and L and e say it all', () => {
    const { estimator, residual } = curvedEstimator(backend, decoder);
    const estimate = estimator.estimate({ rows: ROWS, x, noise, u: truth.u, uErrors: new Float32Array(ROWS * m) });
    const r = residual.whiten(residual.subtract(truth.z, truth.u));
    const errors = Float64Array.from(r, (value, i) => estimate.residual[i] - value);
    const precision = (row: number) => whole(estimate.information, row, n).add(Matrix.eye(n));
    expect(Math.abs(meanSquare(errors, n, precision) - 1)).toBeLessThan(WITHIN);
    for (const row of [0, 7, ROWS - 1]) {
      const own = (values: Float32Array) => Array.from(values.subarray(row * n, (row + 1) * n));
      const e = precision(row)
        .mmul(Matrix.columnVector(own(estimate.residual)))
        .to1DArray();
      own(estimate.informationVector).forEach((value, i) => {
        expect(value / e[i]).toBeCloseTo(1, 4);
      });
    }
    expect(estimate.u).toEqual(truth.u);
    expect(estimate.uCovariance.every((value) => value === 0)).toBe(true);
    const back = residual.whiten(residual.subtract(estimate.latents, estimate.u));
    back.forEach((value, i) => {
      expect(Math.abs(value - estimate.residual[i])).toBeLessThan(1e-4);
    });
  });

  it('fits u where the catalogue has errors: both it and the latents lie about the truth as their covariances say', () => {
    const { estimator, residual } = curvedEstimator(backend, decoder);
    const next = gaussians(8);
    // Every third star has exact parameters, and every fourth an error in one of them.
    const errorOf = (i: number) =>
      Math.floor(i / m) % 3 === 0 || (Math.floor(i / m) % 4 === 0 && i % m === 1) ? 0 : 0.1;
    const uErrors = Float32Array.from({ length: ROWS * m }, (_, i) => errorOf(i));
    const u = truth.u.map((value, i) => value + uErrors[i] * next());
    const estimate = estimator.estimate({ rows: ROWS, x, noise, u, uErrors });
    const r = residual.whiten(residual.subtract(truth.z, truth.u));
    const errors = Float64Array.from(r, (value, i) => estimate.residual[i] - value);
    const precision = (row: number) => whole(estimate.information, row, n).add(Matrix.eye(n));
    expect(Math.abs(meanSquare(errors, n, precision) - 1)).toBeLessThan(WITHIN);
    const both = Array.from({ length: ROWS }, (_, row) => row).filter((row) => row % 3 !== 0 && row % 4 !== 0);
    const fitted = Float64Array.from(
      both.flatMap((row) => [0, 1].map((p) => estimate.u[row * m + p] - truth.u[row * m + p])),
    );
    const covarianceOf = (at: number) => whole(estimate.uCovariance, both[at], m);
    expect(Math.abs(meanSquare(fitted, m, (at) => inverse(covarianceOf(at))) - 1)).toBeLessThan(1.6 * WITHIN);
    const scatter = (values: Float32Array) =>
      Math.sqrt(both.reduce((sum, row) => sum + (values[row * m] - truth.u[row * m]) ** 2, 0) / both.length);
    expect(scatter(estimate.u)).toBeLessThan(0.8 * scatter(u));
    uErrors.forEach((error, i) => {
      if (error > 0) return;
      const diagonal = Math.floor(i / m) * 3 + (i % m === 0 ? 0 : 2);
      expect(estimate.uCovariance[diagonal]).toBe(0);
      expect(Math.abs(estimate.u[i] - u[i])).toBeLessThan(1e-5);
    });
  });

  it('without those errors takes wrong parameters for right ones, and is wrong', () => {
    const { estimator, residual } = curvedEstimator(backend, decoder);
    const next = gaussians(8);
    const u = truth.u.map((value) => value + 0.1 * next());
    const estimate = estimator.estimate({ rows: ROWS, x, noise, u, uErrors: new Float32Array(ROWS * m) });
    const r = residual.whiten(residual.subtract(truth.z, truth.u));
    const errors = Float64Array.from(r, (value, i) => estimate.residual[i] - value);
    const precision = (row: number) => whole(estimate.information, row, n).add(Matrix.eye(n));
    expect(meanSquare(errors, n, precision)).toBeGreaterThan(1.5);
  });

  it('is that of each row alone', () => {
    const { estimator } = curvedEstimator(backend, decoder);
    const uErrors = Float32Array.from({ length: ROWS * m }, () => 0.1);
    const all = estimator.estimate({ rows: ROWS, x, noise, u: truth.u, uErrors });
    const row = 801;
    const part = (values: Float32Array) =>
      values.slice((row * values.length) / ROWS, ((row + 1) * values.length) / ROWS);
    const alone: MapEstimate = estimator.estimate({
      rows: 1,
      x: part(x),
      noise: noise.slice(row, row + 1),
      u: part(truth.u),
      uErrors: part(uErrors),
    });
    alone.residual.forEach((value, i) => {
      expect(Math.abs(value - all.residual[row * n + i])).toBeLessThan(1e-4);
    });
    alone.information.forEach((value, i) => {
      expect(value / all.information[row * triangle + i]).toBeCloseTo(1, 3);
    });
  });
});

describe('an estimate', () => {
  it('scatters over noise by (L + I)⁻¹ L (L + I)⁻¹', () => {
    const { decoder, estimator } = curvedEstimator(backend);
    const [noiseDraws, noise] = [3000, evenNoise(3000)];
    const star = population(1, 31);
    const repeat = (values: Float32Array, rows: number) =>
      Float32Array.from({ length: rows * values.length }, (_, i) => values[i % values.length]);
    const exact = decoder.decode(star.z, star.u, 1);
    const drawn = noise.draw(new Random(6));
    const of = (x: Float32Array, rows: number) =>
      estimator.estimate({
        rows,
        x,
        noise: noise.slice(0, rows),
        u: repeat(star.u, rows),
        uErrors: new Float32Array(rows * m),
      });
    const still = of(exact, 1);
    const moved = of(
      repeat(exact, noiseDraws).map((value, i) => value + drawn[i]),
      noiseDraws,
    );
    const information = whole(still.information, 0, n);
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(information, { assumeSymmetric: true });
    realEigenvalues.forEach((value, k) => {
      const direction = eigenvectorMatrix.getColumn(k);
      let squares = 0;
      for (let row = 0; row < noiseDraws; row++)
        squares +=
          direction.reduce((sum, own, i) => sum + own * (moved.residual[row * n + i] - still.residual[i]), 0) ** 2;
      expect(Math.abs(squares / noiseDraws / (value / (value + 1) ** 2) - 1)).toBeLessThan(0.1);
    });
  });

  it('of a row that is not a number is none', () => {
    const { estimator } = curvedEstimator(backend);
    const x = new Float32Array(2 * width);
    x[width + 3] = Number.NaN;
    const { chi2 } = estimator.estimate({
      rows: 2,
      x,
      noise: evenNoise(2),
      u: new Float32Array(2 * m),
      uErrors: new Float32Array(2 * m),
    });
    expect(Number.isFinite(chi2[0])).toBe(true);
    expect(chi2[1]).toBeNaN();
  });

  it('leaves no tensor behind', () => {
    const { estimator } = curvedEstimator(backend);
    const before = backend.tf.memory().numTensors;
    estimator.estimate({
      rows: 3,
      x: new Float32Array(3 * width),
      noise: correlatedNoise(3, 2),
      u: new Float32Array(3 * m),
      uErrors: new Float32Array(3 * m).fill(0.1),
    });
    expect(backend.tf.memory().numTensors).toBe(before);
  });
});

import { describe, expect, it } from 'vitest';
import { StarkinError, TrainingError } from '../../../src/domain/errors.js';
import { LatentResidual } from '../../../src/science/latents/residual.js';
import { evaluatePolynomial, monomialExponents } from '../../../src/science/models/polydis/polynomial.js';
import { gaussians, uniforms } from './randomNumbers.js';

const ROWS = 4000;
const LATENTS = 5;

/** Correlated latents plus a trend in u of degree 4, and a latent that says almost nothing. */
function latentsWithTrend(parameterCount: number) {
  const next = gaussians(7);
  const uniform = uniforms(11);
  const u = Float32Array.from({ length: ROWS * parameterCount }, () => 2 * uniform() - 1);
  const exponents = monomialExponents(parameterCount, 4);
  const terms = exponents.length;
  const trend = evaluatePolynomial(
    u,
    exponents,
    Float64Array.from({ length: terms * LATENTS }, () => 2 * next()),
    LATENTS,
  );
  const z = new Float32Array(ROWS * LATENTS);
  for (let row = 0; row < ROWS; row++) {
    const shared = next();
    for (let i = 0; i < LATENTS; i++) {
      const deviation = i === LATENTS - 1 ? 1e-3 * next() : next() * (i + 1) + shared;
      z[row * LATENTS + i] = deviation + trend[row * LATENTS + i];
    }
  }
  const identity = Float64Array.from({ length: terms * terms }, (_, i) => (i % (terms + 1) === 0 ? 1 : 0));
  return { z, u, terms, features: evaluatePolynomial(u, exponents, identity, terms) };
}

function covarianceOf(values: ArrayLike<number>, rows: number): number[][] {
  const width = values.length / rows;
  const mean = Array.from({ length: width }, (_, i) => average(rows, (row) => values[row * width + i]));
  return mean.map((a, i) =>
    mean.map(
      (b, j) =>
        average(rows, (row) => (values[row * width + i] - a) * (values[row * width + j] - b)) * (rows / (rows - 1)),
    ),
  );
}

function average(count: number, value: (index: number) => number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += value(i);
  return sum / count;
}

describe.each([1, 2, 3])('latents residualised on %i parameters', (parameterCount) => {
  const { z, u, features, terms } = latentsWithTrend(parameterCount);
  const residual = LatentResidual.fit(z, u, ROWS, parameterCount);
  const r = residual.subtract(z, u);

  it('correlate with no monomial of u', () => {
    const variance = covarianceOf(r, ROWS);
    for (let m = 0; m < terms; m++)
      for (let i = 0; i < LATENTS; i++) {
        const product = average(ROWS, (row) => r[row * LATENTS + i] * features[row * terms + m]);
        expect(Math.abs(product) / Math.sqrt(variance[i][i])).toBeLessThan(1e-5);
      }
  });

  it('have identity covariance once whitened, up to the ridge that keeps an idle latent small', () => {
    const whitened = covarianceOf(residual.whiten(r), ROWS);
    for (let i = 0; i < LATENTS - 1; i++)
      for (let j = 0; j < LATENTS - 1; j++) expect(Math.abs(whitened[i][j] - (i === j ? 1 : 0))).toBeLessThan(2e-3);
    expect(whitened[LATENTS - 1][LATENTS - 1]).toBeLessThan(0.1);
  });

  it('differ, once whitened, by the Mahalanobis distance under S', () => {
    const whitened = residual.whiten(r);
    const delta = Array.from({ length: LATENTS }, (_, i) => r[i] - r[LATENTS + i]);
    const plain = average(LATENTS, (i) => (whitened[i] - whitened[LATENTS + i]) ** 2) * LATENTS;
    expect(plain / quadraticForm(residual.covariance, delta)).toBeCloseTo(1, 5);
  });

  it('had the share of their variance in u that was put there', () => {
    const total = covarianceOf(z, ROWS).reduce((sum, row, i) => sum + row[i], 0);
    const left = covarianceOf(r, ROWS).reduce((sum, row, i) => sum + row[i], 0);
    expect(residual.trendShare(z)).toBeCloseTo(1 - left / total, 6);
    expect(residual.trendShare(z)).toBeGreaterThan(0.1);
  });

  it('come back the same from tensors', () => {
    const again = LatentResidual.fromTensors(residual.toTensors(), parameterCount);
    expect(again.whiten(again.subtract(z, u))).toEqual(residual.whiten(r));
  });
});

describe('the regression of latents on u', () => {
  it('gives the coefficients of an exact polynomial', () => {
    const uniform = uniforms(3);
    const u = Float32Array.from({ length: 200 }, () => 2 * uniform() - 1);
    const noise = gaussians(5);
    const z = Float32Array.from(u, (x) => 1 - 2 * x + 3 * x ** 4 + 1e-3 * noise());
    const { values } = LatentResidual.fit(z, u, 200, 1).toTensors().trend;
    [1, -2, 0, 0, 3].forEach((coefficient, power) => {
      expect(Math.abs(values[power] - coefficient)).toBeLessThan(5e-3);
    });
  });

  it('copes with parameters that are one and the same', () => {
    const { z, u } = latentsWithTrend(1);
    const twice = Float32Array.from({ length: 2 * ROWS }, (_, i) => u[i >> 1]);
    const single = LatentResidual.fit(z, u, ROWS, 1).subtract(z, u);
    const double = LatentResidual.fit(z, twice, ROWS, 2).subtract(z, twice);
    expect(Math.max(...double.map((value, i) => Math.abs(value - single[i])))).toBeLessThan(1e-6);
  });

  it('refuses fewer spectra than monomials, and latents that do not vary', () => {
    expect(() => LatentResidual.fit(new Float32Array(15 * 2), new Float32Array(15 * 2), 15, 2)).toThrow(TrainingError);
    expect(() =>
      LatentResidual.fit(
        new Float32Array(100).fill(2),
        Float32Array.from({ length: 100 }, (_, i) => i / 50 - 1),
        100,
        1,
      ),
    ).toThrow(TrainingError);
  });

  it('refuses tensors that are missing or misshapen', () => {
    const { z, u } = latentsWithTrend(1);
    const tensors = LatentResidual.fit(z, u, ROWS, 1).toTensors();
    expect(() => LatentResidual.fromTensors({}, 1)).toThrow(StarkinError);
    expect(() => LatentResidual.fromTensors(tensors, 2)).toThrow(
      `residual.trend: expected 15 x ${LATENTS} numbers, found 5 x ${LATENTS}`,
    );
  });
});

/** dᵀ S⁻¹ d by Gaussian elimination. */
function quadraticForm(covariance: Float64Array, delta: readonly number[]): number {
  const n = delta.length;
  const rows = delta.map((d, i) => [...covariance.subarray(i * n, i * n + n), d]);
  for (let i = 0; i < n; i++)
    for (let k = i + 1; k < n; k++) {
      const factor = rows[k][i] / rows[i][i];
      for (let j = i; j <= n; j++) rows[k][j] -= factor * rows[i][j];
    }
  const solution = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--)
    solution[i] = (rows[i][n] - solution.reduce((sum, x, j) => (j > i ? sum + rows[i][j] * x : sum), 0)) / rows[i][i];
  return solution.reduce((sum, x, i) => sum + x * delta[i], 0);
}

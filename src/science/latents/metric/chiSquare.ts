import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { InputError } from '../../../domain/errors.js';
import {
  diagonal,
  factorise,
  invert,
  multiply,
  solveForward,
  triangleSize,
  unpack,
} from '../../linearAlgebra/triangle.js';
import type { ChiSquare, Evidence } from './evidence.js';

/**
 * Information added in every direction, so that L can be inverted: 1e-6 of the population's and this share of the trace of L, which is several times the rounding of
 * its 32-bit floats. A direction of which a spectrum says nothing gets a vast variance, and drops out below.
 */
const FAINT = { absolute: 1e-6, ofTrace: 2e-7 };
/**
 * Variance of Δr from photon noise below which a direction counts as determined: that of two stars drawn from the population. For stars with the same L these are the
 * directions in which L exceeds 1.
 */
const DETERMINED = 2;

/**
 * χ² = Δrᵀ (La⁺ + Lb⁺ + 2 W0)⁻¹ Δr of the unshrunken r = L⁺ e, over the directions that both spectra determine; the others are marginalised. For two spectra of stars
 * with one chemistry it is distributed as χ² with that number of degrees of freedom.
 * @param inconsistency W0, row-major; all in units in which the population's covariance is 1
 * @throws InputError for an L that is not positive semidefinite
 */
export function chiSquare(a: Evidence, b: Evidence, inconsistency: Float64Array): ChiSquare {
  const n = a.informationVector.length;
  const [first, second] = [unshrunken(a), unshrunken(b)];
  const noise = Matrix.from1DArray(
    n,
    n,
    unpack(
      first.covariance.map((x, i) => x + second.covariance[i]),
      n,
    ),
  );
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(noise, { assumeSymmetric: true });
  const determined = realEigenvalues.flatMap((variance, i) => (variance < DETERMINED ? [i] : []));
  const d = determined.length;
  const directions = determined.map((i) => eigenvectorMatrix.getColumn(i));
  const difference = Float64Array.from(directions, (v) => sumOf(v, (k) => first.r[k] - second.r[k]));
  const spread = new Float64Array(triangleSize(d));
  for (let i = 0, at = 0; i < d; i++) {
    const moved = Array.from({ length: n }, (_, k) => sumOf(directions[i], (m) => inconsistency[k * n + m]));
    for (let j = 0; j <= i; j++, at++) spread[at] = 2 * sumOf(directions[j], (k) => moved[k]);
    spread[diagonal(i)] += realEigenvalues[determined[i]];
  }
  factorise(spread, d);
  return { chi2: solveForward(spread, difference, d), degreesOfFreedom: d };
}

/** r = L⁺ e and its covariance L⁺, packed; a null space of L has a vast variance. */
function unshrunken({ information, informationVector: vector }: Evidence): {
  r: Float64Array;
  covariance: Float64Array;
} {
  const n = vector.length;
  const factor = Float64Array.from(information);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += factor[diagonal(i)];
  for (let i = 0; i < n; i++) factor[diagonal(i)] += FAINT.absolute + FAINT.ofTrace * trace;
  if (Number.isNaN(factorise(factor, n)))
    throw new InputError('information', 'a positive semidefinite matrix', 'one that is not');
  const covariance = invert(factor, n);
  return { r: multiply(covariance, vector, n), covariance };
}

/** Σ weight[k] value(k) */
function sumOf(weights: readonly number[], value: (k: number) => number): number {
  return weights.reduce((sum, weight, k) => sum + weight * value(k), 0);
}

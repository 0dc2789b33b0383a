import { diagonal, factorise, invert, triangleSize, unpack } from '../../linearAlgebra/triangle.js';
import type { Evidence } from './evidence.js';

/** A star of a group that was born together. */
export interface Sibling {
  /** r̂ */
  readonly residual: Float32Array;
  readonly evidence: Evidence;
}

/** Differences among siblings; matrices n x n, row-major, n latents. */
export interface Contrasts {
  readonly count: number;
  /** count x n: independent differences, each with the covariance of the difference of two stars. */
  readonly differences: Float64Array;
  /** Mean share of photon noise in their covariance. */
  readonly noise: Float64Array;
}

/**
 * A group of m stars as m - 1 independent differences (Helmert's): the k-th star against the mean of those before it, scaled so that each has the covariance of the
 * difference of two single stars. No star counts for more than it tells, however large its group.
 */
export function contrastsOf(groups: readonly (readonly Sibling[])[], n: number): Contrasts {
  const differences: number[] = [];
  const noise = new Float64Array(n * n);
  let count = 0;
  for (const members of groups)
    for (let k = 1; k < members.length; k++, count++) {
      const weights = members.slice(0, k + 1).map((_, i) => Math.sqrt((2 * k) / (k + 1)) * (i < k ? 1 / k : -1));
      for (let i = 0; i < n; i++)
        differences.push(weights.reduce((sum, weight, star) => sum + weight * members[star].residual[i], 0));
      weights.forEach((weight, star) => {
        const own = noiseOf(members[star].evidence, n);
        for (let i = 0; i < n * n; i++) noise[i] += weight ** 2 * own[i];
      });
    }
  return { count, differences: Float64Array.from(differences), noise: noise.map((sum) => sum / Math.max(1, count)) };
}

/** Mean of d dᵀ: differences of siblings have no mean. */
export function scatterOf({ differences, count }: Contrasts, n: number): Float64Array {
  const scatter = new Float64Array(n * n);
  for (let start = 0; start < differences.length; start += n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) scatter[i * n + j] += (differences[start + i] * differences[start + j]) / count;
  return scatter;
}

/** Covariance of r̂ over photon noise: Σ L Σ = Σ - Σ Σ with Σ = (L + I)⁻¹. */
function noiseOf({ information }: Evidence, n: number): Float64Array {
  const factor = Float64Array.from(information);
  for (let i = 0; i < n; i++) factor[diagonal(i)] += 1;
  if (factor.length !== triangleSize(n) || Number.isNaN(factorise(factor, n))) return new Float64Array(n * n);
  const sigma = unpack(invert(factor, n), n);
  return sigma.map((value, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let square = 0;
    for (let k = 0; k < n; k++) square += sigma[i * n + k] * sigma[k * n + j];
    return value - square;
  });
}

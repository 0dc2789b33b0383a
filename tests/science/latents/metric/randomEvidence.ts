import type { Evidence } from '../../../../src/science/latents/metric/evidence.js';
import { pack } from '../../../../src/science/linearAlgebra/triangle.js';

/** A positive definite n x n matrix, row-major, with eigenvalues about `scale`. */
export function randomCovariance(n: number, scale: number, normal: () => number): Float64Array {
  const root = Float64Array.from({ length: n * n }, normal);
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    let sum = i === j ? 0.3 : 0;
    for (let k = 0; k < n; k++) sum += (root[i * n + k] * root[j * n + k]) / n;
    return scale * sum;
  });
}

/** L = Jᵀ J of a J with so many rows (its rank) and entries of this size; row-major. */
export function randomInformation(n: number, rank: number, size: number, normal: () => number): Float64Array {
  const j = Float64Array.from({ length: rank * n }, () => size * normal());
  return Float64Array.from({ length: n * n }, (_, at) => {
    let sum = 0;
    for (let k = 0; k < rank; k++) sum += j[k * n + Math.floor(at / n)] * j[k * n + (at % n)];
    return sum;
  });
}

export function evidenceOf(information: Float64Array, vector: ArrayLike<number>): Evidence {
  return {
    information: Float32Array.from(pack(information, vector.length)),
    informationVector: Float32Array.from(vector),
  };
}

/** A x, A row-major. */
export function times(a: Float64Array, x: ArrayLike<number>): Float64Array {
  const n = x.length;
  return Float64Array.from({ length: n }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += a[i * n + k] * x[k];
    return sum;
  });
}

/** A draw of N(0, A): the Cholesky factor, by its own loop, times normals. */
export function draw(a: Float64Array, n: number, normal: () => number): Float64Array {
  const k = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let m = 0; m < j; m++) sum -= k[i * n + m] * k[j * n + m];
      k[i * n + j] = i === j ? Math.sqrt(Math.max(sum, 0)) : k[j * n + j] > 1e-9 ? sum / k[j * n + j] : 0;
    }
  return times(k, Float64Array.from({ length: n }, normal));
}

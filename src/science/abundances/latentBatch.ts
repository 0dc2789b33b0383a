import { factorise, invert, multiply, triangleSize } from '../linearAlgebra/triangle.js';
import type { Random } from '../networks/random.js';

/**
 * Latents of stars as abundances are estimated from them, row-major: n is the latent size, m the number of parameters that the model removes. The prior of r is N(0, I):
 * see EncodedLatents.
 */
export interface LatentBatch {
  readonly rows: number;
  readonly latentSize: number;
  /** rows x n: r̂. */
  readonly residual: Float32Array;
  /** rows x n (n + 1) / 2: L, lower triangle by rows. */
  readonly information: Float32Array;
  /** rows x n: e = (L + I) r̂. */
  readonly informationVector: Float32Array;
  /** rows x m, in the model's order (K, dex, dex). */
  readonly refined: Float32Array;
  /** rows x m (m + 1) / 2: their covariance, lower triangle by rows. */
  readonly refinedCovariance: Float32Array;
}

/** Some rows of a batch as one of its own. */
export function pickLatents(batch: LatentBatch, rows: ArrayLike<number>): LatentBatch {
  const pick = (values: Float32Array) => {
    const width = values.length / batch.rows;
    const picked = new Float32Array(rows.length * width);
    for (let i = 0; i < rows.length; i++)
      picked.set(values.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
    return picked;
  };
  return {
    rows: rows.length,
    latentSize: batch.latentSize,
    residual: pick(batch.residual),
    information: pick(batch.information),
    informationVector: pick(batch.informationVector),
    refined: pick(batch.refined),
    refinedCovariance: pick(batch.refinedCovariance),
  };
}

/** Batches of one model as one. */
export function joinLatents(batches: readonly LatentBatch[]): LatentBatch {
  const join = (of: (batch: LatentBatch) => Float32Array) => {
    const parts = batches.map(of);
    const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) {
      joined.set(part, at);
      at += part.length;
    }
    return joined;
  };
  return {
    rows: batches.reduce((sum, { rows }) => sum + rows, 0),
    latentSize: batches[0]?.latentSize ?? 0,
    residual: join(({ residual }) => residual),
    information: join(({ information }) => information),
    informationVector: join(({ informationVector }) => informationVector),
    refined: join(({ refined }) => refined),
    refinedCovariance: join(({ refinedCovariance }) => refinedCovariance),
  };
}

/**
 * The same stars as noisier spectra would show them. The spectrum's e has mean L r and covariance L; t e + (t (1 - t) L)^½ n has mean t L r and covariance t L, as that of a
 * spectrum with √t of the signal to noise, so that no spectrum need be read again. What a star's parameters say stays as it is.
 * @param shares t of each row, 0 to 1
 */
export function thinLatents(batch: LatentBatch, shares: ArrayLike<number>, random: Random): LatentBatch {
  const { rows, latentSize: n } = batch;
  const size = triangleSize(n);
  const thinned = {
    ...batch,
    residual: batch.residual.slice(),
    information: batch.information.slice(),
    informationVector: batch.informationVector.slice(),
  };
  const factor = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const t = shares[row];
    if (!(t < 1)) continue;
    const information = batch.information.subarray(row * size, (row + 1) * size);
    factor.set(information);
    // L itself need not be positive definite: a pixel or two may say nothing of some direction.
    for (let i = 0; i < n; i++) factor[(i * (i + 3)) / 2] += 1e-6;
    if (Number.isNaN(factorise(factor, n))) continue;
    const noise = multiplyFactor(factor, n, random);
    const e = thinned.informationVector.subarray(row * n, (row + 1) * n);
    for (let i = 0; i < n; i++) e[i] = t * e[i] + Math.sqrt(t * (1 - t)) * noise[i];
    const own = thinned.information.subarray(row * size, (row + 1) * size);
    for (let i = 0; i < size; i++) own[i] *= t;
    thinned.residual.set(multiply(priorCovariance(own, n), e, n), row * n);
  }
  return thinned;
}

/** K n of standard normal numbers n, for a packed lower triangular K. */
function multiplyFactor(factor: Float64Array, n: number, random: Random): Float64Array {
  const draw = Float64Array.from({ length: n }, () => random.normal());
  const product = new Float64Array(n);
  for (let i = 0, at = 0; i < n; i++) for (let j = 0; j <= i; j++) product[i] += factor[at++] * draw[j];
  return product;
}

/** (L + I)⁻¹: the covariance of r about r̂, packed. */
export function priorCovariance(information: ArrayLike<number>, n: number): Float64Array {
  const sum = Float64Array.from(information);
  for (let i = 0; i < n; i++) sum[(i * (i + 3)) / 2] += 1;
  factorise(sum, n);
  return invert(sum, n);
}

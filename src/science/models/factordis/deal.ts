import type * as tfjs from '@tensorflow/tfjs';
import type { Random } from '../../networks/random.js';

/** What turns a batch into samples of p and q. */
export interface Deal {
  /** u', the batch's parameters dealt to its rows anew. */
  readonly dealt: tfjs.Tensor2D;
  /** Noise for the decoded spectra of a row, the same in p and q; null where none is wanted. */
  readonly noise: tfjs.Tensor2D | null;
}

/** The same as numbers, row-major. */
export interface DealValues {
  readonly dealt: Float32Array;
  readonly noise: Float32Array | null;
}

/**
 * @param u rows x parameters
 * @param weight of each row: the inverse variance of its noise in units of that of `amplitudes`
 * @param amplitudes standard deviations of the noise of the columns, in the units that the networks see; null for none
 */
export function fillDeal(
  { dealt, noise }: DealValues,
  u: Float32Array,
  weight: Float32Array,
  amplitudes: Float32Array | null,
  random: Random,
): void {
  const rows = weight.length;
  const n = u.length / rows;
  random.permutation(rows).forEach((other, row) => {
    dealt.set(u.subarray(other * n, (other + 1) * n), row * n);
  });
  if (!noise || !amplitudes) return;
  const width = amplitudes.length;
  for (let row = 0, at = 0; row < rows; row++) {
    const own = 1 / Math.sqrt(weight[row]);
    for (let k = 0; k < width; k++, at++) noise[at] = own * amplitudes[k] * random.normal();
  }
}

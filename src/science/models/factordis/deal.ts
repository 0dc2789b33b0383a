import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from '../../networks/operations.js';
import type { Random } from '../../networks/random.js';

/** What turns a batch into samples of p and q. */
export interface Deal {
  /** u', the batch's parameters dealt to its rows anew. */
  readonly u: tfjs.Tensor2D;
  /** Noise for the decoded spectra of a row, the same in p and q; null where none is wanted. */
  readonly noise: tfjs.Tensor2D | null;
}

/**
 * @param u rows x parameters
 * @param noise standard deviations of the columns, in the units that the networks see; null for none
 */
export function drawDeal(tf: TensorFlow, u: tfjs.Tensor2D, noise: Float32Array | null, random: Random): Deal {
  const [rows] = u.shape;
  const dealt = tf.tidy(() => tf.gather(u, tf.tensor1d(random.permutation(rows), 'int32')));
  if (!noise) return { u: dealt, noise };
  const values = new Float32Array(rows * noise.length);
  for (let i = 0; i < values.length; i += noise.length)
    for (let k = 0; k < noise.length; k++) values[i + k] = noise[k] * random.normal();
  return { u: dealt, noise: tf.tensor2d(values, [rows, noise.length]) };
}

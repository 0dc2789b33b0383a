import type * as tfjs from '@tensorflow/tfjs';
import type { Loss } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import type { TensorFlow } from '../../networks/operations.js';
import { portableOperations } from '../../networks/portable.js';

/** Samples (x, u, z) of both distributions, side by side in one row; row i of both shares its z. */
export interface Streams {
  /** p: u is the one that z was encoded with. */
  readonly joint: tfjs.Tensor2D;
  /** q: u was dealt anew within the batch. */
  readonly factorised: tfjs.Tensor2D;
}

/** Keeps the root of the gradient's square differentiable at 0. */
const tiny = 1e-12;

/**
 * The critic's loss, equation (6) of de Mijolla et al. (2021): E_q C - E_p C + penalty E_r (||grad C|| - 1)², where r lies on straight lines between rows of
 * p and q. The weights' gradient is of second order, so that the critic is made of the portable operations.
 * @param mixing rows x 1, uniform in [0, 1]: where r lies between q (0) and p (1)
 * @returns with `criticDistance`, the critic's estimate E_p C - E_q C of the distance between p and q, and `gradientPenalty` before its weight
 */
export function criticLoss(
  tf: TensorFlow,
  critic: Network,
  weights: Weights,
  { joint, factorised }: Streams,
  mixing: tfjs.Tensor2D,
  penalty: number,
): Loss {
  const criticDistance = distance(tf, critic, weights, { joint, factorised });
  const between = tf.add(factorised, tf.mul(mixing, tf.sub(joint, factorised))) as tfjs.Tensor2D;
  const operations = portableOperations(tf);
  const slope = tf.grad((r) => tf.sum(critic.apply(operations, weights, r as tfjs.Tensor2D)))(between);
  const steepness = tf.sqrt(tf.add(tf.sum(tf.square(slope), 1), tiny));
  const gradientPenalty = tf.mean(tf.square(tf.sub(steepness, 1))) as tfjs.Scalar;
  const total = tf.sub(tf.mul(gradientPenalty, penalty), criticDistance) as tfjs.Scalar;
  return { total, parts: { criticDistance, gradientPenalty } };
}

/** E_p C - E_q C, which the critic raises and the autoencoder lowers (equations 5 and 7). */
export function distance(
  tf: TensorFlow,
  critic: Network,
  weights: Weights,
  { joint, factorised }: Streams,
): tfjs.Scalar {
  const scores = critic.apply(portableOperations(tf), weights, tf.concat([joint, factorised]) as tfjs.Tensor2D);
  const [ofJoint, ofFactorised] = tf.split(scores, 2);
  return tf.sub(tf.mean(ofJoint), tf.mean(ofFactorised)) as tfjs.Scalar;
}

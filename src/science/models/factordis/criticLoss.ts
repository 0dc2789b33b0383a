import type * as tfjs from '@tensorflow/tfjs';
import type { Backend } from '../../networks/backend.js';
import type { Loss } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import type { InputKind } from '../../networks/operations.js';

type Maths = Pick<Backend, 'tf' | 'operations'>;

/** Keeps the root of the gradient's square differentiable at 0. */
const tiny = 1e-12;

/**
 * The critic's loss, equation (6) of de Mijolla et al. (2021): E_q C - E_p C + penalty E_r (||grad C|| - 1)², where r lies on straight lines between rows of
 * p and q. On the portable operations, since the tape differentiates it twice; where the kernels are at hand, `criticGradient` does the same by hand.
 * @param samples (x, u, z) of p, and below them those of q, row by row of the same z: 2 rows x columns
 * @param mixing rows x 1, uniform in [0, 1]: where r lies between q (0) and p (1)
 * @param batch what the sums over rows are divided by: their number, or that of a whole batch of which they are a part
 * @returns with `criticDistance`, the critic's estimate E_p C - E_q C of the distance between p and q, and `gradientPenalty` before its weight
 */
export function criticLoss(
  { tf, operations }: Maths,
  critic: Network,
  weights: Weights,
  samples: tfjs.Tensor2D,
  mixing: tfjs.Tensor2D,
  penalty: number,
  batch: number,
): Loss {
  const criticDistance = distance({ tf, operations }, critic, weights, samples, 'data', batch);
  const [p, q] = tf.split(samples, 2);
  const between = tf.add(q, tf.mul(mixing, tf.sub(p, q))) as tfjs.Tensor2D;
  const steepness = steepnessOf(tf, critic.inputGradient(tf, operations, weights, between));
  const gradientPenalty = tf.div(tf.sum(tf.square(tf.sub(steepness, 1))), batch) as tfjs.Scalar;
  const total = tf.sub(tf.mul(gradientPenalty, penalty), criticDistance) as tfjs.Scalar;
  return { total, parts: { criticDistance, gradientPenalty } };
}

/** ||grad C|| of every row, rows x 1. */
export function steepnessOf(tf: Maths['tf'], inputGradient: tfjs.Tensor): tfjs.Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(inputGradient), 1, true), tiny));
}

/**
 * E_p C - E_q C, which the critic raises and the autoencoder lowers (equations 5 and 7).
 * @param samples and batch as for criticLoss
 * @param kind 'data' where the critic learns, 'through' where what made the samples does
 */
export function distance(
  { tf, operations }: Maths,
  critic: Network,
  weights: Weights,
  samples: tfjs.Tensor2D,
  kind: InputKind,
  batch: number,
): tfjs.Scalar {
  const [ofP, ofQ] = tf.split(critic.apply(operations, weights, samples, kind), 2);
  return tf.div(tf.sub(tf.sum(ofP), tf.sum(ofQ)), batch) as tfjs.Scalar;
}

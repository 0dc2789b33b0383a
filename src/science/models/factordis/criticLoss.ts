import type * as tfjs from '@tensorflow/tfjs';
import type { Backend } from '../../networks/backend.js';
import type { Loss } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import type { InputKind } from '../../networks/operations.js';

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
 * p and q.
 * @param mixing rows x 1, uniform in [0, 1]: where r lies between q (0) and p (1)
 * @returns with `criticDistance`, the critic's estimate E_p C - E_q C of the distance between p and q, and `gradientPenalty` before its weight
 */
export function criticLoss(
  { tf, operations }: Pick<Backend, 'tf' | 'operations'>,
  critic: Network,
  weights: Weights,
  { joint, factorised }: Streams,
  mixing: tfjs.Tensor2D,
  penalty: number,
): Loss {
  const criticDistance = distance({ tf, operations }, critic, weights, { joint, factorised }, 'data');
  const between = tf.add(factorised, tf.mul(mixing, tf.sub(joint, factorised))) as tfjs.Tensor2D;
  const slope = critic.inputGradient(tf, operations, weights, between);
  const steepness = tf.sqrt(tf.add(tf.sum(tf.square(slope), 1), tiny));
  const gradientPenalty = tf.mean(tf.square(tf.sub(steepness, 1))) as tfjs.Scalar;
  const total = tf.sub(tf.mul(gradientPenalty, penalty), criticDistance) as tfjs.Scalar;
  return { total, parts: { criticDistance, gradientPenalty } };
}

/**
 * E_p C - E_q C, which the critic raises and the autoencoder lowers (equations 5 and 7).
 * @param kind 'data' where the critic learns, 'through' where what made the streams does
 */
export function distance(
  { tf, operations }: Pick<Backend, 'tf' | 'operations'>,
  critic: Network,
  weights: Weights,
  { joint, factorised }: Streams,
  kind: InputKind,
): tfjs.Scalar {
  const scores = critic.apply(operations, weights, tf.concat([joint, factorised]) as tfjs.Tensor2D, kind);
  const [ofJoint, ofFactorised] = tf.split(scores, 2);
  return tf.sub(tf.mean(ofJoint), tf.mean(ofFactorised)) as tfjs.Scalar;
}

import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from './operations.js';

/**
 * z itself, whose gradient arrives multiplied by -lambda (Ganin et al. 2016): the layers behind it minimise a loss while those before it maximise lambda
 * times that loss, on one tape and in one pass. This is equation (8) of de Mijolla et al. (2021).
 */
export function reverseGradient(tf: TensorFlow, z: tfjs.Tensor2D, lambda: number): tfjs.Tensor2D {
  const reversed = tf.customGrad((...args) => {
    const [z] = args as [tfjs.Tensor];
    return { value: tf.clone(z), gradFunc: (dy: tfjs.Tensor) => tf.mul(dy, -lambda) };
  });
  return reversed(z) as tfjs.Tensor2D;
}

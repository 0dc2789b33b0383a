import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from './operations.js';

const scale = 1.0507009873554805;
const scaleAlpha = 1.7580993408473766;

/**
 * Makes the gradient of SELU differentiable in its turn, as the gradient penalty of a Wasserstein critic needs it (Gulrajani et al. 2017). tfjs 4.22
 * chooses the branch of SELU by a comparison, which has no gradient, so that a second derivative throws. All else that the critic uses (matrix product,
 * addition, sum, mean, square, square root) is right as it is. Not so exp, tanh, sigmoid and softmax, whose second derivatives are silently wrong in tfjs
 * 4.22 (a saved output is cut off the tape): whoever wants them in a critic corrects them here first.
 *
 * The first derivative keeps its value. Gradients belong to the process, whatever its backend; a second call changes nothing.
 */
export function makeTwiceDifferentiable(tf: TensorFlow): void {
  tf.unregisterGradient('Selu');
  tf.registerGradient({
    kernelName: 'Selu',
    inputsToSave: ['x'],
    gradFunc: (dy, [x]) => ({ x: () => tf.mul(dy as tfjs.Tensor, slopeOfSelu(tf, x)) }),
  });
}

/**
 * selu(min(x, 0)) + scale alpha where x <= 0, scale elsewhere. Written with SELU, so that its own gradient serves at every order; the branch is chosen by
 * a step function, whose gradient is 0.
 */
function slopeOfSelu(tf: TensorFlow, x: tfjs.Tensor): tfjs.Tensor {
  const below = tf.selu(tf.sub(x, tf.relu(x)));
  return tf.sub(tf.add(below, scaleAlpha), tf.mul(tf.step(x), scaleAlpha - scale));
}

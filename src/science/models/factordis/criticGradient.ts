import type * as tfjs from '@tensorflow/tfjs';
import {
  inputGradientOf,
  inputsOf,
  type Layer,
  layersOf,
  outputOf,
  slopesOf,
  weightGradientsOf,
} from '../../networks/backpropagation.js';
import type { Slope } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import type { NativeMath, TensorFlow } from '../../networks/operations.js';
import { steepnessOf } from './criticLoss.js';

/**
 * The gradient of the critic's loss (see criticLoss) worked by hand on TensorFlow's kernels. The penalty is a function of the gradient by the input, so
 * that its own gradient goes forward through the layers along v = dL/d(grad C), and back once more.
 *
 * A deviation from the portable formulation on the tape, which serves every other backend: this one calls half as many kernels and leaves the tape out. A test
 * holds the two together to 1e-5 and this one to central differences.
 * @param samples, mixing, penalty and batch as for criticLoss
 */
export function criticGradient(
  tf: TensorFlow,
  math: NativeMath,
  critic: Network,
  weights: Weights,
  samples: tfjs.Tensor2D,
  mixing: tfjs.Tensor2D,
  penalty: number,
  batch: number,
): Slope {
  const layers = layersOf(critic, weights);
  const [p, q] = tf.split(samples, 2);
  const known = ofDistance(tf, math, layers, samples, batch);
  const bent = ofPenalty(tf, math, layers, tf.add(q, tf.mul(mixing, tf.sub(p, q))), penalty, batch);
  const gradients = layers.flatMap((_, layer) => [
    math.sum([known.gradients[2 * layer], ...bent.weights[layer]]),
    // The last bias moves no slope.
    math.sum([known.gradients[2 * layer + 1], ...bent.biases.slice(layer, layer + 1)]),
  ]);
  return { gradients, parts: { criticDistance: known.distance, gradientPenalty: bent.penalty } };
}

/** E_q C - E_p C: one pass forward and one back. */
function ofDistance(tf: TensorFlow, math: NativeMath, layers: readonly Layer[], samples: tfjs.Tensor, batch: number) {
  const rows = samples.shape[0];
  const signs = new Float32Array(rows).fill(-1 / batch, 0, rows / 2).fill(1 / batch, rows / 2);
  const dy = tf.tensor2d(signs, [rows, 1]);
  const inputs = inputsOf(math, layers, samples);
  const { slopes } = slopesOf(math, layers, inputs, dy);
  const scores = outputOf(math, layers, inputs);
  return {
    gradients: weightGradientsOf(math, inputs, slopes),
    distance: tf.neg(tf.sum(math.multiply(scores, dy))) as tfjs.Scalar,
  };
}

/** penalty E_r (||grad C|| - 1)²: one pass forward and one back to grad C, and as many along its gradient. */
function ofPenalty(
  tf: TensorFlow,
  math: NativeMath,
  layers: readonly Layer[],
  between: tfjs.Tensor,
  penalty: number,
  batch: number,
) {
  const last = layers.length - 1;
  const inputs = inputsOf(math, layers, between);
  const { slopes, received } = slopesOf(math, layers, inputs, tf.ones([between.shape[0], 1]));
  const inputGradient = inputGradientOf(math, layers, slopes);
  const steepness = steepnessOf(tf, inputGradient);
  const excess = tf.sub(steepness, 1);

  // Forward: `along` is the gradient of the penalty by the slopes, `curved` by the outputs that chose them.
  const along = [math.multiply(inputGradient, tf.mul(tf.div(excess, steepness), (2 * penalty) / batch))];
  const curved: tfjs.Tensor[] = [];
  for (let layer = 0; layer < last; layer++) {
    const passed = math.product(along[layer], layers[layer].weight);
    along.push(math.seluGradient(passed, inputs[layer + 1]));
    curved.push(math.seluCurvature(math.multiply(passed, received[layer]), inputs[layer + 1]));
  }
  // Back: the gradient by the sum in every layer but the last.
  const owed: tfjs.Tensor[] = [];
  for (let layer = last - 1; layer >= 0; layer--) {
    const above = owed[layer + 1] && math.timesTransposed(owed[layer + 1], layers[layer + 1].weight);
    owed[layer] = math.seluGradient(above ? math.add(above, curved[layer]) : curved[layer], inputs[layer + 1]);
  }
  return {
    weights: layers.map((_, layer) => [
      math.transposedTimes(along[layer], slopes[layer]),
      ...(owed[layer] ? [math.transposedTimes(inputs[layer], owed[layer])] : []),
    ]),
    biases: owed.map((each) => math.columnSums(each)),
    penalty: tf.div(tf.sum(tf.square(excess)), batch) as tfjs.Scalar,
  };
}

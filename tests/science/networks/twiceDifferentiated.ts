import type * as tfjs from '@tensorflow/tfjs';
import { expect } from 'vitest';
import type { TensorFlow } from '../../../src/science/networks/operations.js';
import { portableOperations } from '../../../src/science/networks/portable.js';

/** A function of data x and weights w, both rows x 4 unless told otherwise, with a derivative that depends on both. */
type Twice = (tf: TensorFlow, x: tfjs.Tensor, w: tfjs.Tensor) => tfjs.Tensor;

/** Every operation between the weights of a critic and its loss, each in the place of f in ||df/dx||². */
export const operations: Readonly<Record<string, Twice>> = {
  selu: (tf, x, w) => tf.sum(tf.selu(tf.mul(x, w))),
  'selu of selu': (tf, x, w) => tf.sum(tf.selu(tf.sub(tf.selu(tf.mul(x, w)), 3))),
  matMul: (tf, x, w) => tf.sum(tf.square(tf.matMul(x as tfjs.Tensor2D, tf.transpose(w) as tfjs.Tensor2D))),
  'add, with the rows of x on one bias': (tf, x, w) => tf.sum(tf.square(tf.square(tf.add(x, tf.slice(w, 0, 1))))),
  sub: (tf, x, w) => tf.sum(tf.square(tf.square(tf.sub(x, w)))),
  mul: (tf, x, w) => tf.sum(tf.square(tf.mul(x, w))),
  square: (tf, x, w) => tf.sum(tf.mul(w, tf.square(tf.square(x)))),
  sqrt: (tf, x, w) => tf.sum(tf.sqrt(tf.add(tf.square(x), tf.square(w)))),
  'norm of every row': (tf, x, w) => tf.sum(tf.mul(w, tf.sqrt(tf.sum(tf.square(tf.mul(x, w)), 1, true)))),
  mean: (tf, x, w) => tf.square(tf.mean(tf.square(tf.mul(x, w)))),
  'concat and split': (tf, x, w) => {
    const [upper, lower] = tf.split(tf.square(tf.concat([tf.mul(x, w), x])), 2);
    return tf.sum(tf.mul(upper, lower));
  },
  'a dense layer of SELU': (tf, x, w) => {
    const [weight, bias] = [tf.transpose(w) as tfjs.Tensor2D, tf.reshape(tf.slice(w, [0, 0], [3, 1]), [3])];
    const layer = portableOperations(tf).dense(x as tfjs.Tensor2D, 'learnt', weight, bias as tfjs.Tensor1D, 'selu');
    return tf.sum(tf.square(layer));
  },
};

/** Away from 0, so that no step of the differences crosses the bend of SELU. */
const data = [0.9, -1.3, 0.6, -0.5, -0.8, 1.1, 0.7, -1.2, 1.4, -0.6, -0.9, 0.8];
const weights = [0.7, 1.2, -0.9, 1.1, 1.3, 0.8, -0.6, 1.0, -0.7, 0.9, 1.4, -1.1];

/** Relative size of the largest difference between the gradient of ||df/dx||² and central differences of it, over all weights. */
export function errorOfSecondOrder(tf: TensorFlow, f: Twice): number {
  const x = tf.tensor2d(data, [3, 4]);
  const squareNorm = (w: tfjs.Tensor) =>
    tf.sum(tf.square(tf.grad((x: tfjs.Tensor) => f(tf, x, w) as tfjs.Scalar)(x))) as tfjs.Scalar;
  const at = (i: number, by: number) =>
    tf.tidy(() => squareNorm(tf.tensor2d(weights.with(i, weights[i] + by), [3, 4])).dataSync()[0]);
  // Five points: the truncation is of fourth order, so that a step fit for single precision may be taken.
  const step = 0.02;
  const slopes = weights.map(
    (_, i) => (8 * (at(i, step) - at(i, -step)) - (at(i, 2 * step) - at(i, -2 * step))) / (12 * step),
  );
  const found = tf.tidy(() => [
    ...tf
      .grad(squareNorm)(tf.tensor2d(weights, [3, 4]))
      .dataSync(),
  ]);
  x.dispose();
  const largest = Math.max(...slopes.map(Math.abs));
  return Math.max(...slopes.map((slope, i) => Math.abs(slope - found[i]))) / largest;
}

/** Slopes are compared to this, relative to the largest: single precision leaves about 1e-5 of five points .02 apart. */
export const tolerance = 2e-4;

export function expectTwiceDifferentiable(tf: TensorFlow, name: string): void {
  const before = tf.memory().numTensors;
  expect(errorOfSecondOrder(tf, operations[name])).toBeLessThan(tolerance);
  expect(tf.memory().numTensors).toBe(before);
}

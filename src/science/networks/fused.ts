import type * as tfjs from '@tensorflow/tfjs';
import { type Attribute, nativeKernels } from './nativeKernels.js';
import { nativeMath } from './nativeMath.js';
import type { Activation, InputKind, NativeMath, Operations, TensorFlow } from './operations.js';
import { ResourceAdam } from './resourceAdam.js';

/**
 * The operations on TensorFlow's own kernels: a layer is MatMul, BiasAdd and Selu with their gradients as single kernels. A step of the compact
 * FaderDis takes half the time of the portable operations. The tape differentiates them once only; what needs twice is written by hand on `math`.
 */
export function fusedOperations(tf: TensorFlow): Operations {
  const math = nativeMath(tf);
  const layers = { selu: denseLayer(tf, math, 'selu'), linear: denseLayer(tf, math, 'linear') };
  return {
    name: 'fused',
    dense: (x, kind, weight, bias, activation) => layers[activation](x, kind, weight, bias),
    math,
    crossEntropy: crossEntropy(tf),
    trainable: (initial, adam) => new ResourceAdam(tf, initial, adam),
  };
}

function denseLayer(tf: TensorFlow, math: NativeMath, activation: Activation) {
  const forward = (x: tfjs.Tensor, w: tfjs.Tensor, b: tfjs.Tensor) => {
    const sum = math.addBias(math.product(x, w), b);
    return activation === 'selu' ? math.selu(sum) : sum;
  };
  const beforeActivation = (dy: tfjs.Tensor, y: tfjs.Tensor) => (activation === 'selu' ? math.seluGradient(dy, y) : dy);
  const weightGradients = (x: tfjs.Tensor, d: tfjs.Tensor) => [math.transposedTimes(x, d), math.columnSums(d)];

  const onLearnt = tf.customGrad((...args) => {
    const [x, w, b, save] = args as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor, tfjs.GradSaveFunc];
    const y = forward(x, w, b);
    save([x, w, y]);
    const gradFunc = (dy: tfjs.Tensor, [x, w, y]: tfjs.Tensor[]) => {
      const d = beforeActivation(dy, y);
      return [math.timesTransposed(d, w), ...weightGradients(x, d)];
    };
    return { value: y, gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor[] };
  });
  const onData = (x: tfjs.Tensor, w: tfjs.Tensor, b: tfjs.Tensor) =>
    tf.customGrad((...args) => {
      const [w, b, save] = args as [tfjs.Tensor, tfjs.Tensor, tfjs.GradSaveFunc];
      const y = forward(x, w, b);
      // x too, or the tape would let go of one that was computed on it.
      save([x, y]);
      const gradFunc = (dy: tfjs.Tensor, [x, y]: tfjs.Tensor[]) => weightGradients(x, beforeActivation(dy, y));
      return { value: y, gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor[] };
    })(w, b);

  const through = (x: tfjs.Tensor, w: tfjs.Tensor, b: tfjs.Tensor) =>
    tf.customGrad((...args) => {
      const [x, save] = args as [tfjs.Tensor, tfjs.GradSaveFunc];
      const y = forward(x, w, b);
      save([y]);
      const gradFunc = (dy: tfjs.Tensor, [y]: tfjs.Tensor[]) => math.timesTransposed(beforeActivation(dy, y), w);
      return { value: y, gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor };
    })(x);
  const layers = { learnt: onLearnt, data: onData, through };

  return (x: tfjs.Tensor2D, kind: InputKind, weight: tfjs.Tensor2D, b: tfjs.Tensor1D) =>
    layers[kind](x, weight, b) as tfjs.Tensor2D;
}

function crossEntropy(tf: TensorFlow): Operations['crossEntropy'] {
  const kernels = nativeKernels(tf);
  const { TF_ATTR_TYPE, TF_FLOAT, TF_INT32 } = kernels.binding;
  const attributes: Attribute[] = [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'Tlabels', type: TF_ATTR_TYPE, value: TF_INT32 },
  ];
  return (logits, labels) => {
    const perRow = tf.customGrad((...args) => {
      const [logits, save] = args as [tfjs.Tensor, tfjs.GradSaveFunc];
      const name = 'SparseSoftmaxCrossEntropyWithLogits';
      const [loss, gradient] = kernels.executeMultipleOutputs(name, attributes, [logits, labels], 2);
      save([gradient]);
      const gradFunc = (dy: tfjs.Tensor, [gradient]: tfjs.Tensor[]) => tf.mul(gradient, tf.expandDims(dy, 1));
      return { value: loss, gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor };
    });
    return tf.mean(perRow(logits));
  };
}

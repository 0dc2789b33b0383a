import type * as tfjs from '@tensorflow/tfjs';
import { type Attribute, type NativeKernels, nativeKernels } from './nativeKernels.js';
import type { Activation, InputKind, Operations, TensorFlow } from './operations.js';
import { ResourceAdam } from './resourceAdam.js';

/**
 * The operations on TensorFlow's own kernels: a layer is MatMul, BiasAdd and Selu with their gradients as single kernels. A step of the compact
 * FaderDis takes half the time of the portable operations. The tape differentiates them once only; for twice there is denseGradient.
 */
export function fusedOperations(tf: TensorFlow): Operations {
  const layers = { selu: denseLayer(tf, 'selu'), linear: denseLayer(tf, 'linear') };
  const gradients = { selu: denseGradient(tf, 'selu'), linear: denseGradient(tf, 'linear') };
  return {
    name: 'fused',
    dense: (x, kind, weight, bias, activation) => layers[activation](x, kind, weight, bias),
    denseGradient: (dy, y, weight, activation) => gradients[activation](dy, y, weight),
    crossEntropy: crossEntropy(tf),
    trainable: (initial, adam) => new ResourceAdam(tf, initial, adam),
  };
}

function denseLayer(tf: TensorFlow, activation: Activation) {
  const kernels = nativeKernels(tf);
  const { TF_ATTR_TYPE, TF_ATTR_STRING, TF_FLOAT } = kernels.binding;
  const float: Attribute = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  const bias: Attribute[] = [float, { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }];
  const [plain, timesTransposed, transposedTimes] = products(kernels);
  const run = kernels.executeSingleOutput.bind(kernels);

  const forward = (x: tfjs.Tensor, w: tfjs.Tensor, b: tfjs.Tensor) => {
    const sum = run('BiasAdd', bias, [run('MatMul', plain, [x, w]), b]);
    return activation === 'selu' ? run('Selu', [float], [sum]) : sum;
  };
  const beforeActivation = (dy: tfjs.Tensor, y: tfjs.Tensor) =>
    activation === 'selu' ? run('SeluGrad', [float], [dy, y]) : dy;
  const weightGradients = (x: tfjs.Tensor, d: tfjs.Tensor) => [
    run('MatMul', transposedTimes, [x, d]),
    run('BiasAddGrad', bias, [d]),
  ];

  const onLearnt = tf.customGrad((...args) => {
    const [x, w, b, save] = args as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor, tfjs.GradSaveFunc];
    const y = forward(x, w, b);
    save([x, w, y]);
    const gradFunc = (dy: tfjs.Tensor, [x, w, y]: tfjs.Tensor[]) => {
      const d = beforeActivation(dy, y);
      return [run('MatMul', timesTransposed, [d, w]), ...weightGradients(x, d)];
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
      const gradFunc = (dy: tfjs.Tensor, [y]: tfjs.Tensor[]) =>
        run('MatMul', timesTransposed, [beforeActivation(dy, y), w]);
      return { value: y, gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor };
    })(x);
  const layers = { learnt: onLearnt, data: onData, through };

  return (x: tfjs.Tensor2D, kind: InputKind, weight: tfjs.Tensor2D, b: tfjs.Tensor1D) =>
    layers[kind](x, weight, b) as tfjs.Tensor2D;
}

function denseGradient(tf: TensorFlow, activation: Activation) {
  const kernels = nativeKernels(tf);
  const { TF_ATTR_TYPE, TF_FLOAT } = kernels.binding;
  const float: Attribute[] = [{ name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT }];
  const [plain, timesTransposed, transposedTimes] = products(kernels);
  const run = kernels.executeSingleOutput.bind(kernels);

  const dense = tf.customGrad((...args) => {
    const [dy, y, w, save] = args as [tfjs.Tensor, tfjs.Tensor, tfjs.Tensor, tfjs.GradSaveFunc];
    const before = activation === 'selu' ? run('SeluGrad', float, [dy, y]) : dy;
    save([dy, y, w, before]);
    const gradFunc = (v: tfjs.Tensor, [dy, y, w, before]: tfjs.Tensor[]) => {
      const ofBefore = run('MatMul', plain, [v, w]);
      const ofWeight = run('MatMul', transposedTimes, [v, before]);
      if (activation === 'linear') return [ofBefore, tf.zerosLike(y), ofWeight];
      // The slope is y + scale alpha where y < 0, and constant elsewhere: its own slope is 1 or 0.
      const both = run('Mul', float, [dy, ofBefore]);
      const ofOutput = run('Sub', float, [both, run('ReluGrad', float, [both, y])]);
      return [run('SeluGrad', float, [ofBefore, y]), ofOutput, ofWeight];
    };
    return {
      value: run('MatMul', timesTransposed, [before, w]),
      gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor[],
    };
  });
  return (dy: tfjs.Tensor2D, y: tfjs.Tensor2D, weight: tfjs.Tensor2D) => dense(dy, y, weight) as tfjs.Tensor2D;
}

/** Attributes of MatMul: of a b, of a bᵀ and of aᵀ b. */
function products({ binding }: NativeKernels): Attribute[][] {
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_FLOAT } = binding;
  return [
    [false, false],
    [false, true],
    [true, false],
  ].map(([transposeA, transposeB]) => [
    { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT },
    { name: 'transpose_a', type: TF_ATTR_BOOL, value: transposeA },
    { name: 'transpose_b', type: TF_ATTR_BOOL, value: transposeB },
  ]);
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

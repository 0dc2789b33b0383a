import type * as tfjs from '@tensorflow/tfjs';
import { type Attribute, nativeKernels } from './nativeKernels.js';
import type { Activation, Operations, TensorFlow } from './operations.js';
import { ResourceAdam } from './resourceAdam.js';

/**
 * The operations on TensorFlow's own kernels: a layer is MatMul, BiasAdd and Selu with their gradients as single kernels. A step of the compact
 * FaderDis takes half the time of the portable operations. Differentiable once only.
 */
export function fusedOperations(tf: TensorFlow): Operations {
  const layers = { selu: denseLayer(tf, 'selu'), linear: denseLayer(tf, 'linear') };
  return {
    name: 'fused',
    dense: (x, kind, weight, bias, activation) => layers[activation](x, kind, weight, bias),
    crossEntropy: crossEntropy(tf),
    trainable: (initial, adam) => new ResourceAdam(tf, initial, adam),
  };
}

function denseLayer(tf: TensorFlow, activation: Activation) {
  const kernels = nativeKernels(tf);
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_ATTR_STRING, TF_FLOAT } = kernels.binding;
  const float: Attribute = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  const bias: Attribute[] = [float, { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' }];
  const product = (transposeA: boolean, transposeB: boolean): Attribute[] => [
    float,
    { name: 'transpose_a', type: TF_ATTR_BOOL, value: transposeA },
    { name: 'transpose_b', type: TF_ATTR_BOOL, value: transposeB },
  ];
  const [plain, timesTransposed, transposedTimes] = [product(false, false), product(false, true), product(true, false)];
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
      save([y]);
      const gradFunc = (dy: tfjs.Tensor, [y]: tfjs.Tensor[]) => weightGradients(x, beforeActivation(dy, y));
      return { value: y, gradFunc: gradFunc as (dy: tfjs.Tensor, saved: tfjs.Tensor[]) => tfjs.Tensor[] };
    })(w, b);

  return (x: tfjs.Tensor2D, kind: 'learnt' | 'data', weight: tfjs.Tensor2D, b: tfjs.Tensor1D) =>
    (kind === 'data' ? onData(x, weight, b) : onLearnt(x, weight, b)) as tfjs.Tensor2D;
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

import type * as tfjs from '@tensorflow/tfjs';
import { type Attribute, nativeKernels } from './nativeKernels.js';
import type { NativeMath, TensorFlow } from './operations.js';

/** See NativeMath. */
export function nativeMath(tf: TensorFlow): NativeMath {
  const kernels = nativeKernels(tf);
  const { TF_ATTR_TYPE, TF_ATTR_BOOL, TF_ATTR_INT, TF_ATTR_STRING, TF_FLOAT } = kernels.binding;
  const float: Attribute = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
  const rowMajor: Attribute = { name: 'data_format', type: TF_ATTR_STRING, value: 'NHWC' };
  const one = (name: string, attributes: readonly Attribute[]) => {
    return (...inputs: tfjs.Tensor[]) => kernels.executeSingleOutput(name, attributes, inputs);
  };
  const matMul = (transposeA: boolean, transposeB: boolean) =>
    one('MatMul', [
      float,
      { name: 'transpose_a', type: TF_ATTR_BOOL, value: transposeA },
      { name: 'transpose_b', type: TF_ATTR_BOOL, value: transposeB },
    ]);
  const subtract = one('Sub', [float]);
  const reluGradient = one('ReluGrad', [float]);
  return {
    product: matMul(false, false),
    timesTransposed: matMul(false, true),
    transposedTimes: matMul(true, false),
    addBias: one('BiasAdd', [float, rowMajor]),
    columnSums: one('BiasAddGrad', [float, rowMajor]),
    selu: one('Selu', [float]),
    seluGradient: one('SeluGrad', [float]),
    seluCurvature: (dy, y) => subtract(dy, reluGradient(dy, y)),
    add: one('AddV2', [float]),
    multiply: one('Mul', [float]),
    sum: (tensors) => {
      const count: Attribute = { name: 'N', type: TF_ATTR_INT, value: tensors.length };
      return kernels.executeSingleOutput('AddN', [float, count], tensors);
    },
  };
}

import type * as tfjs from '@tensorflow/tfjs';
import type { TensorFlow } from './operations.js';

/** An attribute of a TensorFlow operation, as the native binding takes it. */
export interface Attribute {
  readonly name: string;
  readonly type: number;
  readonly value: number | boolean | string | readonly number[];
}

/** A tensor of the binding, outside tfjs's bookkeeping. */
interface NativeTensor {
  readonly id: number;
  readonly dtype: number;
  readonly shape: number[];
}

/** What tfjs-node's compiled binding offers, as far as it is used here. */
interface Binding {
  readonly TF_FLOAT: number;
  readonly TF_INT32: number;
  readonly TF_ATTR_TYPE: number;
  readonly TF_ATTR_BOOL: number;
  readonly TF_ATTR_INT: number;
  readonly TF_ATTR_STRING: number;
  readonly TF_ATTR_SHAPE: number;
  executeOp(name: string, attributes: readonly Attribute[], inputs: readonly number[], outputs: number): NativeTensor[];
  createTensor(shape: readonly number[], dtype: number, values: Float32Array): number;
  deleteTensor(id: number): void;
}

/** tfjs-node's backend, as far as it is used here: the door to TensorFlow's own kernels. */
export interface NativeKernels {
  readonly binding: Binding;
  executeSingleOutput(name: string, attributes: readonly Attribute[], inputs: readonly tfjs.Tensor[]): tfjs.Tensor;
  executeMultipleOutputs(
    name: string,
    attributes: readonly Attribute[],
    inputs: readonly tfjs.Tensor[],
    outputs: number,
  ): tfjs.Tensor[];
  getInputTensorIds(inputs: readonly tfjs.Tensor[]): number[];
  createOutputTensor(native: NativeTensor): tfjs.Tensor;
}

/** The kernels of a process whose backend is native TensorFlow. */
export function nativeKernels(tf: TensorFlow): NativeKernels {
  return tf.backend() as unknown as NativeKernels;
}

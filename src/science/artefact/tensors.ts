/** A named array of 32- or 64-bit floats with its shape, row-major. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array;
}

export type Tensors = Readonly<Record<string, Tensor>>;

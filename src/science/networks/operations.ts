import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../artefact/tensors.js';

export type TensorFlow = typeof tfjs;

/**
 * The few operations that networks are made of. Models are written once, on these; there are two implementations: `fused.ts` (TensorFlow's own
 * kernels, native only) and `portable.ts` (plain tfjs operations, any backend). All matrices are row-major, one sample a row.
 */
export interface Operations {
  readonly name: 'fused' | 'portable';
  /**
   * activation(x W + b): [rows, in] x [in, out] + [out].
   * @param kind what gets a gradient, since each is a product as large as the layer's own: 'data' spares 8 of the 150 GFLOP of a step of the paper's
   * autoencoder, 'through' a third of a critic's
   */
  dense(
    x: tfjs.Tensor2D,
    kind: InputKind,
    weight: tfjs.Tensor2D,
    bias: tfjs.Tensor1D,
    activation: Activation,
  ): tfjs.Tensor2D;
  /** Mean over rows of -log softmax(logits)[label], in nats. `labels` is int32, one class a row. */
  crossEntropy(logits: tfjs.Tensor2D, labels: tfjs.Tensor1D): tfjs.Scalar;
  /** For gradients written by hand; null where only the tape differentiates. */
  readonly math: NativeMath | null;
  /** Moves arrays into the backend, to be trained by Adam. */
  trainable(initial: Tensors, adam: AdamSettings): Trainable;
}

export type Activation = 'selu' | 'linear';

/** What a layer works on, and with: the output of other layers, to learn from; data that nothing is learnt before; or the output of others, through fixed weights. */
export type InputKind = 'learnt' | 'data' | 'through';

/**
 * TensorFlow's own kernels, one call each and without a tape: what gradients written by hand are made of. Results belong to the tidy in which they are made.
 */
export interface NativeMath {
  /** a b. */
  product(a: tfjs.Tensor, b: tfjs.Tensor): tfjs.Tensor;
  /** a bᵀ. */
  timesTransposed(a: tfjs.Tensor, b: tfjs.Tensor): tfjs.Tensor;
  /** aᵀ b. */
  transposedTimes(a: tfjs.Tensor, b: tfjs.Tensor): tfjs.Tensor;
  /** Adds b [columns] to every row. */
  addBias(x: tfjs.Tensor, b: tfjs.Tensor): tfjs.Tensor;
  /** Sum over the rows. */
  columnSums(x: tfjs.Tensor): tfjs.Tensor;
  selu(x: tfjs.Tensor): tfjs.Tensor;
  /** dy times the slope of SELU where its value is y. */
  seluGradient(dy: tfjs.Tensor, y: tfjs.Tensor): tfjs.Tensor;
  /** dy times the slope of that slope by y: dy where y < 0, 0 elsewhere, as the slope is y + scale alpha there and constant here. */
  seluCurvature(dy: tfjs.Tensor, y: tfjs.Tensor): tfjs.Tensor;
  add(a: tfjs.Tensor, b: tfjs.Tensor): tfjs.Tensor;
  multiply(a: tfjs.Tensor, b: tfjs.Tensor): tfjs.Tensor;
  sum(tensors: readonly tfjs.Tensor[]): tfjs.Tensor;
}

/** Kingma & Ba (2015), with their epsilon-hat: w -= rate sqrt(1 - beta2^t) / (1 - beta1^t) m / (sqrt(v) + epsilon). */
export interface AdamSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/** Arrays that are trained together, with the moments of their optimiser. They stay in the backend's memory until `dispose`. */
export interface Trainable {
  readonly names: readonly string[];
  /** Present values in the order of `names`. The caller disposes them, and does so before `apply`: a value still read would be copied. */
  read(): tfjs.Tensor[];
  /** One step of Adam. Gradients in the order of `names`; they stay the caller's to dispose. */
  apply(gradients: readonly tfjs.Tensor[], rate: number): void;
  /** Values alone. */
  values(): Tensors;
  /** Values, both moments and the number of steps: all that `restore` needs to go on. */
  state(): Tensors;
  restore(state: Tensors): void;
  dispose(): void;
}

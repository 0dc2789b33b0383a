import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import type { Activation, InputKind, Operations, TensorFlow } from './operations.js';
import type { Random } from './random.js';

/** Tensors of weights by name, as a network finds its own. */
export type Weights = ReadonlyMap<string, tfjs.Tensor>;

/** Fully connected layers with SELU between them and a linear last one (Klambauer et al. 2017). Holds no weights: only their names and shapes. */
export class Network {
  /** @param sizes of the layers, from the input to the output */
  constructor(
    readonly name: string,
    readonly sizes: readonly number[],
  ) {}

  /** Names and shapes of the weights: `encoder/0/weight` [in, out] and `encoder/0/bias` [out] for every layer. */
  get shapes(): Readonly<Record<string, readonly number[]>> {
    const shapes: Record<string, readonly number[]> = {};
    for (let layer = 0; layer + 1 < this.sizes.length; layer++) {
      shapes[this.weightName(layer)] = [this.sizes[layer], this.sizes[layer + 1]];
      shapes[this.biasName(layer)] = [this.sizes[layer + 1]];
    }
    return shapes;
  }

  /** LeCun-normal weights (variance 1 / in), as SELU wants them, and biases of 0. */
  initial(random: Random): Tensors {
    const tensors: Record<string, Tensor> = {};
    for (const [name, shape] of Object.entries(this.shapes)) {
      const [rows, columns] = shape;
      const values = new Float32Array(rows * (columns ?? 1));
      if (columns !== undefined) for (let i = 0; i < values.length; i++) values[i] = random.normal() / Math.sqrt(rows);
      tensors[name] = { shape, values };
    }
    return tensors;
  }

  /**
   * @param x rows x sizes[0]
   * @param kind of x; 'through' holds for all layers, 'data' for the first
   * @returns rows x the last size
   */
  apply(operations: Operations, weights: Weights, x: tfjs.Tensor2D, kind: InputKind = 'learnt'): tfjs.Tensor2D {
    return this.outputs(operations, weights, x, kind)[this.sizes.length - 2];
  }

  /**
   * Gradient of the sum of all outputs with respect to x. It can be differentiated in its turn, with respect to the weights, on the portable operations alone.
   * @param x rows x sizes[0], data
   * @returns rows x sizes[0]
   */
  inputGradient(tf: TensorFlow, operations: Operations, weights: Weights, x: tfjs.Tensor2D): tfjs.Tensor2D {
    return tf.grad((x) => tf.sum(this.apply(operations, weights, x as tfjs.Tensor2D)))(x) as tfjs.Tensor2D;
  }

  /**
   * The outputs, and their derivatives with respect to the first inputs, forward through the layers: all tangents of all rows are one tall matrix, so that each
   * layer is one product. (Backward there would be as many passes as outputs.)
   * @param x rows x sizes[0], data
   * @param inputs how many
   * @returns rows x outputs, and rows x inputs x outputs: (row, i) is dy/dx_i
   */
  linearise(
    tf: TensorFlow,
    operations: Operations,
    weights: Weights,
    x: tfjs.Tensor2D,
    inputs: number,
  ): { y: tfjs.Tensor2D; byInput: tfjs.Tensor3D } {
    const outputs = this.outputs(operations, weights, x, 'data');
    const [rows] = x.shape;
    const all = weights.get(this.weightName(0)) as tfjs.Tensor2D;
    const first = tf.slice(all, [0, 0], [inputs, all.shape[1]]);
    // The tangents of the inputs are the unit vectors: the first product is the weights themselves, for every row.
    let tangents =
      this.activationOf(0) === 'selu'
        ? tf.mul(tf.expandDims(first, 0), tf.expandDims(seluSlope(tf, outputs[0]), 1))
        : tf.tile(tf.expandDims(first, 0), [rows, 1, 1]);
    for (let layer = 1; layer < outputs.length; layer++) {
      const weight = weights.get(this.weightName(layer)) as tfjs.Tensor2D;
      const [width, next] = weight.shape;
      const product = tf.matMul(tf.reshape(tangents, [rows * inputs, width]), weight);
      tangents = tf.reshape(product, [rows, inputs, next]);
      if (this.activationOf(layer) === 'selu')
        tangents = tf.mul(tangents, tf.expandDims(seluSlope(tf, outputs[layer]), 1));
    }
    return { y: outputs[outputs.length - 1], byInput: tangents as tfjs.Tensor3D };
  }

  /** Of every layer. */
  private outputs(operations: Operations, weights: Weights, x: tfjs.Tensor2D, kind: InputKind): tfjs.Tensor2D[] {
    const outputs: tfjs.Tensor2D[] = [];
    for (let layer = 0; layer + 1 < this.sizes.length; layer++) {
      const weight = weights.get(this.weightName(layer)) as tfjs.Tensor2D;
      const bias = weights.get(this.biasName(layer)) as tfjs.Tensor1D;
      const own = layer === 0 || kind === 'through' ? kind : 'learnt';
      outputs.push(operations.dense(outputs[layer - 1] ?? x, own, weight, bias, this.activationOf(layer)));
    }
    return outputs;
  }

  private activationOf(layer: number): Activation {
    return layer + 2 < this.sizes.length ? 'selu' : 'linear';
  }

  private weightName(layer: number): string {
    return `${this.name}/${layer}/weight`;
  }

  private biasName(layer: number): string {
    return `${this.name}/${layer}/bias`;
  }
}

/** Klambauer et al. (2017). */
const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

/** Slope of SELU where its value is y: the scale above 0, y + scale alpha below. */
function seluSlope(tf: TensorFlow, y: tfjs.Tensor2D): tfjs.Tensor2D {
  const above = tf.cast(tf.greater(y, 0), 'float32');
  const below = tf.add(tf.minimum(y, 0), SELU_SCALE * SELU_ALPHA);
  return tf.add(tf.mul(above, tf.sub(SELU_SCALE, below)), below);
}

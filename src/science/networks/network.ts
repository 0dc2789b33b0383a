import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import type { InputKind, Operations } from './operations.js';
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

  /** @param x rows x sizes[0]
   *  @returns rows x the last size */
  apply(operations: Operations, weights: Weights, x: tfjs.Tensor2D, kind: InputKind = 'learnt'): tfjs.Tensor2D {
    const layers = this.sizes.length - 1;
    let h = x;
    for (let layer = 0; layer < layers; layer++) {
      const weight = weights.get(this.weightName(layer)) as tfjs.Tensor2D;
      const bias = weights.get(this.biasName(layer)) as tfjs.Tensor1D;
      h = operations.dense(h, layer === 0 ? kind : 'learnt', weight, bias, layer + 1 < layers ? 'selu' : 'linear');
    }
    return h;
  }

  private weightName(layer: number): string {
    return `${this.name}/${layer}/weight`;
  }

  private biasName(layer: number): string {
    return `${this.name}/${layer}/bias`;
  }
}

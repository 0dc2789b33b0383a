import type * as tfjs from '@tensorflow/tfjs';
import { FileError } from '../../domain/errors.js';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import type { AdamSettings, TensorFlow, Trainable } from './operations.js';

/** Defaults of Kingma & Ba (2015). */
export const defaultAdam: AdamSettings = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Where an array and its two moments are kept. */
export type Slot = 0 | 1 | 2;

/** Names of a state's tensors: the array's own name, then its moments'. */
const suffixes = ['', '/m', '/v'] as const;
const stepsName = 'adam/steps';

/** What both implementations of Adam share: names, shapes, the count of steps, and how a state is written and read. */
export abstract class AdamVariables implements Trainable {
  readonly names: readonly string[];
  protected steps = 0;
  private readonly shapes: readonly (readonly number[])[];

  protected constructor(
    protected readonly tf: TensorFlow,
    initial: Tensors,
    protected readonly settings: AdamSettings,
  ) {
    this.names = Object.keys(initial);
    this.shapes = this.names.map((name) => initial[name].shape);
  }

  read(): tfjs.Tensor[] {
    return this.names.map((_, index) => this.readSlot(index, 0));
  }

  apply(gradients: readonly tfjs.Tensor[], rate: number): void {
    this.steps++;
    this.update(gradients, rate);
  }

  values(): Tensors {
    return this.collect([0]);
  }

  state(): Tensors {
    return { ...this.collect([0, 1, 2]), [stepsName]: { shape: [1], values: Float64Array.of(this.steps) } };
  }

  restore(state: Tensors): void {
    this.names.forEach((name, index) => {
      for (const slot of [0, 1, 2] as const)
        this.writeSlot(index, slot, expectTensor(state, name + suffixes[slot], this.shapes[index], 'checkpoint'));
    });
    this.steps = expectTensor(state, stepsName, [1], 'checkpoint').values[0];
  }

  abstract dispose(): void;
  /** A tensor of the caller's. */
  protected abstract readSlot(index: number, slot: Slot): tfjs.Tensor;
  protected abstract writeSlot(index: number, slot: Slot, tensor: Tensor): void;
  protected abstract update(gradients: readonly tfjs.Tensor[], rate: number): void;

  private collect(slots: readonly Slot[]): Tensors {
    const collected: Record<string, Tensor> = {};
    this.names.forEach((name, index) => {
      for (const slot of slots) {
        const tensor = this.readSlot(index, slot);
        collected[name + suffixes[slot]] = { shape: [...tensor.shape], values: Float32Array.from(tensor.dataSync()) };
        tensor.dispose();
      }
    });
    return collected;
  }
}

/**
 * A tensor that must be there, of this shape.
 * @throws FileError naming the tensor, the shape expected and what was found
 */
export function expectTensor(tensors: Tensors, name: string, shape: readonly number[], file: string): Tensor {
  const tensor = tensors[name];
  const expected = `a tensor of shape ${shape.join(' x ')}`;
  if (!tensor) throw new FileError({ file, place: name, expected, found: 'none of that name' });
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
    throw new FileError({ file, place: name, expected, found: tensor.shape.join(' x ') });
  const count = shape.reduce((product, size) => product * size, 1);
  if (tensor.values.length !== count)
    throw new FileError({ file, place: name, expected: `${count} values`, found: `${tensor.values.length}` });
  return tensor;
}

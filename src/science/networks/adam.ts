import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import { expectTensor } from './expectTensor.js';
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

import type * as tfjs from '@tensorflow/tfjs';
import type { Tensor, Tensors } from '../artefact/tensors.js';
import { AdamVariables, type Slot } from './adam.js';
import type { AdamSettings, Operations, TensorFlow } from './operations.js';

/** The operations in plain tfjs: slower than the fused ones, but they run on every backend, and they can be differentiated twice. */
export function portableOperations(tf: TensorFlow): Operations {
  return {
    name: 'portable',
    dense: (x, _kind, weight, bias, activation) => {
      const y = tf.add(tf.matMul(x, weight), bias) as tfjs.Tensor2D;
      return activation === 'selu' ? tf.selu(y) : y;
    },
    math: null,
    crossEntropy: (logits, labels) =>
      tf.tidy(() => {
        const chosen = tf.oneHot(labels, logits.shape[1], 1, 0, 'float32');
        return tf.neg(tf.mean(tf.sum(tf.mul(chosen, tf.logSoftmax(logits)), 1)));
      }),
    trainable: (initial, adam) => new PlainAdam(tf, initial, adam),
  };
}

/** Adam spelt out: tfjs's own optimiser keeps moments that cannot be read out by name, and fails on WASM with the paper's networks. */
class PlainAdam extends AdamVariables {
  private readonly slots: tfjs.Tensor[][];

  constructor(tf: TensorFlow, initial: Tensors, settings: AdamSettings) {
    super(tf, initial, settings);
    this.slots = this.names.map((name) => {
      const value = this.hold(initial[name]);
      return [value, tf.keep(tf.zerosLike(value)), tf.keep(tf.zerosLike(value))];
    });
  }

  dispose(): void {
    this.tf.dispose(this.slots);
  }

  protected readSlot(index: number, slot: Slot): tfjs.Tensor {
    return this.slots[index][slot].clone();
  }

  protected writeSlot(index: number, slot: Slot, tensor: Tensor): void {
    this.slots[index][slot].dispose();
    this.slots[index][slot] = this.hold(tensor);
  }

  protected update(gradients: readonly tfjs.Tensor[], rate: number): void {
    const { tf, steps } = this;
    const { beta1, beta2, epsilon } = this.settings;
    const scaled = (rate * Math.sqrt(1 - beta2 ** steps)) / (1 - beta1 ** steps);
    gradients.forEach((gradient, index) => {
      const [value, m, v] = this.slots[index];
      this.slots[index] = tf.tidy(() => {
        const m1 = tf.add(tf.mul(m, beta1), tf.mul(gradient, 1 - beta1));
        const v1 = tf.add(tf.mul(v, beta2), tf.mul(tf.square(gradient), 1 - beta2));
        const moved = tf.sub(value, tf.mul(tf.div(m1, tf.add(tf.sqrt(v1), epsilon)), scaled));
        return [moved, m1, v1].map((tensor) => tf.keep(tensor));
      });
      tf.dispose([value, m, v]);
    });
  }

  private hold(tensor: Tensor): tfjs.Tensor {
    return this.tf.keep(this.tf.tensor(tensor.values, [...tensor.shape], 'float32'));
  }
}

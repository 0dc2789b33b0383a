import type * as tfjs from '@tensorflow/tfjs';
import type { Weights } from './network.js';
import type { TensorFlow, Trainable } from './operations.js';

/** Weights that share a learning rate. */
export interface Group {
  readonly trainable: Trainable;
  readonly rate: number;
}

/** A loss with the figures that it is made of, for the report. */
export interface Loss {
  readonly total: tfjs.Scalar;
  readonly parts: Readonly<Record<string, tfjs.Scalar>>;
}

/** Which way a loss rises: its gradient by every weight, in the order of their names, and its figures. The receiver disposes them. */
export interface Slope {
  readonly gradients: readonly tfjs.Tensor[];
  readonly parts: Readonly<Record<string, tfjs.Scalar>>;
}

/** The gradient of `loss.total` by all weights of some trainables, from one tape. */
export function slopeOf(tf: TensorFlow, trainables: readonly Trainable[], loss: (weights: Weights) => Loss): Slope {
  const names = trainables.flatMap((trainable) => trainable.names);
  const values = trainables.flatMap((trainable) => trainable.read());
  const parts: Record<string, tfjs.Scalar> = {};
  const differentiate = tf.valueAndGrads((...tensors: tfjs.Tensor[]) => {
    const result = loss(new Map(names.map((name, index) => [name, tensors[index]])));
    for (const [name, part] of Object.entries(result.parts)) parts[name] = tf.keep(part.clone());
    return result.total;
  });
  const { value, grads } = differentiate(values);
  tf.dispose([value, values]);
  return { gradients: grads, parts };
}

/**
 * One step down the gradient of `loss.total`, taken by all groups at once.
 * @param read whether the parts are wanted: reading them waits for the step to end, so that it is worth doing only now and then
 * @returns the parts before the step, or null when they are not wanted
 */
export function descend(
  tf: TensorFlow,
  groups: readonly Group[],
  loss: (weights: Weights) => Loss,
  read: boolean,
): Readonly<Record<string, number>> | null {
  const trainables = groups.map(({ trainable }) => trainable);
  const { gradients, parts } = slopeOf(tf, trainables, loss);
  let first = 0;
  for (const { trainable, rate } of groups) {
    trainable.apply(gradients.slice(first, first + trainable.names.length), rate);
    first += trainable.names.length;
  }
  const figures = read ? figuresOf(parts) : null;
  tf.dispose([...gradients, ...Object.values(parts)]);
  return figures;
}

/** The numbers of a slope's parts. */
export function figuresOf(parts: Slope['parts']): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.dataSync()[0]]));
}

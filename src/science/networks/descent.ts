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

/**
 * One step down the gradient of `loss.total`, taken by all groups at once from one tape.
 * @param read whether the parts are wanted: reading them waits for the step to end, so that it is worth doing only now and then
 * @returns the parts before the step, or null when they are not wanted
 */
export function descend(
  tf: TensorFlow,
  groups: readonly Group[],
  loss: (weights: Weights) => Loss,
  read: boolean,
): Readonly<Record<string, number>> | null {
  const names = groups.flatMap(({ trainable }) => trainable.names);
  const values = groups.flatMap(({ trainable }) => trainable.read());
  const parts: Record<string, tfjs.Scalar> = {};
  const differentiate = tf.valueAndGrads((...tensors: tfjs.Tensor[]) => {
    const result = loss(new Map(names.map((name, index) => [name, tensors[index]])));
    if (read) for (const [name, part] of Object.entries(result.parts)) parts[name] = tf.keep(part.clone());
    return result.total;
  });
  const { value, grads } = differentiate(values);
  tf.dispose([value, values]);
  let first = 0;
  for (const { trainable, rate } of groups) {
    trainable.apply(grads.slice(first, first + trainable.names.length), rate);
    first += trainable.names.length;
  }
  tf.dispose(grads);
  if (!read) return null;
  const figures = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.dataSync()[0]]));
  tf.dispose(parts);
  return figures;
}

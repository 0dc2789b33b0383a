import { setImmediate as breathe } from 'node:timers/promises';
import type * as tfjs from '@tensorflow/tfjs';
import type { Tensors } from '../../artefact/tensors.js';
import { defaultAdam } from '../../networks/adam.js';
import type { Backend } from '../../networks/backend.js';
import { descend } from '../../networks/descent.js';
import type { Network, Weights } from '../../networks/network.js';
import { oneCycle } from '../../networks/oneCycle.js';
import type { Trainable } from '../../networks/operations.js';
import { Random } from '../../networks/random.js';
import type { AbundanceCourse, AbundanceSamples } from '../method.js';

/** Adam at the peak of a one-cycle schedule. */
const RATE = 1e-3;
const RISING = 0.1;
const BATCH = 128;
const EPOCHS = 16;
/** Draws of noise that the epochs take turns with; every second epoch sees the stars as they are. */
const DRAWS = 8;
/** Epochs without a better validation error after which a network stops. */
const PATIENCE = 5;

export interface TrainedSpecies {
  readonly weights: Tensors;
  readonly share: number;
}

export interface SpeciesCourse extends AbundanceCourse {
  /** Column of the targets. */
  readonly species: number;
}

/**
 * One network for one species: the weights of the epoch that did best on the validation stars, and the share of its output that does best there, 0 where the stars tell
 * nothing beyond what the target already lacks.
 */
export async function trainSpecies(
  backend: Backend,
  network: Network,
  samples: AbundanceSamples,
  validation: AbundanceSamples,
  { species, seed, redrawn, signal }: SpeciesCourse,
): Promise<TrainedSpecies> {
  const initial = network.initial(new Random(seed, 0xabd, species));
  const rows = knownRows(samples, species);
  if (!rows.length) return { weights: initial, share: 0 };
  const trainable = backend.operations.trainable(initial, defaultAdam);
  const held = { ...validation, rows: knownRows(validation, species) };
  const steps = EPOCHS * Math.ceil(rows.length / BATCH);
  let best = { error: Number.POSITIVE_INFINITY, epoch: 0, weights: initial, share: 0 };
  try {
    for (let epoch = 0, step = 0; epoch < EPOCHS && epoch - best.epoch <= PATIENCE; epoch++) {
      signal.throwIfAborted();
      const inputs = epoch % 2 === 0 ? samples.inputs : redrawn((epoch >> 1) % DRAWS);
      const order = new Random(seed, 0xabe, species, epoch).permutation(rows.length);
      for (let start = 0; start < rows.length; start += BATCH, step++) {
        const batch = Array.from(order.subarray(start, start + BATCH), (i) => rows[i]);
        const x = gather(inputs, samples.width, batch);
        const y = Float32Array.from(batch, (row) => samples.targets[row * samples.elements.length + species]);
        stepDown(backend, network, trainable, x, y, oneCycle(step, steps, RATE, RISING));
      }
      const { error, share } = validate(backend, network, trainable, held, species);
      if (error < best.error) best = { error, epoch, weights: trainable.values(), share };
      await breathe();
    }
    return { weights: best.weights, share: best.share };
  } finally {
    trainable.dispose();
  }
}

function stepDown(
  { tf, operations }: Backend,
  network: Network,
  trainable: Trainable,
  x: Float32Array,
  y: Float32Array,
  rate: number,
): void {
  tf.tidy(() => {
    const inputs = tf.tensor2d(x, [y.length, x.length / y.length]);
    const target = tf.tensor2d(y, [y.length, 1]);
    const loss = (weights: Weights) => ({
      total: tf.mean(tf.squaredDifference(network.apply(operations, weights, inputs, 'data'), target)) as tfjs.Scalar,
      parts: {},
    });
    descend(tf, [{ trainable, rate }], loss, false);
  });
}

/** The share of the network's output that leaves the least squared error, between 0 and 1, and that error. */
function validate(
  { tf, operations }: Backend,
  network: Network,
  trainable: Trainable,
  { rows, inputs, width, targets, elements }: Omit<AbundanceSamples, 'rows'> & { readonly rows: readonly number[] },
  species: number,
): { error: number; share: number } {
  if (!rows.length) return { error: 0, share: 1 };
  const output = tf.tidy(() => {
    const values = trainable.read();
    const weights = new Map(trainable.names.map((name, i) => [name, values[i]]));
    const x = tf.tensor2d(gather(inputs, width, rows), [rows.length, width]);
    return Float32Array.from(network.apply(operations, weights, x).dataSync());
  });
  const target = (row: number) => targets[row * elements.length + species];
  const product = rows.reduce((sum, row, i) => sum + output[i] * target(row), 0);
  const square = output.reduce((sum, value) => sum + value * value, 0);
  const share = Math.min(1, Math.max(0, product / square || 0));
  const error = rows.reduce((sum, row, i) => sum + (share * output[i] - target(row)) ** 2, 0) / rows.length;
  return { error, share };
}

function knownRows({ rows, targets, elements }: AbundanceSamples, species: number): number[] {
  return Array.from({ length: rows }, (_, row) => row).filter((row) =>
    Number.isFinite(targets[row * elements.length + species]),
  );
}

function gather(values: Float32Array, width: number, rows: readonly number[]): Float32Array {
  const gathered = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    gathered.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return gathered;
}

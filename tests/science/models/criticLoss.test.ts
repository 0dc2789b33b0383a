import type * as tfjs from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { criticGradient } from '../../../src/science/models/factordis/criticGradient.js';
import { criticLoss } from '../../../src/science/models/factordis/criticLoss.js';
import { defaultAdam } from '../../../src/science/networks/adam.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { figuresOf, type Slope, slopeOf } from '../../../src/science/networks/descent.js';
import { Network } from '../../../src/science/networks/network.js';
import type { Trainable } from '../../../src/science/networks/operations.js';
import { portableOperations } from '../../../src/science/networks/portable.js';
import { Random } from '../../../src/science/networks/random.js';
import { centralDifferences, type DoubleWeights, evaluate, inDoublePrecision } from './float64Network.js';

const rows = 6;
const penalty = 10;
const critic = new Network('critic', [7, 6, 5, 4, 1]);
const random = new Random(3);
const table = (width: number) =>
  Array.from({ length: rows }, () => Array.from({ length: width }, () => random.normal()));
const [joint, factorised] = [table(7), table(7)];
const mixing = Array.from({ length: rows }, () => [random.uniform()]);
const initial = critic.initial(random);
const weights = inDoublePrecision(initial);
for (const name of Object.keys(weights).filter((each) => each.endsWith('bias')))
  weights[name] = weights[name].map(() => 0.3 * random.normal());

/** Equation (6), row by row. */
function reference(weights: DoubleWeights): { distance: number; gradientPenalty: number; total: number } {
  const mean = (f: (row: number) => number) => joint.reduce((sum, _, row) => sum + f(row) / rows, 0);
  const score = (row: number[]) => evaluate(critic, weights, row).output[0];
  const distance = mean((row) => score(joint[row]) - score(factorised[row]));
  const gradientPenalty = mean((row) => {
    const e = mixing[row][0];
    const between = joint[row].map((p, i) => e * p + (1 - e) * factorised[row][i]);
    return (Math.hypot(...evaluate(critic, weights, between).gradient) - 1) ** 2;
  });
  return { distance, gradientPenalty, total: penalty * gradientPenalty - distance };
}

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

/** The gradient by the tape, or by hand where the kernels are there. */
function slope(
  which: 'tape' | 'hand',
  samples: tfjs.Tensor2D,
  mixing: tfjs.Tensor2D,
  trainable: Trainable,
  batch: number,
): Slope {
  const { tf } = backend;
  const { math } = backend.operations;
  if (which === 'tape' || !math)
    return slopeOf(tf, [trainable], (weights) =>
      criticLoss({ tf, operations: portableOperations(tf) }, critic, weights, samples, mixing, penalty, batch),
    );
  const values = trainable.read();
  const byName = new Map(trainable.names.map((name, i) => [name, values[i]]));
  let found: Slope | null = null;
  tf.tidy(() => {
    found = criticGradient(tf, math, critic, byName, samples, mixing, penalty, batch);
    return [...found.gradients, ...Object.values(found.parts)];
  });
  tf.dispose(values);
  return found as unknown as Slope;
}

const tensors = () =>
  Object.fromEntries(
    Object.entries(initial).map(([name, { shape }]) => [name, { shape, values: Float32Array.from(weights[name]) }]),
  );

describe.each(['tape', 'hand'] as const)('the loss of the critic, differentiated by %s', (which) => {
  it('is equation (6), with the gradient of central differences in double precision', () => {
    const { tf } = backend;
    const before = tf.memory().numTensors;
    const trainable = backend.operations.trainable(tensors(), defaultAdam);
    const [samples, e] = [[...joint, ...factorised], mixing].map((values) => tf.tensor2d(values));
    const { gradients, parts } = slope(which, samples, e, trainable, rows);
    const { criticDistance, gradientPenalty } = figuresOf(parts);

    const expected = reference(weights);
    expect(criticDistance).toBeCloseTo(expected.distance, 5);
    expect(gradientPenalty).toBeCloseTo(expected.gradientPenalty, 5);
    expect(penalty * gradientPenalty - criticDistance).toBeCloseTo(expected.total, 4);
    const slopes = centralDifferences(weights, trainable.names, (changed) => reference(changed).total);
    const found = gradients.flatMap((gradient) => [...gradient.dataSync()]);
    expect(found).toHaveLength(slopes.length);
    const largest = Math.max(...slopes.map(Math.abs));
    slopes.forEach((slope, i) => {
      expect(Math.abs(found[i] - slope)).toBeLessThan(2e-6 * largest);
    });
    tf.dispose([...gradients, ...Object.values(parts), samples, e]);
    trainable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('has the same gradient by hand and by tape with the compact networks, to 1e-5 of the largest in every layer', () => {
  const { tf } = backend;
  const [columns, count] = [182, 64];
  const wide = new Network('critic', [columns, 512, 256, 128, 1]);
  const trainable = backend.operations.trainable(wide.initial(random), defaultAdam);
  const samples = tf.randomNormal<tfjs.Rank.R2>([2 * count, columns], 0, 1, 'float32', 5);
  const e = tf.randomUniform<tfjs.Rank.R2>([count, 1], 0, 1, 'float32', 6);
  const { math } = backend.operations;
  const byTape = slopeOf(tf, [trainable], (weights) =>
    criticLoss({ tf, operations: portableOperations(tf) }, wide, weights, samples, e, penalty, 256),
  );
  const values = trainable.read();
  const byName = new Map(trainable.names.map((name, i) => [name, values[i]]));
  const byHand = math ? criticGradient(tf, math, wide, byName, samples, e, penalty, 256) : byTape;
  byTape.gradients.forEach((gradient, i) => {
    const [expected, found] = [gradient.dataSync<'float32'>(), byHand.gradients[i].dataSync<'float32'>()];
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const error = expected.reduce((most, value, k) => Math.max(most, Math.abs(value - found[k])), 0);
    expect(error / largest, trainable.names[i]).toBeLessThan(1e-5);
  });
  tf.dispose([...byTape.gradients, ...byHand.gradients, ...values, samples, e]);
  trainable.dispose();
});

import type * as tfjs from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { criticLoss } from '../../../src/science/models/factordis/criticLoss.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { Network } from '../../../src/science/networks/network.js';
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

it.each(['own', 'portable'])(
  'is equation (6) on the %s operations, with the gradient of central differences in double precision',
  (which) => {
    const { tf } = backend;
    const operations = which === 'own' ? backend.operations : portableOperations(tf);
    const before = tf.memory().numTensors;
    const names = Object.keys(initial);
    const tensors = names.map((name) => tf.tensor(Float32Array.from(weights[name]), [...initial[name].shape]));
    const [p, q, e] = [joint, factorised, mixing].map((values) => tf.tensor2d(values));
    let parts: number[] = [];
    const { value, grads } = tf.valueAndGrads((...tensors: tfjs.Tensor[]) => {
      const byName = new Map(names.map((name, i) => [name, tensors[i]]));
      const loss = criticLoss({ tf, operations }, critic, byName, { joint: p, factorised: q }, e, penalty);
      parts = [loss.parts.criticDistance, loss.parts.gradientPenalty].map((part) => part.dataSync()[0]);
      return loss.total;
    })(tensors);

    const expected = reference(weights);
    expect(parts[0]).toBeCloseTo(expected.distance, 5);
    expect(parts[1]).toBeCloseTo(expected.gradientPenalty, 5);
    expect(value.dataSync()[0]).toBeCloseTo(expected.total, 4);
    const slopes = centralDifferences(weights, names, (changed) => reference(changed).total);
    const found = grads.flatMap((gradient) => [...gradient.dataSync()]);
    expect(found).toHaveLength(slopes.length);
    const largest = Math.max(...slopes.map(Math.abs));
    slopes.forEach((slope, i) => {
      expect(Math.abs(found[i] - slope)).toBeLessThan(2e-6 * largest);
    });
    tf.dispose([tensors, value, grads, p, q, e]);
    expect(tf.memory().numTensors).toBe(before);
  },
);

import type * as tfjs from '@tensorflow/tfjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Tensors } from '../../../src/science/artefact/tensors.js';
import { defaultAdam } from '../../../src/science/networks/adam.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { descend } from '../../../src/science/networks/descent.js';
import { reverseGradient } from '../../../src/science/networks/gradientReversal.js';
import { Network, type Weights } from '../../../src/science/networks/network.js';
import type { InputKind, Operations } from '../../../src/science/networks/operations.js';
import { portableOperations } from '../../../src/science/networks/portable.js';
import { Random } from '../../../src/science/networks/random.js';

const rows = 32;
const encoder = new Network('encoder', [12, 16, 16, 4]);
const decoder = new Network('decoder', [4, 16, 10]);
const adversary = new Network('adversary', [4, 8, 5]);

let backend: Backend;
let implementations: Operations[];
let x: tfjs.Tensor2D;
let target: tfjs.Tensor2D;
let labels: tfjs.Tensor1D;

beforeAll(async () => {
  backend = await loadBackend('auto');
  const { tf } = backend;
  implementations = [backend.operations, portableOperations(tf)];
  const random = new Random(11);
  const normals = (count: number) => Float32Array.from({ length: count }, () => 2 * random.normal());
  x = tf.tensor2d(normals(rows * 12), [rows, 12]);
  target = tf.tensor2d(normals(rows * 10), [rows, 10]);
  labels = tf.tensor1d(
    Int32Array.from({ length: rows }, () => random.integer(5)),
    'int32',
  );
});

afterAll(() => backend.tf.dispose([x, target, labels]));

/** An adversarial autoencoder's loss in small: everything that a method uses. */
function loss(operations: Operations, weights: Weights, kind: InputKind = 'data') {
  const { tf } = backend;
  const z = encoder.apply(operations, weights, x, kind);
  const reconstruction = tf.mean(tf.squaredDifference(decoder.apply(operations, weights, z), target)) as tfjs.Scalar;
  const guess = adversary.apply(operations, weights, reverseGradient(tf, z, 0.7));
  const crossEntropy = operations.crossEntropy(guess, labels);
  return { total: tf.add(reconstruction, crossEntropy) as tfjs.Scalar, parts: { reconstruction, crossEntropy } };
}

const initialWeights = (): Tensors => {
  const random = new Random(5);
  return { ...encoder.initial(random), ...decoder.initial(random), ...adversary.initial(random) };
};

function largestDifference(a: Tensors, b: Tensors): number {
  expect(Object.keys(a)).toEqual(Object.keys(b));
  return Math.max(
    ...Object.keys(a).flatMap((name) => Array.from(a[name].values, (v, i) => Math.abs(v - b[name].values[i]))),
  );
}

describe('the two implementations of the operations', () => {
  it('give the same losses and the same gradients', () => {
    const { tf } = backend;
    const results = implementations.map((operations) => {
      const trainable = operations.trainable(initialWeights(), defaultAdam);
      const gradient = tf.valueAndGrads((...tensors: tfjs.Tensor[]) => {
        return loss(operations, new Map(trainable.names.map((name, i) => [name, tensors[i]]))).total;
      });
      const values = trainable.read();
      const { value, grads } = gradient(values);
      const numbers = [...value.dataSync(), ...grads.flatMap((each) => [...each.dataSync()])];
      tf.dispose([values, value, grads]);
      trainable.dispose();
      return numbers;
    });
    expect(results[0].length).toBeGreaterThan(700);
    results[0].forEach((number, i) => {
      expect(Math.abs(number - results[1][i])).toBeLessThan(1e-5);
    });
  });

  it('stay together over twenty steps of Adam at two rates', () => {
    const [fused, portable] = implementations.map((operations) => {
      const { tf } = backend;
      const all = initialWeights();
      const part = (names: (name: string) => boolean) =>
        Object.fromEntries(Object.entries(all).filter(([name]) => names(name)));
      const autoencoder = operations.trainable(
        part((name) => !name.startsWith('adversary')),
        defaultAdam,
      );
      const rival = operations.trainable(
        part((name) => name.startsWith('adversary')),
        defaultAdam,
      );
      let figures: Readonly<Record<string, number>> | null = null;
      for (let step = 0; step < 20; step++) {
        const groups = [
          { trainable: autoencoder, rate: 1e-3 / (1 + step) },
          { trainable: rival, rate: 1e-3 },
        ];
        figures = descend(tf, groups, (weights) => loss(operations, weights), step === 19);
      }
      const state = { ...autoencoder.state(), ...rival.state() };
      autoencoder.dispose();
      rival.dispose();
      return { figures, state };
    });
    expect(fused.figures?.reconstruction).toBeCloseTo(portable.figures?.reconstruction ?? Number.NaN, 4);
    expect(fused.figures?.crossEntropy).toBeCloseTo(portable.figures?.crossEntropy ?? Number.NaN, 4);
    expect(largestDifference(fused.state, portable.state)).toBeLessThan(1e-4);
  });
});

describe.each([0, 1])('implementation %i', (which) => {
  it('has gradients that agree with finite differences, for a first layer on data and on learnt input', () => {
    const { tf } = backend;
    const operations = implementations[which];
    const trainable = operations.trainable(initialWeights(), defaultAdam);
    const { names } = trainable;
    const values = trainable.read();
    for (const kind of ['data', 'learnt'] as const) {
      // The reversed gradient is no gradient of the total, so that only the adversary's own weights and the decoder's are compared.
      const total = (...tensors: tfjs.Tensor[]) =>
        loss(operations, new Map(names.map((name, i) => [name, tensors[i]])), kind).total;
      const { value, grads } = tf.valueAndGrads(total)(values);
      for (const name of ['decoder/0/weight', 'decoder/1/bias', 'adversary/0/weight', 'adversary/1/weight']) {
        const index = names.indexOf(name);
        const direction = tf.randomNormal(values[index].shape, 0, 1, 'float32', 3);
        const shifted = (by: number) =>
          tf.tidy(() => total(...values.map((v, i) => (i === index ? v.add(direction.mul(by)) : v))).dataSync()[0]);
        const slope = (shifted(1e-3) - shifted(-1e-3)) / 2e-3;
        const predicted = tf.tidy(() => tf.sum(tf.mul(grads[index], direction)).dataSync()[0]);
        expect(Math.abs(slope - predicted)).toBeLessThan(0.01 * Math.abs(predicted) + 2e-3);
        direction.dispose();
      }
      tf.dispose([value, grads]);
    }
    tf.dispose(values);
    trainable.dispose();
  });

  it('follows Adam worked by hand', () => {
    const { tf } = backend;
    const trainable = implementations[which].trainable(
      { w: { shape: [2], values: Float32Array.of(1, -1) } },
      { beta1: 0.9, beta2: 0.99, epsilon: 1e-3 },
    );
    const gradients = [
      [0.5, -2],
      [1, 0.25],
    ];
    for (const gradient of gradients) {
      const tensor = tf.tensor1d(gradient);
      trainable.apply([tensor], 0.1);
      tensor.dispose();
    }
    const byHand = [1, -1].map((start, i) => {
      const [g1, g2] = [gradients[0][i], gradients[1][i]];
      const [m1, v1] = [0.1 * g1, 0.01 * g1 ** 2];
      const w1 = start - ((0.1 * Math.sqrt(1 - 0.99)) / (1 - 0.9)) * (m1 / (Math.sqrt(v1) + 1e-3));
      const [m2, v2] = [0.9 * m1 + 0.1 * g2, 0.99 * v1 + 0.01 * g2 ** 2];
      return w1 - ((0.1 * Math.sqrt(1 - 0.99 ** 2)) / (1 - 0.9 ** 2)) * (m2 / (Math.sqrt(v2) + 1e-3));
    });
    const { w } = trainable.values();
    expect(w.values[0]).toBeCloseTo(byHand[0], 5);
    expect(w.values[1]).toBeCloseTo(byHand[1], 5);
    trainable.dispose();
  });

  it('goes on from a saved state exactly where it stood', () => {
    const { tf } = backend;
    const operations = implementations[which];
    const train = (trainable: ReturnType<Operations['trainable']>, steps: number) => {
      for (let i = 0; i < steps; i++) descend(tf, [{ trainable, rate: 1e-2 }], (w) => loss(operations, w), false);
    };
    const whole = operations.trainable(initialWeights(), defaultAdam);
    train(whole, 5);
    const state = whole.state();
    train(whole, 5);
    const resumed = operations.trainable(initialWeights(), defaultAdam);
    resumed.restore(state);
    train(resumed, 5);
    expect(largestDifference(whole.state(), resumed.state())).toBeLessThan(1e-6);
    expect(() =>
      resumed.restore({ ...state, 'encoder/0/bias/m': { shape: [3], values: new Float32Array(3) } }),
    ).toThrow('checkpoint: encoder/0/bias/m: expected a tensor of shape 16, found 3');
    whole.dispose();
    resumed.dispose();
  });

  it('leaks no tensor over steps, and none after it is disposed', () => {
    const { tf } = backend;
    const operations = implementations[which];
    const before = tf.memory().numTensors;
    const trainable = operations.trainable(initialWeights(), defaultAdam);
    const step = (read: boolean) => descend(tf, [{ trainable, rate: 1e-3 }], (w) => loss(operations, w), read);
    step(true);
    const during = tf.memory().numTensors;
    for (let i = 0; i < 10; i++) step(i % 3 === 0);
    expect(tf.memory().numTensors).toBe(during);
    trainable.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

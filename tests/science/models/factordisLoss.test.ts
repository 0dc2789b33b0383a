import type * as tfjs from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { fillBatch } from '../../../src/science/models/autoencoder/batch.js';
import { AutoencoderInTraining } from '../../../src/science/models/autoencoder/inTraining.js';
import { autoencoderGradient } from '../../../src/science/models/factordis/autoencoderGradient.js';
import { fillDeal } from '../../../src/science/models/factordis/deal.js';
import { autoencoderLoss } from '../../../src/science/models/factordis/game.js';
import { LatentDeviation, momentsOf } from '../../../src/science/models/factordis/latentDeviation.js';
import { type FactorDisSettings, presets } from '../../../src/science/models/factordis/settings.js';
import { samplesInMemory } from '../../../src/science/models/memorySamples.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { Network } from '../../../src/science/networks/network.js';
import { portableOperations } from '../../../src/science/networks/portable.js';
import { Random } from '../../../src/science/networks/random.js';
import { centralDifferences, type DoubleWeights, evaluate, inDoublePrecision } from './float64Network.js';

const [rows, width, latentSize, lambda] = [8, 5, 3, 0.7];
const sizes = { latentSize, encoder: [6], decoder: [4, 6], batch: rows, reconstructionScale: 4 };
const random = new Random(12);
const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
const noise = Float32Array.of(0.3, 0.2, 0.4, 0.3, 0.5);
const samples = samplesInMemory(normals(rows * width), {
  rows,
  width,
  u: normals(2 * rows),
  parameters: ['teff', 'logg'],
  noise,
  weight: Float32Array.from({ length: rows }, (_, row) => 0.25 + row / 3),
});
const everyRow = Int32Array.from({ length: rows }, (_, row) => row);
const critic = new Network('critic', [width + 2 + latentSize, 6, 4, 1]);
const initialCritic = critic.initial(random);

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

const table = (tensor: tfjs.Tensor) => tensor.arraySync() as number[][];

async function autoencoderWith(operations: 'own' | 'hand' | 'portable', settings: FactorDisSettings) {
  const own = operations !== 'portable' ? backend : { ...backend, operations: portableOperations(backend.tf) };
  const split = { training: everyRow, heldOut: everyRow };
  return { own, autoencoder: await AutoencoderInTraining.start(own, samples, split, settings, 5) };
}

describe.each([
  ['compact', 'own'],
  ['compact', 'hand'],
  ['compact', 'portable'],
  ['paper', 'own'],
  ['paper', 'hand'],
  ['paper', 'portable'],
] as const)('the autoencoder of preset %s on the %s operations', (preset, operations) => {
  it('follows equation (7) through both streams: its gradient is that of central differences in double precision', async () => {
    const { tf } = backend;
    const before = tf.memory().numTensors;
    const settings = { ...presets[preset], ...sizes };
    const { own, autoencoder } = await autoencoderWith(operations, settings);
    const { encoder, decoder } = autoencoder.architecture;
    const numbers = {
      target: await samples.gather(everyRow),
      u: samples.u,
      weight: autoencoder.weight,
      input: new Float32Array(rows * (width + 2)),
      dealt: new Float32Array(rows * 2),
      noise: settings.decodedNoise > 0 ? new Float32Array(rows * width) : null,
    };
    const { redrawnNoise: leastNoise, inputNoise } = settings;
    fillBatch(numbers, noise, autoencoder.scale, { leastNoise, inputNoise }, random);
    const amplitudes = noise.map((sigma, k) => sigma / autoencoder.scale[k]);
    fillDeal(numbers, numbers.u, numbers.weight, amplitudes, random);
    const matrix = (values: Float32Array) => tf.tensor2d(values, [rows, values.length / rows]);
    const hand = {
      input: matrix(numbers.input),
      target: matrix(numbers.target),
      u: matrix(numbers.u),
      weight: matrix(numbers.weight),
      dealt: matrix(numbers.dealt),
      noise: numbers.noise && matrix(numbers.noise),
    };
    const latents = settings.criticLatents === 'standardised' ? new LatentDeviation(tf, latentSize) : null;
    latents?.update(momentsOf(normals(20 * latentSize), latentSize), 20);

    const { names } = autoencoder.trainable;
    const values = autoencoder.trainable.read();
    const criticValues = Object.values(initialCritic).map(({ shape, values }) => tf.tensor(values, [...shape]));
    const criticWeights = new Map(Object.keys(initialCritic).map((name, i) => [name, criticValues[i]]));
    const game = { backend: own, autoencoder, critic, latents, settings };
    const { value, grads } = tf.valueAndGrads((...tensors: tfjs.Tensor[]) => {
      const weights = new Map(names.map((name, i) => [name, tensors[i]]));
      return autoencoderLoss(game, weights, criticWeights, hand, lambda).total;
    })(values);
    const { math } = own.operations;
    if (operations === 'hand' && math) {
      const weights = new Map(names.map((name, i) => [name, values[i]]));
      const byTape = grads.splice(0);
      tf.tidy(() => {
        grads.push(...autoencoderGradient(game, math, weights, criticWeights, hand, lambda).gradients.map(tf.keep));
      });
      tf.dispose(byTape);
    }

    const [input, target, u, otherU] = [hand.input, hand.target, hand.u, hand.dealt].map(table);
    const blur = hand.noise ? table(hand.noise) : target.map((row) => row.map(() => 0));
    const variance = latents?.state().variance.values;
    const fixed = inDoublePrecision(initialCritic);
    const reference = (weights: DoubleWeights): number =>
      input.reduce((sum, row, i) => {
        const z = evaluate(encoder, weights, row).output;
        const decoded = evaluate(decoder, weights, [...z, ...u[i]]).output;
        const recast = evaluate(decoder, weights, [...z, ...otherU[i]]).output;
        const squares = decoded.map((x, k) => {
          const residual = x - target[i][k];
          if (preset === 'paper') return residual ** 2 / width;
          return (
            (samples.weight[i] * ((residual * autoencoder.scale[k]) / noise[k]) ** 2) / settings.reconstructionScale
          );
        });
        const blurred = (spectrum: number[]) => spectrum.map((x, k) => x + blur[i][k]);
        const seen = variance ? z.map((value, k) => value / Math.sqrt(variance[k] + 1e-12)) : z;
        const score = (x: number[], u: number[]) => evaluate(critic, fixed, [...x, ...u, ...seen]).output[0];
        const joint = score(preset === 'paper' ? target[i] : blurred(decoded), u[i]);
        const factorised = score(blurred(recast), otherU[i]);
        return sum + (squares.reduce((a, b) => a + b) + lambda * (joint - factorised)) / rows;
      }, 0);
    const doubles = inDoublePrecision(autoencoder.trainable.values());
    expect(value.dataSync()[0]).toBeCloseTo(reference(doubles), 4);
    const slopes = centralDifferences(doubles, names, reference);
    const found = grads.flatMap((gradient) => [...gradient.dataSync()]);
    const largest = Math.max(...slopes.map(Math.abs));
    slopes.forEach((slope, i) => {
      expect(Math.abs(found[i] - slope)).toBeLessThan(1e-5 * largest);
    });

    tf.dispose([value, ...grads, ...values, ...criticValues, ...Object.values(hand).filter((each) => each !== null)]);
    autoencoder.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});

it('deals every u of the batch once', () => {
  const u = Float32Array.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
  const dealt = new Float32Array(10);
  fillDeal({ dealt, noise: null }, u, new Float32Array(5).fill(1), null, new Random(2));
  const rowsOf = (values: Float32Array) =>
    Array.from({ length: 5 }, (_, row) => `${values[2 * row]} ${values[2 * row + 1]}`);
  expect(rowsOf(dealt)).not.toEqual(rowsOf(u));
  expect(rowsOf(dealt).sort()).toEqual(rowsOf(u));
});

it('knows the deviation of latents over recent batches', () => {
  const { tf } = backend;
  const deviation = new LatentDeviation(tf, 2);
  const batch = (scale: number) => Float32Array.of(scale, 0.1, -scale, -0.1, scale, 0.1, -scale, -0.1);
  const feed = (scale: number, times: number) => {
    for (let i = 0; i < times; i++) deviation.update(momentsOf(batch(scale), 2), 4);
  };
  feed(3, 1);
  expect(deviation.state().variance.values[0]).toBeCloseTo(9, 4);
  feed(5, 2000);
  const { values } = deviation.state().variance;
  expect(values[0]).toBeCloseTo(25, 3);
  expect(values[1]).toBeCloseTo(0.01, 5);
  tf.tidy(() => {
    deviation
      .standardise(tf.tensor2d(batch(5), [4, 2]))
      .dataSync()
      .forEach((value) => {
        expect(Math.abs(value)).toBeCloseTo(1, 3);
      });
  });
});

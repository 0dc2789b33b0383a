import { beforeAll, expect, it } from 'vitest';
import { AutoencoderInTraining } from '../../../src/science/models/autoencoder/inTraining.js';
import { Crew } from '../../../src/science/models/factordis/crew.js';
import { layTable, PartnerFailed, SharedExchange } from '../../../src/science/models/factordis/exchange.js';
import { Replica } from '../../../src/science/models/factordis/replica.js';
import { presets } from '../../../src/science/models/factordis/settings.js';
import { FactorDisTrainee } from '../../../src/science/models/factordis/trainee.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { syntheticSurvey } from './syntheticSurvey.js';

const { samples } = syntheticSurvey(600);
const settings = { ...presets.compact, encoder: [48], decoder: [48], critic: [48, 24], latentSize: 6 };
const rows = Int32Array.from({ length: 600 }, (_, row) => row);
const batch = (step: number) => rows.map((row) => (row * 7 + step * 11) % 600).subarray(0, settings.batch);
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

const start = (threads: number) =>
  FactorDisTrainee.start(backend, samples, { training: rows, heldOut: rows.subarray(0, 64) }, settings, 3, 100, {
    threads,
  });

async function run(trainee: FactorDisTrainee, from: number, to: number) {
  const losses: Record<string, number>[] = [];
  for (let step = from; step < to; step++) losses.push({ ...(await trainee.step(batch(step), step, true)) });
  return losses;
}

it.each([2, 3, 4])('takes the same steps with %i threads as with one, but for rounding', async (threads) => {
  const [one, several] = [await start(1), await start(threads)];
  const [alone, together] = [await run(one, 0, 8), await run(several, 0, 8)];
  alone.forEach((losses, step) => {
    expect(Object.keys(losses)).toEqual(['reconstructionLoss', 'criticDistance', 'gradientPenalty']);
    for (const [name, value] of Object.entries(losses))
      expect(Math.abs(together[step][name] - value), `${name} in step ${step}`).toBeLessThan(
        1e-4 * (1 + Math.abs(value)),
      );
  });
  const [states, others] = [one.state(), several.state()];
  for (const [name, { values }] of Object.entries(states)) {
    const largest = Math.max(1e-6, ...Array.from(values, Math.abs));
    values.forEach((value, i) => {
      expect(Math.abs(others[name].values[i] - value), name).toBeLessThan(1e-3 * largest + 1e-5);
    });
  }
  one.dispose();
  several.dispose();
});

it('goes on with its threads from a restored state exactly where it stood, and is the same in every run', async () => {
  const [first, second] = [await start(2), await start(2)];
  await run(first, 0, 3);
  const state = first.state();
  const expected = await run(first, 3, 6);
  await run(second, 0, 1);
  second.restore(state);
  expect(await run(second, 3, 6)).toEqual(expected);
  expect(second.state()).toEqual(first.state());
  first.dispose();
  second.dispose();
});

it('leaves no tensor behind in this thread', async () => {
  const { tf } = backend;
  const before = tf.memory().numTensors;
  const trainee = await start(2);
  await run(trainee, 0, 1);
  const during = tf.memory().numTensors;
  await run(trainee, 1, 4);
  expect(tf.memory().numTensors).toBe(during);
  trainee.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('does not wait for a thread that has failed', () => {
  const table = layTable(2, 4);
  const [one, other] = [new SharedExchange(table, 0), new SharedExchange(table, 1)];
  other.fail();
  expect(() => one.sum([Float32Array.of(1)])).toThrow(PartnerFailed);
});

it('ends with what a thread says that cannot go on', async () => {
  // Threads are for the native backend alone.
  if (!backend.operations.math) return;
  const split = { training: rows, heldOut: rows.subarray(0, 64) };
  const learner = await AutoencoderInTraining.start(backend, samples, split, settings, 3);
  const replica = new Replica(backend, samples, settings, 3, learner);
  const turns = [1, 0];
  // A scale of too few columns, which the other thread alone is given.
  const order = { columns: samples, settings, seed: 3, scale: learner.scale.subarray(0, 5) };
  const crew = await Crew.start(2, replica, turns, order);
  const round = { step: 0, turns, rate: 1e-3, strength: 1, read: true };
  await expect(crew.play(round)).rejects.toThrow(/shape|match|broadcast|offset/i);
  crew.end();
  replica.dispose();
});

import { expect, it } from 'vitest';
import { factordis } from '../../../src/science/models/factordis/factordis.js';
import { faderdis } from '../../../src/science/models/faderdis/faderdis.js';
import { loadBackend } from '../../../src/science/networks/backend.js';
import { quietCourse, rms, syntheticSurvey } from './syntheticSurvey.js';

it('trains FaderDis on WASM, where no native library is', async () => {
  const backend = await loadBackend('wasm');
  const { samples, x } = syntheticSurvey(1000);
  const settings = {
    ...faderdis.presets.compact,
    latentSize: 4,
    encoder: [32],
    decoder: [32],
    auxiliary: [32],
    batch: 64,
    epochs: 10,
    reconstructionScale: 40,
  };
  const before = backend.tf.memory().numTensors;
  const { history, tensors } = await faderdis.train(backend, samples, settings, quietCourse());
  const last = history[history.length - 1];
  expect(last.reconstruction).toBeLessThan(0.5 * history[0].reconstruction);
  expect(last.adversaryLoss).toBeLessThan(Math.log(100) + 0.5);
  const model = faderdis.load(backend, tensors, settings);
  const back = model.decode(model.encode(x, samples.u, samples.rows), samples.u, samples.rows);
  expect(rms(back, x)).toBeLessThan(rms(x, new Float32Array(x.length)));
  model.dispose();
  expect(backend.tf.memory().numTensors).toBe(before);
});

it('trains FactorDis on WASM, where the tape differentiates the critic twice', async () => {
  const { tf, ...backend } = await loadBackend('wasm');
  const { samples } = syntheticSurvey(600);
  const settings = {
    ...factordis.presets.compact,
    latentSize: 4,
    encoder: [32],
    decoder: [32],
    critic: [32, 16],
    criticSteps: 2,
    batch: 64,
    epochs: 8,
    rate: 3e-3,
    reconstructionScale: 40,
  };
  const before = tf.memory().numTensors;
  const { history } = await factordis.train({ tf, ...backend }, samples, settings, quietCourse());
  const last = history[history.length - 1];
  expect(last.reconstruction).toBeLessThan(0.7 * history[0].reconstruction);
  expect(last.criticDistance).toBeGreaterThan(0);
  expect(last.gradientPenalty).toBeLessThan(history[0].gradientPenalty);
  expect(tf.memory().numTensors).toBe(before);
});

import { beforeAll, describe, expect, it } from 'vitest';
import { TrainingError } from '../../../src/domain/errors.js';
import { stepsOf } from '../../../src/science/models/autoencoder/settings.js';
import { discretise } from '../../../src/science/models/faderdis/bins.js';
import { faderdis } from '../../../src/science/models/faderdis/faderdis.js';
import type { FaderDisSettings } from '../../../src/science/models/faderdis/settings.js';
import { heldOutFigures } from '../../../src/science/models/heldOut.js';
import { samplesInMemory } from '../../../src/science/models/memorySamples.js';
import type { Checkpoint } from '../../../src/science/models/method.js';
import { allRows } from '../../../src/science/models/sampleSlices.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { Random } from '../../../src/science/networks/random.js';
import { quietCourse, syntheticSurvey } from './syntheticSurvey.js';

const { compact } = faderdis.presets;
const small: FaderDisSettings = {
  ...compact,
  latentSize: 6,
  encoder: [64, 64],
  decoder: [64, 64],
  auxiliary: [64, 64],
  batch: 64,
  lambda: 4,
  lambdaWarmup: 200,
  reconstructionScale: 40,
  rate: 3e-3,
  adversaryRate: 3e-3,
  epochs: 25,
};
const { samples } = syntheticSurvey(2000);
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

describe('FaderDis', () => {
  it('leaves far less of u in its latents than the same autoencoder without an adversary', async () => {
    const fader = await faderdis.train(backend, samples, small, quietCourse());
    const plain = await faderdis.train(backend, samples, { ...small, lambda: 0 }, quietCourse());
    expect(plain.metrics.leakageBits).toBeGreaterThan(2);
    expect(fader.metrics.leakageBits).toBeLessThan(0.5 * plain.metrics.leakageBits);
    expect(fader.metrics.leakageR2Teff).toBeLessThan(0.8 * plain.metrics.leakageR2Teff);
  });

  it('learns from a clear spectrum more than from a noisy one, each by its own noise', async () => {
    const { width, rows, noise } = samples;
    const random = new Random(8);
    // Three of four stars have six times the noise.
    const weight = Float32Array.from({ length: rows }, (_, row) => (row % 4 === 0 ? 1 : 1 / 36));
    const x = await samples.gather([...weight.keys()]);
    for (let i = 0; i < x.length; i++)
      if (weight[Math.floor(i / width)] < 1) x[i] += Math.sqrt(35) * noise[i % width] * random.normal();
    const asked = { ...small, lambda: 0, inputNoise: [0], epochs: 40 };
    const judged = async (weight: Float32Array) => {
      const { tensors } = await faderdis.train(
        backend,
        samplesInMemory(x, { ...samples, weight }),
        asked,
        quietCourse(),
      );
      const model = faderdis.load(backend, tensors, asked);
      const fresh = syntheticSurvey(2000, 1).samples;
      const split = { training: allRows(fresh), heldOut: allRows(fresh) };
      const { reconstruction } = await heldOutFigures(model, fresh, split);
      model.dispose();
      return reconstruction;
    };
    expect(await judged(weight)).toBeLessThan(0.9 * (await judged(new Float32Array(rows).fill(1))));
  });

  it('keeps a history with losses and held-out figures, and reports epochs, losses, leakage and time left', async () => {
    const seen: { done: number; total: number; detail?: string }[] = [];
    const course = quietCourse({ report: (event) => seen.push(event) });
    const { history } = await faderdis.train(backend, samples, { ...small, epochs: 5 }, course);
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3, 4, 5]);
    expect(Object.keys(history[4])).toEqual([
      'step',
      'epoch',
      'reconstructionLoss',
      'adversaryLoss',
      'reconstruction',
      'leakageBits',
      'leakageR2Teff',
      'leakageR2Logg',
      'objective',
    ]);
    expect(history[4].reconstructionLoss).toBeLessThan(history[0].reconstructionLoss);
    expect(seen.at(-1)).toMatchObject({ done: 5, total: 5, unit: 'epochs' });
    expect(seen[0].detail).toMatch(/reconstruction loss .*, adversary loss .*, \d+ samples\/s, .* left/);
    expect(seen.at(-1)?.detail).toMatch(/held-out chi2 .*, leakage .* bits \(R² .*, .*\)/);
  });

  it('says at which step it diverged', async () => {
    const wild = { ...small, rate: 1e18 };
    await expect(faderdis.train(backend, samples, wild, quietCourse())).rejects.toThrow(
      /diverged at step \d+: .*; no checkpoint had been made/,
    );
  });

  it('refuses the checkpoint of another run', async () => {
    const controller = new AbortController();
    let kept: Checkpoint | null = null;
    const stopped = quietCourse({
      signal: controller.signal,
      report: () => controller.abort(),
      checkpoint: async (state) => {
        kept = state;
      },
    });
    await expect(faderdis.train(backend, samples, small, stopped)).rejects.toThrow();
    for (const [settings, seed] of [
      [{ ...small, lambda: 3 }, 4],
      [small, 5],
    ] as const) {
      const resumed = faderdis.train(backend, samples, settings, quietCourse({ seed, resumeFrom: kept }));
      await expect(resumed).rejects.toThrow(TrainingError);
    }
  });

  it('counts epochs so that small sets are seen more often', () => {
    const epochs = (rows: number) => Math.round(stepsOf(compact, rows) / Math.floor(rows / 256));
    expect(epochs(28_500)).toBe(250);
    expect(epochs(5_700)).toBe(455);
    expect(epochs(300)).toBe(10_000);
    expect(epochs(500_000)).toBe(31);
    expect(stepsOf({ ...compact, epochs: 3 }, 5_700)).toBe(66);
  });
});

describe('bins of u', () => {
  it('number every combination of the parameters', () => {
    const u = Float32Array.of(-1, -1, 1, -1, -1, 1, 0.99, 0.99, -1.2, 1.2);
    expect([...discretise(u, 2, 10, 'width')]).toEqual([0, 9, 90, 99, 90]);
  });

  it('hold equal counts where a parameter is far from uniform, and equal widths where it is not', () => {
    const random = new Random(2);
    const skewed = Float32Array.from({ length: 5000 }, () => Math.max(-1.2, Math.min(1.2, 0.2 * random.normal())));
    const counts = (labels: Int32Array) =>
      labels.reduce((all, label) => all.with(label, all[label] + 1), new Array(10).fill(0));
    for (const count of counts(discretise(skewed, 1, 10, 'auto'))) expect(Math.abs(count - 500)).toBeLessThan(5);
    const even = Float32Array.from({ length: 5000 }, () => 2 * random.uniform() - 1);
    expect(discretise(even, 1, 10, 'auto')).toEqual(discretise(even, 1, 10, 'width'));
  });
});

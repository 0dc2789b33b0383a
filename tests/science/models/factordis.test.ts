import { beforeAll, describe, expect, it } from 'vitest';
import { factordis } from '../../../src/science/models/factordis/factordis.js';
import type { FactorDisSettings } from '../../../src/science/models/factordis/settings.js';
import type { Checkpoint } from '../../../src/science/models/method.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { quietCourse, syntheticSurvey } from './syntheticSurvey.js';

const { compact, paper } = factordis.presets;
const sizes = { latentSize: 6, encoder: [64, 64], decoder: [64, 64], critic: [64, 32], batch: 64 };
const small: FactorDisSettings = {
  ...compact,
  ...sizes,
  lambda: 2,
  reconstructionScale: 40,
  rate: 3e-3,
  criticSteps: 1,
  criticRate: 1e-3,
  epochs: 12,
};
const { samples } = syntheticSurvey(2000);
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

describe('FactorDis', () => {
  it('leaves far less of u in its latents than the same autoencoder that does not heed the critic', async () => {
    const factor = await factordis.train(backend, samples, small, quietCourse());
    const plain = await factordis.train(backend, samples, { ...small, lambda: 0 }, quietCourse());
    expect(plain.metrics.leakageBits).toBeGreaterThan(1);
    expect(factor.metrics.leakageBits).toBeLessThan(0.5 * plain.metrics.leakageBits);
    expect(factor.metrics.reconstruction).toBeLessThan(1.5 * plain.metrics.reconstruction);
    // The critic of an autoencoder that does not heed it tells p from q with ease.
    expect(plain.history.at(-1)?.criticDistance).toBeGreaterThan(3 * (factor.history.at(-1)?.criticDistance ?? 0));
  });

  it('trains on plain columns at a constant rate, with noise redrawn and observed spectra in the joint samples, as the paper does', async () => {
    const settings: FactorDisSettings = {
      ...paper,
      ...sizes,
      representation: 'basis',
      criticSteps: 2,
      rate: 1e-3,
      criticRate: 1e-3,
      lambda: 1e-2,
      redrawnNoise: 0.2,
      epochs: 8,
    };
    const { history, metrics } = await factordis.train(backend, samples, settings, quietCourse());
    expect(history[7].reconstructionLoss).toBeLessThan(0.7 * history[0].reconstructionLoss);
    // The target is as noisy as the input: its mean square, .2² on every column, is what remains at best.
    expect(history[7].reconstructionLoss).toBeGreaterThan(0.5 * 0.2 ** 2);
    expect(metrics.leakageBits).toBeGreaterThanOrEqual(0);
  });

  it('keeps a history of reconstruction, critic distance, gradient penalty and leakage, and reports them', async () => {
    const seen: { done: number; total: number; detail?: string }[] = [];
    const course = quietCourse({ report: (event) => seen.push(event) });
    const { history } = await factordis.train(backend, samples, { ...small, epochs: 3 }, course);
    expect(history.map(({ epoch }) => epoch)).toEqual([1, 2, 3]);
    expect(history[2]).toMatchObject({
      reconstructionLoss: expect.any(Number),
      criticDistance: expect.any(Number),
      gradientPenalty: expect.any(Number),
      reconstruction: expect.any(Number),
      leakageBits: expect.any(Number),
    });
    expect(seen.at(-1)).toMatchObject({ done: 3, total: 3, unit: 'epochs' });
    expect(seen[0].detail).toMatch(/reconstruction loss .*, critic distance .*, gradient penalty /);
  });

  it('checkpoints the critic with both moments of its Adam, and the deviation of the latents', async () => {
    let kept: Checkpoint | null = null;
    const controller = new AbortController();
    const stopped = quietCourse({
      signal: controller.signal,
      report: () => controller.abort(new Error('enough')),
      checkpoint: async (state) => {
        kept = state;
      },
    });
    await expect(factordis.train(backend, samples, small, stopped)).rejects.toThrow('enough');
    const tensors = (kept as Checkpoint | null)?.tensors ?? {};
    const weights = ['critic:critic/0/weight', 'critic:critic/0/weight/m', 'critic:critic/0/weight/v'];
    for (const name of weights) expect(tensors[name].shape, name).toEqual([40 + 2 + 6, 64]);
    expect(tensors['latents:variance'].shape).toEqual([6]);
    expect(tensors['critic:critic/2/weight/v'].values.some((value) => value > 0)).toBe(true);
  });

  it('says at which step it diverged', async () => {
    const wild = { ...small, rate: 1e18 };
    await expect(factordis.train(backend, samples, wild, quietCourse())).rejects.toThrow(
      /diverged at step \d+: .*; no checkpoint had been made/,
    );
  });

  it("has the paper's networks as preset: equations A1 to A3 and the settings beside them", () => {
    const [pixels, conditioned, latent] = [7751, 2, 20];
    expect([pixels + conditioned, ...paper.encoder, paper.latentSize]).toEqual([7753, 2048, 512, 128, 32, 20]);
    expect([latent + conditioned, ...paper.decoder, pixels]).toEqual([22, 512, 2048, 8192, 7751]);
    expect([...paper.critic, 1]).toEqual([4096, 1024, 512, 128, 32, 1]);
    expect(paper).toMatchObject({ lambda: 1e-4, rate: 1e-5, criticRate: 1e-5, criticSteps: 10, batch: 256 });
    expect(paper).toMatchObject({ gradientPenalty: 10, jointSpectrum: 'observed', columns: 'plain' });
  });
});

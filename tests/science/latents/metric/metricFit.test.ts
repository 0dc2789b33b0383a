import { beforeAll, describe, expect, it } from 'vitest';
import { silent } from '../../../../src/domain/progress.js';
import { LatentModel } from '../../../../src/science/latents/latentModel.js';
import { fitMetric } from '../../../../src/science/latents/metric/metricFit.js';
import { type MetricParts, TwinMetric } from '../../../../src/science/latents/metric/twinMetric.js';
import { readModel } from '../../../../src/science/latents/modelArtefact.js';
import { type ModelDesign, planOf } from '../../../../src/science/latents/modelDesign.js';
import { trainModel } from '../../../../src/science/latents/modelTraining.js';
import { Preparation } from '../../../../src/science/latents/preparation.js';
import { samplesInMemory } from '../../../../src/science/models/memorySamples.js';
import { loadBackend } from '../../../../src/science/networks/backend.js';
import { Random } from '../../../../src/science/networks/random.js';
import { RowNoise } from '../../../../src/science/representation/rowNoise.js';
import { sliceOf, syntheticGrid, syntheticSpectra } from '../syntheticSpectra.js';

const training = syntheticSpectra(600, { seed: 1, snr: 100 });
const { signal } = new AbortController();
const course = { seed: 1, report: silent, signal, checkpoint: async () => {}, resumeFrom: null };

/** Mean variance of a matrix, of the population's 1. */
function mean(matrix: Float64Array): number {
  const n = Math.sqrt(matrix.length);
  return matrix.reduce((sum, value, i) => sum + (i % (n + 1) ? 0 : value / n), 0);
}

async function trained(asked: Pick<ModelDesign, 'method' | 'parameters' | 'settings'>): Promise<LatentModel> {
  const plan = planOf({ ...asked, preset: 'compact', grid: syntheticGrid, seed: 1 });
  const x: number[] = [];
  const keep = async (slice: Float32Array) => {
    for (const value of slice) x.push(value);
  };
  const source = { ...training, read: async (start: number, count: number) => sliceOf(training, start, start + count) };
  const backend = await loadBackend('auto');
  const prepared = await Preparation.from(backend, plan, source, keep, silent, signal);
  const samples = samplesInMemory(Float32Array.from(x), prepared.outline);
  return (await trainModel(backend, plan, prepared, samples, course)).model;
}

let model: LatentModel;
beforeAll(async () => {
  model = await trained({ method: 'faderdis', parameters: ['teff', 'logg'], settings: { epochs: 30, batch: 64 } });
}, 60_000);

describe('a metric fitted to model twins', () => {
  it('finds that the model contradicts itself where u changes, more than not at all and less than chance', () => {
    const { inconsistency, scatter, widening } = model.metric?.parts ?? expect.fail('no metric');
    expect(mean(inconsistency)).toBeGreaterThan(0.01);
    expect(mean(inconsistency)).toBeLessThan(0.5);
    expect(mean(scatter)).toBeGreaterThan(mean(inconsistency));
    expect(widening).toBeGreaterThan(0);
    expect(model.description.metrics).toMatchObject({
      inconsistency: expect.closeTo(mean(inconsistency), 10),
      scatter: expect.closeTo(mean(scatter), 10),
      widening,
      modelTwinsFirst: expect.any(Number),
    });
  });

  it('leaves out twins whose fit came to nothing that is finite', async () => {
    const { disentangler, residual, description } = readModel(await loadBackend('auto'), model.toArtefact());
    const { estimator } = model;
    if (!estimator) throw new Error('the model has no estimator');
    const rows = 100;
    const random = new Random(4);
    const width = description.components;
    const normals = (count: number) => Float32Array.from({ length: count }, () => random.normal());
    const noise = new RowNoise(
      width,
      Array.from({ length: rows }, () => Float32Array.of(1e-2)),
    );
    const stars = { rows, x: normals(rows * width), noise, u: normals(rows * 2), uErrors: new Float32Array(rows * 2) };
    stars.x[17 * width] = Number.NaN;
    const design = { disentangler, residual, estimator, limits: [1, 1], population: null, seed: 1 };
    const { metric } = await fitMetric(design, stars, silent, signal);
    expect(metric.parts.scatter.every(Number.isFinite)).toBe(true);
    disentangler.dispose();
  });

  it('makes twins nearer to each other than the population’s covariance does', () => {
    const stars = syntheticSpectra(300, { seed: 5, snr: 100 });
    const { searched, residual, latentSize: n } = model.encode(stars);
    /** Share of the stars whose twin is the nearest. */
    const recovered = (vectors: Float32Array) => {
      let found = 0;
      for (let row = 0; row < stars.rows; row++) {
        const distances = Array.from({ length: stars.rows }, (_, other) => {
          if (other === row) return Number.POSITIVE_INFINITY;
          let sum = 0;
          for (let k = 0; k < n; k++) sum += (vectors[row * n + k] - vectors[other * n + k]) ** 2;
          return sum;
        });
        if (distances.indexOf(Math.min(...distances)) === (row ^ 1)) found++;
      }
      return found / stars.rows;
    };
    expect(recovered(searched)).toBeGreaterThan(recovered(residual) + 0.02);
  });

  it('measures true twins in units of their own noise where it was fitted at that noise', async () => {
    const model = await trained({ method: 'polydis', parameters: ['teff', 'logg'], settings: { components: 12 } });
    const stars = syntheticSpectra(300, { seed: 7, snr: 100 });
    const at = (snr: number) => model.metricFor({ ...stars, ivar: stars.ivar.map(() => snr ** 2) }, course);
    const [quiet, noisy] = [await at(100), await at(20)];
    const { residual, latentSize: n } = model.encode(syntheticSpectra(400, { seed: 8, snr: 20 }));
    /** Mean square of the distance of true twins, of the latent size that is expected. */
    const excess = (parts: Pick<MetricParts, 'scatter' | 'inconsistency' | 'widening'>) => {
      const whitened = new TwinMetric({ ...parts, population: null }).whiten(residual);
      return (
        whitened.reduce((sum, x, i) => sum + (x - whitened[i + (Math.floor(i / n) % 2 ? -n : n)]) ** 2, 0) /
        whitened.length
      );
    };
    expect(Math.abs(Math.log(excess(noisy)))).toBeLessThan(Math.abs(Math.log(excess(quiet))));
    expect(await at(100)).toEqual(quiet);
  });

  it('knows the population’s [Fe/H] where the model removes it', async () => {
    expect(model.metric?.parts.population).toBeNull();
    const { metric } = await trained({ method: 'polydis', parameters: ['teff', 'logg', 'feh'], settings: {} });
    const pair = (value: number) => [0.05, 0.05].map((sigma) => ({ value, sigma }));
    const factor = (value: number) => {
      const [a, b] = pair(value);
      return metric?.parts.population?.logBayesFactor(a, b) ?? Number.NaN;
    };
    // [Fe/H] of the training stars is N(0, .3).
    expect(factor(0.9)).toBeGreaterThan(factor(0) + 1);
  });

  it('stops when it is told to', async () => {
    const stop = AbortSignal.abort(new Error('enough'));
    const stars = sliceOf(training, 0, 100);
    await expect(model.metricFor(stars, { report: silent, signal: stop })).rejects.toThrow('enough');
  });
});

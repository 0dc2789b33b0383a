import { Matrix, SingularValueDecomposition } from 'ml-matrix';
import { beforeAll, expect, test } from 'vitest';
import type { ProgressEvent } from '../../../src/domain/progress.js';
import { silent } from '../../../src/domain/progress.js';
import {
  type BasisOptions,
  fitBasis,
  type RowSource,
  type SpectralBasis,
} from '../../../src/science/basis/spectralBasis.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { COVERED, LowRankSpectra, meanFlux, PIXELS } from './lowRankSpectra.js';

const amplitudes = [1, 0.7, 0.5, 0.4, 0.3, 0.25];
const noise = 0.01;
/** No floor under the number kept: the noise edge alone decides. */
const bare = { seed: 1, minimum: 1, maximum: 30 };
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

function train(source: RowSource, options: BasisOptions = bare): Promise<SpectralBasis> {
  return fitBasis(backend, source, options, silent, new AbortController().signal);
}

/** Covered pixels x K. */
function componentsOf(basis: SpectralBasis): Matrix {
  const { shape, values } = basis.toTensors().components;
  return Matrix.from1DArray(shape[0], shape[1], Array.from(values));
}

/** Sine of the largest angle between true directions and the subspace of the leading components. */
function largestAngle(basis: SpectralBasis, directions: Matrix): number {
  const v = componentsOf(basis).subMatrix(0, COVERED - 1, 0, directions.columns - 1);
  const outside = Matrix.sub(directions, v.mmul(v.transpose().mmul(directions)));
  return new SingularValueDecomposition(outside).diagonal[0];
}

test('directions above the noise are found, all of them and no others', async () => {
  const source = new LowRankSpectra({ rows: 800, amplitudes, noise: () => noise, seed: 1 });
  const basis = await train(source);
  expect(basis.size).toBe(amplitudes.length);
  // Davis & Kahan: noise / amplitude x sqrt(P / N) is what the smallest can be off by.
  expect(largestAngle(basis, source.directions)).toBeLessThan(2 * (noise / 0.25) * Math.sqrt(COVERED / 800));
  const v = componentsOf(basis);
  expect(Matrix.sub(v.transpose().mmul(v), Matrix.eye(basis.size)).norm()).toBeLessThan(1e-5);
});

test('the number kept follows the noise: a direction just below the edge is left out, one well above is kept', async () => {
  // Along a direction of amplitude a, a spectrum has a² + noise²; it shows above the edge from a = noise (P / N)^1/4 on.
  const threshold = noise * (COVERED / 800) ** 0.25;
  const source = new LowRankSpectra({
    rows: 800,
    amplitudes: [1, 2 * threshold, 0.5 * threshold],
    noise: () => noise,
    seed: 2,
  });
  expect((await train(source)).size).toBe(2);
});

test('noise alone has no component above the edge, and the floor and ceiling on their number hold', async () => {
  const spectra = (amplitudes: number[]) => new LowRankSpectra({ rows: 600, amplitudes, noise: () => noise, seed: 3 });
  expect((await train(spectra([1e-9]), bare)).size).toBe(1);
  expect((await train(spectra([1e-9]), { seed: 1 })).size).toBe(24);
  expect((await train(spectra(amplitudes), { ...bare, maximum: 4 })).size).toBe(4);
});

test('with a fifth of the pixels flagged the same directions are found', async () => {
  const source = new LowRankSpectra({ rows: 800, amplitudes, noise: () => noise, flagged: 0.2, seed: 4 });
  const basis = await train(source);
  expect(basis.size).toBe(amplitudes.length);
  expect(largestAngle(basis, source.directions)).toBeLessThan(2.5 * (noise / 0.25) * Math.sqrt(COVERED / 800));
});

test('noisy spectra do not drown the directions that good ones show', async () => {
  const noiseOf = (row: number) => (row % 2 ? 0.2 : noise);
  const source = new LowRankSpectra({ rows: 1200, amplitudes, noise: noiseOf, seed: 5 });
  const basis = await train(source);
  expect(basis.size).toBe(amplitudes.length);
  expect(largestAngle(basis, source.directions)).toBeLessThan(0.07);
});

test('a pixel that is noisy in every spectrum does not become a component', async () => {
  const source = new LowRankSpectra({ rows: 800, amplitudes, noise: () => noise, seed: 6 });
  for (let row = 0; row < source.rows; row++) {
    const at = row * PIXELS + 100;
    source.flux[at] += Math.sin(row * row) * 3;
    source.ivar[at] = 0.2;
  }
  const basis = await train(source);
  expect(basis.size).toBe(amplitudes.length);
  // What the directions are in that pixel, nobody can know.
  const unknown = source.directions.getRowVector(80).norm();
  expect(largestAngle(basis, source.directions)).toBeLessThan(unknown + 0.05);
});

test('the mean is the mean of the good pixels, NaN where too few spectra have any', async () => {
  const source = new LowRankSpectra({ rows: 400, amplitudes: [0.1], noise: () => noise, flagged: 0.2, seed: 7 });
  for (let row = 0; row < 240; row++) source.ivar[row * PIXELS + 50] = 0;
  const { mean } = await train(source);
  expect([mean[0], mean[19], mean[50], mean[380]]).toEqual([Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  expect(mean.filter(Number.isNaN).length).toBe(41);
  expect(Math.abs(mean[60] - meanFlux(40))).toBeLessThan(0.005);
});

test('the spread of the coefficients and their noise are those of the training spectra', async () => {
  const source = new LowRankSpectra({ rows: 2000, amplitudes, noise: () => noise, seed: 8 });
  const basis = await train(source);
  amplitudes.forEach((amplitude, k) => {
    expect(basis.sd[k] / Math.hypot(amplitude, noise)).toBeCloseTo(1, 1);
    expect(basis.noise[k] / noise).toBeCloseTo(1, 2);
    expect(Math.abs(basis.centre[k])).toBeLessThan(0.1 * amplitude);
  });
});

test('what a low ceiling leaves out counts as noise', async () => {
  const source = new LowRankSpectra({ rows: 800, amplitudes: [1, 0.5], noise: () => noise, seed: 9 });
  const left = (await train(source, { ...bare, maximum: 1 })).toTensors().truncation.values[0];
  expect(left / (0.5 ** 2 / COVERED)).toBeCloseTo(1, 0);
  expect((await train(source)).toTensors().truncation.values[0]).toBeLessThan(0.1 * noise ** 2);
});

test('the same seed gives the same numbers, whatever the flux of flagged pixels', async () => {
  const design = { rows: 300, amplitudes, noise: () => noise, flagged: 0.1, seed: 10 };
  const other = new LowRankSpectra(design);
  other.flux.forEach((flux, i) => {
    if (other.ivar[i] === 0) other.flux[i] = Number.isNaN(flux) ? 1e30 : Number.NEGATIVE_INFINITY;
  });
  expect((await train(other)).toTensors()).toStrictEqual((await train(new LowRankSpectra(design))).toTensors());
});

test('progress ends at its total, and an abort ends the fit', async () => {
  const source = new LowRankSpectra({ rows: 300, amplitudes, noise: () => noise, seed: 11 });
  const events: ProgressEvent[] = [];
  await fitBasis(backend, source, bare, (event) => events.push(event), new AbortController().signal);
  expect(events.at(-1)).toMatchObject({ stage: 'basis', done: 2100, total: 2100, unit: 'spectra' });
  const stop = new AbortController();
  source.reads = 0;
  const run = fitBasis(
    backend,
    source,
    bare,
    ({ done }) => done >= 600 && stop.abort(new Error('stopped')),
    stop.signal,
  );
  await expect(run).rejects.toThrow('stopped');
  expect(source.reads).toBeLessThan(6);
});

test('no tensor is left behind, not even by a fit that is stopped', async () => {
  const before = backend.tf.memory().numTensors;
  const source = new LowRankSpectra({ rows: 300, amplitudes, noise: () => noise, flagged: 0.1, seed: 12 });
  (await train(source)).dispose();
  const stop = new AbortController();
  const run = fitBasis(backend, source, bare, ({ done }) => done >= 1500 && stop.abort(), stop.signal);
  await expect(run).rejects.toThrow();
  expect(backend.tf.memory().numTensors).toBe(before);
});

test('fewer spectra than components give a basis of their own number at most', async () => {
  const source = new LowRankSpectra({ rows: 12, amplitudes, noise: () => noise, seed: 13 });
  expect((await train(source, { seed: 1 })).size).toBe(11);
});

test('training spectra that say nothing are refused', async () => {
  const empty = new LowRankSpectra({ rows: 5, amplitudes, noise: () => noise, flagged: 1, seed: 14 });
  await expect(train(empty)).rejects.toThrow('expected at least 3 spectra with good pixels, found 0');
});

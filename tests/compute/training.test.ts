import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TrainRequest } from '../../src/compute/compute.js';
import { keepSpool } from '../../src/compute/spool.js';
import { prepare, type StageCourse, train } from '../../src/compute/training.js';
import { TrainingError } from '../../src/domain/errors.js';
import { silent } from '../../src/domain/progress.js';
import { writeArtefact } from '../../src/science/artefact/artefact.js';
import { type Backend, loadBackend } from '../../src/science/networks/backend.js';
import { syntheticGrid, syntheticSpectra } from '../science/latents/syntheticSpectra.js';

const spectra = syntheticSpectra(300, { seed: 1, snr: 100 });
const request: TrainRequest = {
  method: 'polydis',
  preset: 'compact',
  parameters: ['teff', 'logg'],
  grid: syntheticGrid,
  rows: 300,
  seed: 1,
  settings: {},
};
let backend: Backend;
let course: StageCourse;
const file = (name: string) => join(course.folder, name);

async function* batches() {
  yield spectra;
}

beforeAll(async () => {
  backend = await loadBackend('auto');
});
beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'starkin-training-'));
  course = { folder, report: silent, signal: new AbortController().signal };
  await keepSpool(request, batches(), { ...course, resume: false });
});
afterEach(() => rm(course.folder, { recursive: true }));

describe.each([
  { method: 'polydis', settings: {} },
  { method: 'faderdis', settings: { encoder: [32], decoder: [32], auxiliary: [16], batch: 64, epochs: 4 } },
])('a training of $method on pixels', (change) => {
  const paper: TrainRequest = { ...request, preset: 'paper', ...change };
  beforeEach(() => keepSpool(paper, batches(), { ...course, resume: false }));

  it('keeps x in a file of its own, and makes it again when it is cut short', async () => {
    await prepare(backend, paper, course);
    const x = await readFile(file('samples.f32'));
    expect(x.length).toBe(300 * 300 * 4);
    const { artefact, config } = await train(backend, paper, course);
    expect(config).toMatchObject({ components: 300, settings: { representation: 'pixels', trainingNoise: 0.01 } });
    await truncate(file('samples.f32'), 1000);
    await prepare(backend, paper, course);
    expect(await readFile(file('samples.f32'))).toEqual(x);
    expect((await train(backend, paper, course)).artefact).toEqual(artefact);
  });
});

describe('the stages of a training', () => {
  it('give the same model, byte for byte, from the same spectra', async () => {
    await prepare(backend, request, course);
    const { artefact } = await train(backend, request, course);
    await rm(file('prepared.safetensors'));
    await prepare(backend, request, course);
    expect((await train(backend, request, course)).artefact).toEqual(artefact);
  });

  it('keep the prepared samples for the next attempt, and what depends on them', async () => {
    await prepare(backend, request, course);
    const prepared = await readFile(file('prepared.safetensors'));
    await writeFile(file('checkpoint.safetensors'), 'a checkpoint');
    await prepare(backend, request, { ...course, signal: AbortSignal.abort() });
    expect(await readFile(file('prepared.safetensors'))).toEqual(prepared);
    expect(existsSync(file('checkpoint.safetensors'))).toBe(true);
  });

  it('prepare again what is damaged or comes from other spectra, and drop the checkpoint with it', async () => {
    const attempt = async (spoil: () => Promise<void>) => {
      await spoil();
      await writeFile(file('checkpoint.safetensors'), 'a checkpoint');
      await prepare(backend, request, course);
      expect(existsSync(file('checkpoint.safetensors'))).toBe(false);
      await expect(train(backend, request, course)).resolves.toBeDefined();
    };
    await prepare(backend, request, course);
    await attempt(() => truncate(file('prepared.safetensors'), 5000));
    await attempt(() => writeFile(file('prepared.safetensors'), writeArtefact({}, { spool: 'another' })));
  });

  it('refuse a damaged checkpoint, by name and with the remedy, and leave it as it is', async () => {
    await prepare(backend, request, course);
    await writeFile(file('checkpoint.safetensors'), 'no checkpoint at all');
    const resumed = train(backend, request, course);
    await expect(resumed).rejects.toThrow(TrainingError);
    await expect(resumed).rejects.toThrow(/checkpoint\.safetensors: the checkpoint is damaged/);
    expect(await readFile(file('checkpoint.safetensors'), 'utf8')).toBe('no checkpoint at all');
  });

  it('ask for the spectra where they are missing', async () => {
    await rm(file('spool.json'));
    await expect(prepare(backend, request, course)).rejects.toThrow(TrainingError);
  });

  it('stop when they are asked to', async () => {
    const stopped = { ...course, signal: AbortSignal.abort(new Error('enough')) };
    await expect(prepare(backend, request, stopped)).rejects.toThrow('enough');
    expect(existsSync(file('prepared.safetensors'))).toBe(false);
  });
});

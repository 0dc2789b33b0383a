import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { readArtefact } from '../../src/science/artefact/artefact.js';
import { findModel, loadArtefact, type StoredModel } from '../../src/storage/model.js';
import { readView } from '../../src/storage/view.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { publish } from '../../workers/tasks/publish.js';
import { train } from '../../workers/tasks/train.js';
import { trainFor } from '../../workers/tasks/trainFor.js';
import type { TrainRequest } from '../../workers/trainingStart.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

const small = { encoder: [64], decoder: [64], auxiliary: [32], latentSize: 6, batch: 64, epochs: 30 };
const anew = { parameters: null, seed: null, resume: false, settings: {} };

let place: TestWorkplace;
let former: StoredModel;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    check: { withoutLatent: 1, leakageBits: 30, latentDrift: 1, twinOverlap: 0 },
  }));
  await read('old', 600, 1);
  await read('new', 900, 2);
  // Sizes of layers are no override of the command line.
  const settings = small as unknown as TrainRequest['settings'];
  const { model } = await train(place, { ...anew, release: 'old', method: 'faderdis', settings }, course);
  former = await findModel(place.db, model);
});
afterAll(() => place.close());

async function read(release: string, stars: number, seed: number): Promise<void> {
  const paths = [await writeSyntheticFile(join(place.folder, `${release}.h5`), { stars, seed })];
  await ingest(place, { release, format: 'hdf5', paths, survey: release, visits: false }, course);
}

const settingsOf = ({ config }: StoredModel) => config.settings as Readonly<Record<string, unknown>>;

describe('a training that goes on from a model', { timeout: 120_000 }, () => {
  test('has its architecture, scaling and representation, a fifth of its steps, and begins where that ended', async () => {
    const request = { ...anew, release: 'new', method: null, from: former.id };
    const { model, spectra } = await train(place, request, course);
    expect(spectra).toBe(900);
    const warm = await findModel(place.db, model);
    const { ranges, components } = former.config;
    expect(warm).toMatchObject({ method: 'faderdis', parameters: former.parameters, trainedOn: 'new' });
    expect(warm.config).toMatchObject({ from: former.id, ranges, components });
    expect(settingsOf(warm)).toMatchObject({ ...small, epochs: 50, rate: 3e-4 });
    expect(warm.history[0]).toMatchObject({ step: 0 });
    expect(warm.history[0].reconstruction).toBeLessThan(1.5 * former.metrics.reconstruction);
    expect(warm.metrics.objective).toBeLessThanOrEqual(warm.history[0].objective);
  });

  test('is as long as it is told, and resumes as itself', async () => {
    const settings = { epochs: 2 };
    const request = { ...anew, release: 'new', method: null, from: former.id, settings };
    const controller = new AbortController();
    const report = ({ stage }: { stage: string }) => {
      if (stage === 'train') controller.abort(new Error('stopped'));
    };
    await expect(train(place, request, { report, signal: controller.signal })).rejects.toThrow('stopped');
    const { model } = await train(place, { ...request, resume: true }, course);
    expect(await train(place, request, course)).toMatchObject({ model });
    expect(settingsOf(await findModel(place.db, model))).toMatchObject({ epochs: 2 });
  });

  test('is refused on another grid, with the remedy, and of a model that is not there', async () => {
    const path = await writeSpectra(join(place.folder, 'pairs.h5'), apogeeGrid.wavelength, simulated(4));
    const paths = [path];
    await ingest(place, { release: 'pairs', format: 'hdf5', paths, survey: null, visits: false }, course);
    const request = { ...anew, release: 'pairs', method: null, from: former.id };
    await expect(train(place, request, course)).rejects.toMatchObject({
      message: expect.stringMatching(/^faderdis-compact-\w+ cannot be gone on from: release "pairs" is on another/),
      remedy: 'npx starkin train --release pairs --method faderdis --preset compact',
    });
    await expect(train(place, { ...request, from: 'none' }, course)).rejects.toThrow('none');
  });

  test('keeps its networks where it is told to, and makes of them a model that expects continua to be wrong', async () => {
    const settings = { continuumError: 0.02 };
    const request = { ...anew, release: 'old', method: null, from: former.id, settings, keepNetworks: true };
    const { model } = await train(place, request, course);
    const aware = await findModel(place.db, model);
    expect(settingsOf(aware)).toEqual(settingsOf(former));
    expect(aware.config).toMatchObject({ from: former.id, continuumError: 0.02, continuumOrder: 2 });
    const tensorsOf = async (id: string) => readArtefact(await loadArtefact(place.db, id)).tensors;
    const [before, after] = [await tensorsOf(former.id), await tensorsOf(model)];
    const networks = Object.keys(before).filter((name) => name.startsWith('networks.'));
    expect(networks.length).toBeGreaterThan(4);
    for (const name of networks) expect(after[name]).toEqual(before[name]);
    expect(Object.keys(after)).toContain('basis.continuumModes');
    expect(after['metric.scatter']).not.toEqual(before['metric.scatter']);
    // What goes on from it expects them too.
    const again = await train(place, { ...request, from: model, settings: {} }, course);
    expect((await findModel(place.db, again.model)).config).toMatchObject({ continuumError: 0.02 });
  });

  test('with its networks kept and nothing else asked for is fitted as it was', async () => {
    const request = { ...anew, release: 'old', method: null, from: former.id, keepNetworks: true };
    const { model } = await train(place, request, course);
    const [before, after] = await Promise.all(
      [former.id, model].map(async (id) => readArtefact(await loadArtefact(place.db, id)).tensors),
    );
    expect(after).toEqual(before);
  });

  test('of a method without weights is a new fit with its settings', async () => {
    const settings = { degree: 2, components: 5 };
    const { model } = await train(place, { ...anew, release: 'old', method: 'polydis', settings }, course);
    const { model: refitted } = await train(place, { ...anew, release: 'new', method: null, from: model }, course);
    const { method, config } = await findModel(place.db, refitted);
    expect({ method, from: config.from }).toEqual({ method: 'polydis', from: undefined });
    expect(config.settings).toMatchObject(settings);
  });
});

test.each(['fresh', 'warm'] as const)(
  'a %s training for a served model states its errors of the continuum',
  async (training) => {
    const settings = { continuumError: 0.02, degree: 2, components: 5 };
    const { model } = await train(place, { ...anew, release: 'old', method: 'polydis', settings }, course);
    const next = await findModel(place.db, await trainFor(place, 'new', training, model, course));
    expect(next.config).toMatchObject({ continuumError: 0.02, continuumOrder: 2 });
  },
);

test('a warm publication serves a model that went on from the served one', { timeout: 120_000 }, async () => {
  await publish(place, { release: 'old' }, course);
  const { modelId: before } = await readView(place.db);
  const { model, formerModel } = await publish(place, { release: 'new', train: 'warm' }, course);
  expect(formerModel).toBe(before);
  expect((await findModel(place.db, model)).config.from).toBe(before);
});

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeTuning } from '../../src/commands/train.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import type { SpectraRows } from '../../src/formats/hdf5/writer.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { findModel, listModels } from '../../src/storage/model.js';
import { listRuns } from '../../src/storage/run.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { train } from '../../workers/tasks/train.js';
import { type TrainRequest, trainingStart } from '../../workers/trainingStart.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

let place: TestWorkplace;

async function store(release: string, rows: SpectraRows, wavelength = apogeeGrid.wavelength) {
  const path = await writeSpectra(join(place.folder, `${release}.h5`), wavelength, rows);
  return ingest(place, { release, format: 'hdf5', paths: [path], survey: null, visits: false }, course);
}

function request(changes: Partial<TrainRequest>): TrainRequest {
  return {
    release: 'pairs',
    method: 'faderdis',
    preset: 'compact',
    parameters: null,
    seed: 1,
    settings: { batch: 32, epochs: 10 },
    resume: false,
    ...changes,
  };
}

beforeAll(async () => {
  place = await openWorkplace();
  await store('pairs', simulated(60));
});
afterAll(() => place.close());

describe('a training that cannot be', () => {
  const refused: [string, Partial<TrainRequest>, string, RegExp][] = [
    ['of a method that does not exist', { method: 'autodis' }, 'BAD_USER_INPUT', /one of .*faderdis.*found "autodis"/],
    ['with a preset that does not exist', { preset: 'huge' }, 'BAD_USER_INPUT', /preset: expected one of compact/],
    ['with a setting that does not exist', { settings: { speed: 3 } }, 'BAD_USER_INPUT', /setting of faderdis/],
    ['of fewer spectra than a batch', { settings: {} }, 'TRAINING_FAILED', /at least 320 spectra .* found 120/],
    [
      'with a search for a lambda that the method does not have',
      { method: 'polydis', settings: {}, tune: true },
      'BAD_USER_INPUT',
      /--tune/,
    ],
    [
      'whose continua are wrong by more than lines are deep',
      { settings: { continuumError: 0.5 } },
      'BAD_USER_INPUT',
      /continuumError: expected a fraction of the flux, 0 to 0.2, found 0.5/,
    ],
    [
      'on pixels of spectra whose continua are wrong',
      { preset: 'paper', settings: { continuumError: 0.01 } },
      'BAD_USER_INPUT',
      /continuumError: expected 0, since preset paper works on pixels/,
    ],
    ['of a release that does not exist', { release: 'none' }, 'NOT_FOUND', /none/],
  ];

  test.each(refused)('%s says why, and leaves no model', async (_what, change, code, message) => {
    await expect(train(place, request(change), course)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
    expect(await listModels(place.db)).toEqual([]);
  });

  test('with a parameter that all spectra share says which, and leaves no model', async () => {
    await store('same', { ...simulated(60, 2), logg: new Float64Array(120).fill(2) });
    await expect(train(place, request({ release: 'same' }), course)).rejects.toMatchObject({
      code: 'TRAINING_FAILED',
      message: expect.stringContaining('logg'),
    });
    expect(await listModels(place.db)).toEqual([]);
    const [run] = await listRuns(place.db, 1);
    expect(run).toMatchObject({ kind: 'train', state: 'failed' });
  });

  test('on spectra of two grids does not come about: a release takes those of one', async () => {
    const other = apogeeGrid.wavelength.map((wavelength) => wavelength + 1);
    const { stored, failed } = await store('pairs', simulated(1, 3), other);
    expect(stored).toBe(0);
    expect(failed.map(({ code }) => code)).toEqual(['GRID_MISMATCH', 'GRID_MISMATCH']);
  });
});

test('continua are expected to be wrong by 1 % in a survey, not at all in a simulated release, and as stated where that is said', async () => {
  const release = await findRelease(place.db, 'pairs');
  const expected = async (changes: Partial<TrainRequest>, simulated: boolean, continuumError: number | null = null) => {
    const settings = { ...place.settings, train: { ...place.settings.train, continuumError } };
    const start = await trainingStart({ ...place, settings }, { ...release, simulated }, request(changes));
    return start.settings.continuumError;
  };
  const plain = { settings: {} };
  expect(await expected(plain, false)).toBe(0.01);
  expect(await expected(plain, true)).toBeUndefined();
  expect(await expected({ ...plain, preset: 'paper' }, false)).toBeUndefined();
  expect(await expected(plain, true, 0.003)).toBe(0.003);
  expect(await expected(plain, false, 0)).toBeUndefined();
  expect(await expected({ settings: { continuumError: 0 } }, false)).toBe(0);
});

describe('a training with a search for lambda', () => {
  test('keeps its trials with the model, tells them as a table, and clears up', { timeout: 120_000 }, async () => {
    const folders = await readdir(join(place.folder, 'training'));
    const { model, tuning } = await train(place, request({ tune: true }), course);
    const { config, history } = await findModel(place.db, model);
    expect(config).toMatchObject({
      tuning,
      settings: { lambda: tuning?.chosen },
      backend: 'tensorflow',
      device: expect.stringMatching(/^[cg]pu$/),
    });
    expect(history.length).toBeGreaterThan(0);
    expect(await readdir(join(place.folder, 'training'))).toEqual(folders);
    if (!tuning) throw new Error('the trials are missing');
    const table = describeTuning(tuning);
    expect(table).toMatch(/lambda by trials of 20 % of the run/);
    expect(table.split('\n').filter((line) => line.endsWith('chosen'))).toHaveLength(1);
    expect(table.split('\n')).toHaveLength(tuning.trials.length + 2);
  });
});

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { simulateRows } from '../../src/science/simulator/simulatedRows.js';
import { loadEvaluations, type StoredEvaluation } from '../../src/storage/evaluation.js';
import { readView } from '../../src/storage/view.js';
import type { Evaluation, ModelEvaluation } from '../../workers/evaluation/results.js';
import { type EvaluateRequest, evaluate } from '../../workers/tasks/evaluate.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { train } from '../../workers/tasks/train.js';
import { viewNaming } from '../namedView.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

let place: TestWorkplace;
let pairs: string;
let evaluation: Evaluation;
let model: ModelEvaluation;

/** A bound of four stars instead of 400: the Jacobians are most of a minute otherwise. */
const everything: EvaluateRequest = {
  model: null,
  pairs: null,
  parts: ['recovery', 'bound', 'recasting', 'faults'],
  queries: null,
  seed: 1,
  boundStars: 4,
};

beforeAll(async () => {
  place = await openWorkplace();
  const training = await writeSpectra(join(place.folder, 'training.h5'), apogeeGrid.wavelength, simulated(150));
  pairs = await writeSpectra(
    join(place.folder, 'pairs.h5'),
    apogeeGrid.wavelength,
    withoutAbundances(simulateRows({ seed: 2, snr: null, continuum: false }, 0, 24)),
  );
  const release = { release: 'training', format: 'hdf5', paths: [training], survey: null, visits: false };
  await ingest(place, release, course);
  const request = { release: 'training', method: 'polydis', preset: 'compact', parameters: null, seed: 1 };
  await train(place, { ...request, settings: {}, resume: false }, course);
  evaluation = await evaluate(place, { ...everything, pairs }, course);
  model = evaluation.sets[0].models[0];
}, 240_000);

afterAll(() => place.close());

function withoutAbundances<T extends object>(rows: T): T & { abundances: Record<string, Float64Array> } {
  return { ...rows, abundances: {} };
}

describe('an evaluation on noiseless pairs', () => {
  test('measures recovery at every level of noise, falling with it', () => {
    expect(evaluation.sets[0]).toMatchObject({ spectra: 48, pairs: 24, simulated: true, noiseless: true });
    expect(model.recovery.map(({ noise }) => noise)).toEqual(['none', 100, 50, 30, 20, 'log-uniform']);
    const found = model.recovery.map(({ reranked }) => reranked.recovered.value);
    expect(found[0]).toBeGreaterThan(0.5);
    expect(found[4]).toBeLessThan(found[0]);
    for (const row of model.recovery)
      expect(row).toMatchObject({ queries: 48, candidates: 47, withoutLatent: 0, nearest: 47, chance: 1 / 47 });
  });

  test('gives the figures and tables of the paper', () => {
    expect(model.distances.map(({ noise }) => noise)).toEqual(['none', 50]);
    expect(model.recovery[0].reranked.curve.share[0]).toBe(model.recovery[0].reranked.recovered.value);
    const { all, far } = model.recasting?.tables ?? {};
    expect(all?.spectra).toBe(48);
    expect(all?.meanResidual).toBeGreaterThan(1e-4);
    expect(all?.meanResidual).toBeLessThan(0.02);
    expect(far?.spectra).toBeLessThan(48);
    expect(model.recasting?.examples).toHaveLength(2);
    expect(model.abundances).toBeNull();
  });

  test('measures faults of one star of each pair, and the normalisation of all', () => {
    const { rows, reference } = model.nuisances ?? { rows: [], reference: { value: Number.NaN } };
    expect(reference.value).toBe(model.recovery[1].reranked.recovered.value);
    expect(rows).toHaveLength(7);
    expect(rows.map(({ affected }) => affected)).toEqual([...Array(6).fill('one of each pair'), 'all']);
    for (const { pull } of rows) expect(pull?.total).toBeGreaterThan(0.05);
  });

  test('says what it leaves out', () => {
    expect(evaluation.sets[0].notes.join(' ')).toMatch(/No best possible.*No abundances/);
  });

  test('looks for the twins of so many stars alone, of the bound too, among all others', async () => {
    const path = await writeSpectra(
      join(place.folder, 'few.h5'),
      apogeeGrid.wavelength,
      simulateRows({ seed: 4, snr: null, continuum: false }, 0, 24),
    );
    const asked = { ...everything, parts: ['recovery', 'bound'] as const, pairs: path };
    const some = (await evaluate(place, { ...asked, queries: 12 }, course)).sets[0].models[0].recovery;
    const all = (await evaluate(place, asked, course)).sets[0].models[0].recovery;
    some.forEach((row, i) => {
      expect(row).toMatchObject({ queries: 12, candidates: 47 });
      for (const name of ['searched', 'reranked', 'bound'] as const) {
        const [ofSome, ofAll] = [row, all[i]].map((each) => each[name]?.recovered.value ?? Number.NaN);
        expect(12 * ofSome).toBeCloseTo(Math.round(12 * ofSome));
        expect(48 * ofAll - 12 * ofSome).toBeGreaterThan(-1e-9);
        expect(48 * ofAll - 12 * ofSome).toBeLessThan(36 + 1e-9);
      }
    });
  });

  test('ranks nothing where only recasting is asked for', async () => {
    const stages = new Set<string>();
    const { sets } = await evaluate(
      place,
      { ...everything, parts: ['recasting'], pairs },
      { ...course, report: ({ stage }) => void stages.add(stage) },
    );
    expect(sets[0].models[0]).toMatchObject({ recovery: [], distances: [], nuisances: null });
    expect(sets[0].models[0].recasting?.tables).toEqual(model.recasting?.tables);
    expect([...stages]).toEqual(['recast']);
  });

  test('comes out the same again, to the last digit', async () => {
    const again = await evaluate(place, { ...everything, parts: ['recovery'], pairs }, course);
    expect(again.sets[0].models[0].recovery).toEqual(model.recovery);
  });
});

test('a release is evaluated with the noise that its spectra have', async () => {
  const { sets } = await evaluate(place, everything, course);
  expect(sets.map(({ set, noiseless }) => ({ set, noiseless }))).toEqual([{ set: 'training', noiseless: false }]);
  const [own] = sets[0].models;
  expect(own).toMatchObject({ trainedOn: true, recasting: null, nuisances: null });
  expect(own.recovery.map(({ noise, queries }) => ({ noise, queries }))).toEqual([{ noise: 'own', queries: 300 }]);
  expect(own.recovery[0].bound?.recovered.value).toBe(1);
  expect(own.recovery[0].overBound?.value).toBe(own.recovery[0].reranked.recovered.value);
  expect(own.abundances).toHaveLength(18);
  for (const { rmse, sigma } of own.abundances ?? []) expect(rmse).toBeLessThan(1.2 * sigma);
  expect(sets[0].notes.join(' ')).toMatch(/noise of their own/);
});

test('what was stopped goes on from where it was', async () => {
  const abort = new AbortController();
  const stages: string[] = [];
  const stopping = evaluate(
    place,
    { ...everything, parts: ['recovery'], pairs },
    {
      signal: abort.signal,
      report: ({ stage, done, total }) => {
        if (stage === 'encode snr-50' && done === total) abort.abort();
      },
    },
  );
  await expect(stopping).rejects.toThrow(/abort/);
  await evaluate(
    place,
    { ...everything, parts: ['recovery'], pairs },
    {
      ...course,
      report: ({ stage }) => void stages.push(stage),
    },
  );
  expect(stages).not.toContain('encode snr-none');
  expect(stages).toContain('encode snr-30');
});

test('figures are kept with the model, of files under their name alone, and for those who see the release it was trained on', async () => {
  const view = await viewNaming(place.db, 'training');
  const load = async () => (await loadEvaluations(place.db, view, [model.model])).get(model.model) ?? [];
  const whole = ({ release, parts }: StoredEvaluation) => release === null && parts.length === everything.parts.length;
  const [kept] = (await load()).filter(whole);
  expect(kept).toMatchObject({ set: 'pairs.h5', release: null, spectra: 48, pairs: 24, parts: everything.parts });
  expect(kept.results.recovery).toEqual(JSON.parse(JSON.stringify(model.recovery)));
  expect(kept.results.recasting).toEqual(model.recasting?.tables);
  expect(JSON.stringify(kept.results)).not.toContain(place.folder);
  expect(await loadEvaluations(place.db, await readView(place.db), [model.model])).toEqual(new Map());
  // A part of what was measured does not take the whole away.
  await evaluate(place, { ...everything, parts: ['recovery'], pairs }, course);
  expect((await load()).filter(whole)).toEqual([kept]);
});

describe('what cannot be evaluated is refused', () => {
  const write = (
    name: string,
    change: (rows: ReturnType<typeof simulated>) => object,
    wavelength = apogeeGrid.wavelength,
  ) => writeSpectra(join(place.folder, name), wavelength, { ...simulated(3), ...change(simulated(3)) });

  test.each([
    [
      'pairs without twins',
      'alone.h5',
      () => ({ twin: new Int32Array(6).fill(-1) }),
      /known twins \(a dataset \/twin\)/,
    ],
    [
      'a temperature that is not known',
      'nan.h5',
      () => ({ teff: new Float64Array(6).fill(Number.NaN) }),
      /teff of sim-1-0000000-a/,
    ],
  ])('%s', async (_, name, change, message) => {
    const path = await write(name, change);
    await expect(evaluate(place, { ...everything, pairs: path }, course)).rejects.toThrow(message);
  });

  test('pairs on another grid', async () => {
    const path = await write(
      'grid.h5',
      () => ({}),
      apogeeGrid.wavelength.map((value) => 1.001 * value),
    );
    await expect(evaluate(place, { ...everything, pairs: path }, course)).rejects.toThrow(
      /expected the wavelength grid of model/,
    );
  });

  test('a file or a model that is not there', async () => {
    const missing = join(place.folder, 'missing.h5');
    await expect(evaluate(place, { ...everything, pairs: missing }, course)).rejects.toThrow(/no file/);
    await expect(evaluate(place, { ...everything, model: 'nobody' }, course)).rejects.toThrow(/no model "nobody"/);
  });
});

test('a model that cannot be measured is named with the reason, and the others are measured', async () => {
  const parameters = ['teff', 'logg', 'feh'] as const;
  const request = { release: 'training', method: 'polydis', preset: 'compact', parameters, seed: 1 };
  const { model: third } = await train(place, { ...request, settings: {}, resume: false }, course);
  const path = join(place.folder, 'no-feh.h5');
  const rows = simulateRows({ seed: 3, snr: null, continuum: false }, 0, 6);
  await writeSpectra(path, apogeeGrid.wavelength, { ...rows, feh: new Float64Array(12).fill(Number.NaN) });
  const { sets } = await evaluate(place, { ...everything, parts: ['recovery'], pairs: path }, course);
  expect(sets[0].models.map(({ model: id }) => id)).toEqual([model.model]);
  expect(sets[0].refused).toEqual([{ model: third, reason: expect.stringMatching(/feh of sim-3-0000000-a/) }]);
});

test('a release on which no model can be measured does not keep the others from being measured', async () => {
  const other = await writeSpectra(
    join(place.folder, 'other.h5'),
    apogeeGrid.wavelength.map((value) => 1.001 * value),
    simulated(3, 9),
  );
  await ingest(place, { release: 'other', format: 'hdf5', paths: [other], survey: null, visits: false }, course);
  const { sets } = await evaluate(place, { ...everything, model: model.model, parts: ['recovery'] }, course);
  expect(sets.map(({ set, models, refused }) => [set, models.length, refused.length])).toEqual([
    ['other', 0, 1],
    ['training', 1, 0],
  ]);
});

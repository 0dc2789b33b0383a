import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type StarId, starId } from '../../src/domain/star.js';
import { makeGrid } from '../../src/domain/wavelengthGrid.js';
import { storeAbundances } from '../../src/storage/abundance.js';
import { ensureRelease, publish, type Release } from '../../src/storage/dataRelease.js';
import { ensurePartition, storeLatents } from '../../src/storage/latent.js';
import { storeModel } from '../../src/storage/model.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { storeStars } from '../../src/storage/star.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { serve } from '../../src/storage/view.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';
import { estimateMissing } from '../../workers/abundances/estimates.js';
import { type TrainAbundancesRequest, trainAbundances } from '../../workers/tasks/trainAbundances.js';
import { syntheticReference } from '../science/abundances/syntheticReference.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const rows = 400;
const reference = syntheticReference(rows, { seed: 5, snr: [60, 100] });
const ids = Array.from({ length: rows }, (_, row) => starId('s', `A${row}`));
/** Outside the model's training range. */
const strange = 3;

let place: TestWorkplace;
let release: Release;
let modelId: string;

beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    // The model is none that could encode.
    abundances: { ...settings.abundances, minimumStars: 100, views: 0 },
  }));
  const { db } = place;
  await ensureSurvey(db, 's', { simulated: true });
  release = await ensureRelease(db, 'r', { simulated: true });
  const gridId = await ensureGrid(db, makeGrid(Float64Array.of(15000, 15001), 'the test'));
  await storeStars(
    db,
    release.id,
    's',
    ids.map((_, row) => ({ name: `A${row}`, aliases: { '2mass': `M${row}` }, ra: null, dec: null })),
  );
  await storeParameters(
    db,
    release.id,
    ids.map((starId, row) => ({
      starId,
      parameters: {
        teff: reference.latents.refined[2 * row],
        logg: 2,
        feh: reference.abundances[4 * row],
        errors: { teff: null, logg: null, feh: null },
        source: 'simulation',
      },
    })),
  );
  await storeSpectra(
    db,
    ids.map((starId, row) => ({
      starId,
      releaseId: release.id,
      visit: 0,
      gridId,
      spectrum: { flux: Float32Array.of(1, 1), ivar: Float32Array.of(1, 1), mask: new Uint32Array(2) },
      continuum: { method: 'none', version: 1, coefficients: [] },
      snr: reference.snr[row],
      checksum: 'ab'.repeat(32),
      source: 'test',
      properties: {},
    })),
  );
  await storeAbundances(
    db,
    release.id,
    ids.flatMap((starId, row) =>
      ['Fe', 'Mg', 'P'].map((element, s) => ({
        starId,
        element,
        value: reference.abundances[4 * row + s],
        sigma: null,
      })),
    ),
  );
  const identity = { method: 'polydis', preset: 'compact', parameters: ['teff', 'logg'] as const, gridId };
  const description = {
    ...identity,
    trainedOn: 'r',
    trainedOnId: release.id,
    simulated: true,
    config: {},
    metrics: {},
    history: [],
  };
  modelId = (await storeModel(db, description, Uint8Array.of(1))).id;
  await ensurePartition(db, modelId);
  await encode(ids.map((_, row) => row));
  await serve(db, modelId);
  await publish(db, release.id);
});
afterAll(() => place.close());

/** Stores latents as if the model had just made them. */
async function encode(stars: readonly number[], shift = 0): Promise<void> {
  const { latents } = reference;
  await storeLatents(
    place.db,
    modelId,
    stars.map((row) => ({
      starId: ids[row],
      releaseId: release.id,
      visit: 0,
      z: Float32Array.of(0),
      searched: Float32Array.of(0),
      estimate: {
        residual: latents.residual.slice(3 * row, 3 * row + 3).map((value) => value + shift),
        information: latents.information.slice(6 * row, 6 * row + 6),
        informationVector: latents.informationVector.slice(3 * row, 3 * row + 3).map((value) => value + shift),
        refined: latents.refined.slice(2 * row, 2 * row + 2),
        refinedCovariance: latents.refinedCovariance.slice(3 * row, 3 * row + 3),
      },
      extrapolated: row === strange,
      reason: null,
    })),
  );
}

const train = (request: Partial<TrainAbundancesRequest> = {}) =>
  trainAbundances(
    place,
    { release: 'r', model: null, labels: null, truth: true, methods: ['linear'], seed: 1, ...request },
    course,
  );

async function labels(text: string): Promise<string> {
  const path = join(place.folder, 'labels.csv');
  await writeFile(path, text);
  return path;
}

const estimates = (star: StarId) =>
  place.db.query<{ value: number[]; reason: (string | null)[] }>(
    `select to_json(value) as value, to_json(reason) as reason from abundance_estimate e
     join abundance_estimator a on a.id = e.estimator_id where e.star_id = $1 and a.reference = 'truth'`,
    [star],
  );

describe('abundances train', () => {
  test('learns from what a simulation knows and gives every star its abundances, once', async () => {
    const first = await train();
    expect(first).toMatchObject({ model: modelId, estimated: rows, reference: { stars: rows - 1, extrapolated: 1 } });
    const [{ id, already, figures }] = first.estimators;
    expect(already).toBe(false);
    expect(figures.map(({ element }) => element)).toEqual(['Fe', 'Mg', 'P']);
    const again = await train();
    expect(again).toMatchObject({ estimated: 0, estimators: [{ id, already: true }] });
    const [{ value, reason }] = await estimates(ids[0]);
    expect(value[0]).toBeCloseTo(reference.abundances[0], 0);
    expect(reason[2]).toBe('own-lines');
    expect((await estimates(ids[strange]))[0].reason[0]).toBe('extrapolated');
  });

  test('another seed or method makes another estimator', async () => {
    const [{ id }] = (await train({ seed: 2 })).estimators;
    expect(id).not.toBe((await train()).estimators[0].id);
  });

  test('a star that is encoded again is estimated again, and no other', async () => {
    const [before] = await estimates(ids[1]);
    await encode([1], 0.5);
    expect(await estimates(ids[1])).toEqual([]);
    // Two seeds: the newer answers, and it alone is kept up.
    expect(await estimateMissing(place, modelId, release.id, course)).toBe(1);
    const [after] = await estimates(ids[1]);
    expect(Math.abs(after.value[0] - before.value[0])).toBeGreaterThan(0.05);
  });
});

describe('a file of labels', () => {
  const known = (row: number, feh: number | string = reference.abundances[4 * row]) => `M${row},${feh},0.1`;
  const all = ids.map((_, row) => known(row));

  test('is joined by name or alias; unknown ids and impossible values are counted, listed, and nothing else stops', async () => {
    const rest = all.slice(2);
    const path = await labels(['id,fe_h,mg_fe', known(0, 150), known(1, -9999), ...rest, 'nobody,0,0'].join('\n'));
    const { reference: used, estimators } = await train({ truth: false, labels: path });
    expect(used).toMatchObject({ kind: 'labels', unknown: 1, unknownIds: ['nobody'], refused: 1 });
    expect(used.refusals[0]).toMatch(/^M0: Fe \(fe_h\): expected -7 to 2 dex, found 150$/);
    expect(used.leftOut).toEqual([{ element: 'Mg', reason: expect.stringMatching(/^the same, 0.1 dex, in all/) }]);
    expect(estimators[0].figures.map(({ element }) => element)).toEqual(['Fe']);
  });

  test('with too few stars of every species is refused with how many there are', async () => {
    const path = await labels(
      ['id,fe_h', ...all.slice(0, 50).map((line) => line.split(',').slice(0, 2).join(','))].join('\n'),
    );
    await expect(train({ truth: false, labels: path })).rejects.toMatchObject({
      message: expect.stringMatching(/too few stars .*Fe is known of 49 stars, 100 are needed/),
      remedy: expect.stringContaining('--labels FILE'),
    });
  });

  test('of which nothing can be used is refused with the counts and the first slip', async () => {
    const percent = await labels(['id,fe_h', 'M1,-50', 'M2,-30', 'x,0'].join('\n'));
    await expect(train({ truth: false, labels: percent })).rejects.toThrow(
      /3 rows: 1 of stars that it does not have \(x, …\), 0 flagged values, 2 impossible ones \(M1: Fe \(fe_h\): expected -7 to 2 dex, found -50\)/,
    );
  });
});

test('without labels and truth the store has [Fe/H] alone', async () => {
  const { reference: used, estimators } = await train({ truth: false });
  expect(used).toMatchObject({ kind: 'parameters', stars: rows - 1 });
  expect(estimators[0].figures.map(({ element }) => element)).toEqual(['Fe']);
});

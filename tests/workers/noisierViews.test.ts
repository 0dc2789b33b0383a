import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { splitReference } from '../../src/science/abundances/referenceSet.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { findModel, listModels } from '../../src/storage/model.js';
import { encodeNoisier } from '../../workers/abundances/noisierViews.js';
import { buildReference } from '../../workers/abundances/reference.js';
import { trueAbundances } from '../../workers/abundances/references.js';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { train } from '../../workers/tasks/train.js';
import { trainAbundances } from '../../workers/tasks/trainAbundances.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

let place: TestWorkplace;
let model: string;
beforeAll(async () => {
  place = await openWorkplace();
  const path = await writeSpectra(join(place.folder, 'stars.h5'), apogeeGrid.wavelength, simulated(120));
  await ingest(place, { release: 'stars', format: 'hdf5', paths: [path], survey: null, visits: false }, course);
  const request = { release: 'stars', method: 'polydis', preset: 'compact', parameters: null, seed: 1 };
  await train(place, { ...request, settings: {}, resume: false }, course);
  [{ id: model }] = await listModels(place.db);
  await encode(place, { release: 'stars', model }, course);
}, 120_000);
afterAll(() => place.close());

async function views(seed = 1) {
  const release = await findRelease(place.db, 'stars');
  const stored = await findModel(place.db, model);
  const known = await trueAbundances(place, release);
  const reference = await buildReference(place, release, stored, known, course);
  const noisier = await encodeNoisier(place, { release, model: stored }, reference, seed, course);
  return { reference, noisier };
}

test('the stars that calibrate are seen three times more, each as noisy as it is said to be and never less than it was', async () => {
  const { reference, noisier } = await views();
  const { calibration } = splitReference(reference.set, 1);
  expect(Array.from(noisier?.row ?? []).sort()).toEqual(
    Array.from(calibration, (row) => [row, row, row])
      .flat()
      .sort(),
  );
  const { latentSize: n, information: own } = reference.set.latents;
  const size = (n * (n + 1)) / 2;
  const traceOf = (information: Float32Array, row: number) => {
    let trace = 0;
    for (let i = 0; i < n; i++) trace += information[row * size + (i * (i + 3)) / 2];
    return trace;
  };
  noisier?.share.forEach((share, view) => {
    expect(share).toBeLessThanOrEqual(1);
    expect(share).toBeGreaterThan(0.0225 * 0.99);
    const left = traceOf(noisier.latents.information, view) / traceOf(own, noisier.row[view]);
    // Where noise grows, what the model itself errs by counts for less.
    expect(left / share).toBeGreaterThan(0.8);
    expect(left / share).toBeLessThan(4);
  });
});

test('the same seed makes the same views, another one others', async () => {
  const [first, again, other] = await Promise.all([views(), views(), views(2)]);
  expect(again.noisier).toEqual(first.noisier);
  expect(other.noisier?.share).not.toEqual(first.noisier?.share);
});

test('estimators are calibrated on them, unless the settings want none', async () => {
  const request = { release: 'stars', model, labels: null, truth: true, methods: ['linear'], seed: 1 };
  const settings = (count: number) => ({
    ...place.settings,
    abundances: { ...place.settings.abundances, views: count },
  });
  const stages = new Set<string>();
  const heard = { ...course, report: ({ stage }: { stage: string }) => void stages.add(stage) };
  const without = await trainAbundances({ ...place, settings: settings(0) }, request, heard);
  expect(stages).not.toContain('noisier spectra');
  const viewed = await trainAbundances({ ...place, settings: settings(2) }, request, heard);
  expect(stages).toContain('noisier spectra');
  expect(viewed.estimators[0].id).not.toBe(without.estimators[0].id);
  expect((await trainAbundances({ ...place, settings: settings(2) }, request, course)).estimators[0].already).toBe(
    true,
  );
});

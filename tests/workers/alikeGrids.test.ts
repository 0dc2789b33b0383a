import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { releaseGrid } from '../../src/storage/spectrum.js';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { train } from '../../workers/tasks/train.js';
import { syntheticGrid } from '../science/latents/syntheticSpectra.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

/** Å: half of what two grids may differ by that are the same. */
const SHIFT = 0.001;

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(() => place.close());

async function read(release: string, seed: number, shift: number) {
  const path = await writeSyntheticFile(join(place.folder, `${release}-${seed}.h5`), { stars: 100, seed, shift });
  return ingest(place, { release, format: 'auto', paths: [path], survey: null, visits: false }, course);
}
const gridOf = async (release: string) =>
  (await releaseGrid(place.db, (await findRelease(place.db, release)).id))?.grid.wavelength;

test('a release shows its own wavelengths, not those of another one whose grid is the same but for rounding', async () => {
  await read('hidden', 1, SHIFT);
  await read('open', 2, 0);
  expect(await gridOf('open')).toEqual(syntheticGrid.wavelength);
  expect(await gridOf('hidden')).toEqual(syntheticGrid.wavelength.map((value) => value + SHIFT));
});

test('files of one release that round their grid differently have that of the first', async () => {
  expect(await read('open', 3, SHIFT)).toMatchObject({ stored: 100, failed: [] });
  const grids = await place.db.query(
    `select distinct grid_id from spectrum s join data_release r on r.id = s.release_id where r.name = 'open'`,
  );
  expect(grids).toHaveLength(1);
});

test('a model that was trained on the one grid encodes spectra on the other', async () => {
  const request = { release: 'hidden', method: 'polydis', preset: 'compact', parameters: null, seed: null };
  const { model } = await train(place, { ...request, settings: { degree: 1 }, resume: false }, course);
  expect(await encode(place, { release: 'open', model }, course)).toMatchObject({ encoded: 200, withoutLatent: {} });
});

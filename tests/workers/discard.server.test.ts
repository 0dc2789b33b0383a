import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { countSpectra } from '../../src/storage/spectrumScan.js';
import { discard } from '../../workers/tasks/discard.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const STARS = 200;
let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({ ...settings, ingest: { ...settings.ingest, batch: 10, threads: 1 } }));
});
afterAll(() => place.close());

test('stars that come into another release while a draft is thrown away stay there, with all that is told of them', async () => {
  const paths = [await writeSyntheticFile(join(place.folder, 'same.h5'), { stars: STARS, seed: 1 })];
  const read = (release: string) =>
    ingest(place, { release, format: 'auto', paths, survey: null, visits: false }, course);
  for (let round = 1; round <= 3; round++) {
    await read('wrong');
    const [into] = await Promise.all([read(`right-${round}`), discard(place, 'wrong', course)]);
    expect(into).toMatchObject({ stored: STARS, failed: [] });
    const { id } = await findRelease(place.db, `right-${round}`);
    expect(await countSpectra(place.db, id, { visits: true, parameters: ['teff', 'logg', 'feh'] })).toBe(STARS);
    // So that the next round finds stars again that no other release has.
    await discard(place, `right-${round}`, course);
    expect(await place.db.query('select id from star')).toEqual([]);
  }
}, 120_000);

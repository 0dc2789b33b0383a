import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { cameNormalised } from '../../src/storage/spectrumSummary.js';
import { openTestDatabase } from '../testArchive.js';
import { addStars } from './archiveContent.js';

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

test('a release tells whether its spectra came normalised; one without any, or that is no more, did not', async () => {
  const { id: raw } = await addStars(db, 'raw', ['a']);
  const continuum = { method: 'none', version: 1, coefficients: [] };
  const { id: flat } = await addStars(db, 'flat', ['a'], { continuum });
  const { id: empty } = await addStars(db, 'empty', []);
  const told = [raw, flat, empty, null].map((release) => cameNormalised(db, release));
  expect(await Promise.all(told)).toEqual([false, true, false, false]);
});

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

test('a release tells whether its spectra came normalised; one without any, or unknown, did not', async () => {
  await addStars(db, 'raw', ['a']);
  await addStars(db, 'flat', ['a'], { continuum: { method: 'none', version: 1, coefficients: [] } });
  await addStars(db, 'empty', []);
  const names = ['raw', 'flat', 'empty', 'unknown'];
  expect(await Promise.all(names.map((name) => cameNormalised(db, name)))).toEqual([false, true, false, false]);
});

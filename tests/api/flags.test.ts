import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { publish } from '../../src/storage/dataRelease.js';
import { addStars, setTeff } from '../storage/archiveContent.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';

let db: Database;
let api: Served;
beforeAll(async () => {
  db = await openTestDatabase();
  const release = await addStars(db, 'flags', ['none']);
  await addStars(db, 'flags', ['clean'], { properties: { STARFLAG: 0, ASPCAPFLAG: 0 } });
  await addStars(db, 'flags', ['faint'], { properties: { STARFLAG: 2 ** 4 + 2 ** 22, ASPCAPFLAG: 2 ** 7 } });
  await addStars(db, 'flags', ['bad'], { properties: { ASPCAPFLAG: 2 ** 23 + 2 ** 31 } });
  await addStars(db, 'flags', ['newer'], { properties: { spectrum_flags: 2 ** 1 } });
  await addStars(db, 'flags', ['strange'], { properties: { STARFLAG: 'LOW_SNR', ASPCAPFLAG: 1e300 } });
  await setTeff(db, release, { clean: 4500, faint: 4600 });
  await publish(db, release.id);
  api = await serveDatabase(db);
});
afterAll(async () => {
  await api.close();
  await db.close();
});

async function named(filter: object): Promise<string[]> {
  const { stars } = await api.ask<{ stars: { totalCount: number; edges: { node: { name: string } }[] } }>(
    'query ($filter: StarFilter) { stars(filter: $filter) { totalCount edges { node { name } } } }',
    { filter },
  );
  expect(stars.totalCount).toBe(stars.edges.length);
  return stars.edges.map(({ node }) => node.name).sort();
}

test('flags are told by the names of their bits', async () => {
  const { stars } = await api.ask<{ stars: { edges: { node: { name: string; flags: string[] } }[] } }>(
    '{ stars { edges { node { name flags } } } }',
  );
  expect(Object.fromEntries(stars.edges.map(({ node }) => [node.name, node.flags]))).toEqual({
    none: [],
    clean: [],
    faint: ['LOW_SNR', 'RV_FAIL', 'STAR_WARN'],
    bad: ['STAR_BAD', 'NO_ASPCAP_RESULT'],
    newer: ['COMMISSIONING'],
    strange: [],
  });
});

test('stars are filtered by flags that are set, and by flags that are not', async () => {
  expect(await named({ flags: { any: ['LOW_SNR'] } })).toEqual(['faint']);
  expect(await named({ flags: { any: ['STAR_BAD', 'COMMISSIONING'] } })).toEqual(['bad', 'newer']);
  expect(await named({ flags: { any: [] } })).toEqual([]);
  expect(await named({ flags: { none: ['STAR_BAD', 'LOW_SNR'] } })).toEqual(['clean', 'newer', 'none', 'strange']);
  expect(await named({ flags: { any: ['STAR_WARN'], none: ['RV_FAIL'] } })).toEqual([]);
  expect(await named({ flags: {} })).toHaveLength(6);
});

test('a flag of no survey is refused by name', async () => {
  const { errors } = await api.post('{ stars(filter: { flags: { none: ["STAR_AWFUL"] } }) { totalCount } }');
  expect(errors[0]).toMatchObject({
    message: expect.stringContaining('filter.flags.none'),
    extensions: { code: 'BAD_USER_INPUT' },
  });
});

test('stars are filtered by the errors of their parameters; exact values have none', async () => {
  expect(await named({ teffError: { max: 60 } })).toEqual(['clean', 'faint']);
  expect(await named({ teffError: { min: 60 } })).toEqual([]);
  expect(await named({ loggError: { min: 0 } })).toEqual([]);
});

test('a mask is told in numbers, or in the names of its bits', async () => {
  const { star } = await api.ask<{ star: { spectrum: { mask: number[]; names: string[][] } } }>(
    '{ star(id: "clean") { spectrum { mask names: mask(decoded: true) } } }',
  );
  expect(star.spectrum.mask).toEqual([0, 0, 1, 2 ** 31]);
  // This survey is not one whose bits have names here.
  expect(star.spectrum.names).toEqual([[], [], ['BIT_0'], ['BIT_31']]);
});

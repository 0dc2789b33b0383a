import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { openServer } from '../../src/storage/server.js';
import { SilentCopies } from '../../src/storage/silentCopies.js';
import { cloneDatabase, testServer } from '../testArchive.js';
import type { TestServer } from '../testServer.js';
import { copyHalf } from './halfCopy.js';

const PATIENCE = 300;
let database: Awaited<ReturnType<typeof cloneDatabase>>;
let db: Database;

beforeAll(async () => {
  database = await cloneDatabase(testServer as TestServer);
  db = await openServer(database.url);
});
afterAll(async () => {
  await db.close();
  await database.drop();
});

/** Looks until as many copies as wanted are ended, for three times as long as it takes. */
async function look(copies: SilentCopies): Promise<number> {
  let count = 0;
  for (let turn = 0; turn < 30 && count === 0; turn++) {
    count += await copies.end();
    await delay(PATIENCE / 10);
  }
  return count;
}

it('is ended when it took in nothing for so long, and what it held is free', async () => {
  const half = await copyHalf(database.url);
  await delay(PATIENCE);
  const copies = new SilentCopies(db, PATIENCE);
  expect(await copies.end()).toBe(0);
  expect(await look(copies)).toBe(1);
  expect(await half.ended).toMatch(/administrator command/);
  const [{ count }] = await db.query<{ count: number }>('select count(*)::int as count from survey');
  expect(count).toBe(0);
  await db.query(`select pg_advisory_xact_lock(hashtextextended('half', 0))`);
  await half.close();
});

it('goes on while it takes in something, however slowly, and whoever else copies is left alone', async () => {
  const slow = await copyHalf(database.url);
  const copies = new SilentCopies(db, PATIENCE);
  for (let turn = 0; turn < 30; turn++) {
    slow.write(' ');
    await delay(PATIENCE / 10);
    expect(await copies.end()).toBe(0);
  }
  await slow.close();
  const foreign = await copyHalf(database.url, { application: 'psql' });
  expect(await look(copies)).toBe(0);
  await foreign.close();
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { cancellable, lasting } from '../../src/storage/cancellable.js';
import type { Database } from '../../src/storage/database.js';
import { openTestDatabase } from '../testArchive.js';

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase();
});
afterAll(() => db.close());

test('a statement ends with the signal, at once and with its reason, and a server does not run on', async () => {
  const gone = new AbortController();
  const reason = new Error('the client is gone');
  // The embedded database cannot be stopped: it sleeps on.
  const seconds = db.kind === 'server' ? 600 : 2;
  const sleeping = cancellable(db, gone.signal).query(`select pg_sleep(${seconds}), 'to be cancelled'`);
  setTimeout(() => gone.abort(reason), 200);
  await expect(sleeping).rejects.toBe(reason);
  if (db.kind === 'server') {
    const running = await db.query(
      "select pid from pg_stat_activity where state = 'active' and query like '%to be cancelled%' and pid <> pg_backend_pid()",
    );
    expect(running).toEqual([]);
  }
  // The pool is as good as before.
  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => db.query('select $1::int as i', [i])));
  expect(answers.map(([{ i }]) => i)).toEqual(Array.from({ length: 20 }, (_, i) => i));
}, 30_000);

test('a statement whose signal has come before is not begun', async () => {
  const gone = AbortSignal.abort(new Error('gone before'));
  await expect(cancellable(db, gone).query('create table never (id int)')).rejects.toThrow('gone before');
  expect(await db.query("select to_regclass('never') as made")).toEqual([{ made: null }]);
});

test('what outlives a request is asked of the database itself', () => {
  expect(lasting(cancellable(db, AbortSignal.abort()))).toBe(db);
  expect(lasting(db)).toBe(db);
});

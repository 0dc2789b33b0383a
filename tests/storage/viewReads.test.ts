import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { publish, type Release } from '../../src/storage/dataRelease.js';
import { readView } from '../../src/storage/view.js';
import { ViewReads } from '../../src/storage/viewReads.js';
import { countStatements, openTestDatabase } from '../testArchive.js';
import { addStars } from './archiveContent.js';

let db: Database;
let draft: Release;
beforeAll(async () => {
  db = await openTestDatabase();
  await publish(db, (await addStars(db, 'shown', ['a'])).id);
  draft = await addStars(db, 'draft', ['b']);
});
afterAll(() => db.close());

test('a hundred requests at once cost two statements, and one by itself costs one', async () => {
  const counted = countStatements(db);
  const views = new ViewReads(counted);
  const all = await Promise.all(Array.from({ length: 100 }, () => views.read([])));
  expect(counted.statements).toHaveLength(2);
  for (const view of all) expect(view).toEqual(await readView(db));
  expect(await views.read([])).toEqual(await readView(db));
  expect(counted.statements).toHaveLength(3);
});

test('who names a draft shares no view with others', async () => {
  const views = new ViewReads(db);
  const [named, others] = await Promise.all([views.read([draft.id]), views.read([])]);
  expect(named.releases.map(({ name }) => name)).toEqual(['draft', 'shown']);
  expect(others.releases.map(({ name }) => name)).toEqual(['shown']);
});

test('what was committed before a request came is in its view, though another is being read', async () => {
  const release = Promise.withResolvers<void>();
  const begun = Promise.withResolvers<void>();
  let first = true;
  const slow: Database = {
    ...db,
    kind: db.kind,
    inTransaction: false,
    query: async (sql, parameters) => {
      const rows = await db.query(sql, parameters);
      if (first) {
        first = false;
        begun.resolve();
        await release.promise;
      }
      return rows as never;
    },
  };
  const views = new ViewReads(slow);
  const before = views.read([]);
  await begun.promise;
  await publish(db, draft.id);
  const after = [views.read([]), views.read([])];
  release.resolve();
  expect((await before).releases).toHaveLength(1);
  for (const view of await Promise.all(after)) expect(view.releases).toHaveLength(2);
});

test('a read that fails takes with it who waited for it, and nobody after', async () => {
  let failing = true;
  const faulty: Database = {
    ...db,
    kind: db.kind,
    inTransaction: false,
    query: (sql, parameters) => (failing ? Promise.reject(new Error('no connection')) : db.query(sql, parameters)),
  };
  const views = new ViewReads(faulty);
  const both = [views.read([]), views.read([])];
  expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  failing = false;
  expect(await views.read([])).toEqual(await readView(db));
});

import request from 'supertest';
import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/config.js';
import type { Database } from '../../src/storage/database.js';
import { openTestDatabase } from '../testArchive.js';
import { serveDatabase } from './served.js';

/** A database whose statements wait for the end of their signal, and tell of it. What has none, because others share it, is answered. */
function waiting(db: Database, begun: () => void, ended: (reason: unknown) => void): Database {
  return {
    ...db,
    kind: db.kind,
    inTransaction: false,
    query: (sql, parameters, { signal } = {}) => {
      if (!signal) return db.query(sql, parameters);
      begun();
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          ended(signal.reason);
          reject(signal.reason);
        }),
      );
    },
  };
}

const asQuery = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: '{"query":"{ stars { totalCount } }"}',
};

test.each<[string, RequestInit]>([
  ['/graphql', asQuery],
  ['/scs?RA=0&DEC=0&SR=180', {}],
  ['/ssap?REQUEST=queryData', {}],
  ['/spectra/S00.fits', {}],
])('what a client asked of %s is given up when it goes, and is no defect', async (path, init) => {
  const db = await openTestDatabase();
  const asked = Promise.withResolvers<void>();
  const ended = Promise.withResolvers<unknown>();
  const api = await serveDatabase(waiting(db, asked.resolve, ended.resolve));
  const client = new AbortController();
  const answer = fetch(`${api.url}${path}`, { ...init, signal: client.signal });
  await asked.promise;
  client.abort();
  await expect(answer).rejects.toThrow();
  expect(await ended.promise).toMatchObject({ code: 'CANCELLED' });
  await expect
    .poll(async () => (await request(api.url).get('/metrics')).text, { timeout: 30_000 })
    .toContain('starkin_requests_cancelled_total{why="gone"} 1');
  expect(api.logged).toEqual([]);
  await api.close();
  await db.close();
});

test('a query that takes too long is given up, and says so', async () => {
  const db = await openTestDatabase();
  const settings = defaultSettings();
  const api = await serveDatabase(
    waiting(
      db,
      () => {},
      () => {},
    ),
    { settings: { ...settings, api: { ...settings.api, requestTimeout: 0.2 } } },
  );
  const { errors } = await api.post('{ stars { totalCount } }');
  expect(errors).toMatchObject([
    {
      message: expect.stringContaining('.2 s'),
      path: ['stars'],
      extensions: { code: 'BUSY', remedy: 'ask for less' },
    },
  ]);
  await api.close();
  await db.close();
});

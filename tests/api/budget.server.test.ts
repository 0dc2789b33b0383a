import { expect, test } from 'vitest';
import { defaultSettings } from '../../src/config.js';
import { openTestDatabase } from '../testArchive.js';
import { serveDatabase } from './served.js';

test('replicas on one database tell each other what a client has spent', async () => {
  const db = await openTestDatabase();
  const { api, ...settings } = defaultSettings();
  const options = { settings: { ...settings, api: { ...api, budget: { address: 100, token: null } } } };
  const replicas = [await serveDatabase(db, options), await serveDatabase(db, options)];
  const [first, second] = replicas;
  for (let i = 0; i < 60; i++) await first.ask('{ __typename }');
  const left = async () => (await second.post('{ __typename }')).cost?.left ?? 0;
  await left();
  await expect.poll(left, { timeout: 10_000, interval: 500 }).toBeLessThan(40);
  await Promise.all(replicas.map((replica) => replica.close()));
  await db.close();
});

import { getNamedType } from 'graphql';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeSchema } from '../../src/api/schema.js';
import { createToken, findToken } from '../../src/storage/apiToken.js';
import { openReads } from '../../src/storage/archive.js';
import type { Database } from '../../src/storage/database.js';
import { ensurePartition } from '../../src/storage/latent.js';
import { API_ROLE, grantRoles, TAP_ROLE } from '../../src/storage/roles.js';
import { openServer } from '../../src/storage/server.js';
import { cloneDatabase, testServer } from '../testArchive.js';
import type { TestServer } from '../testServer.js';
import { everyField } from './everyField.js';
import { serveDatabase, unlimited } from './served.js';
import { fillSmallArchive, type SmallArchive } from './smallArchive.js';

/** The archive as its owner has it, and as a login has it that is a member of the API's role alone. */
let owner: Database;
let reader: Database;
let archive: SmallArchive;
let url: string;
const closing: (() => Promise<void>)[] = [];
const login = `portal_${process.pid}`;

beforeAll(async () => {
  const clone = await cloneDatabase(testServer as TestServer);
  url = clone.url;
  owner = await openServer(url);
  archive = await fillSmallArchive(owner);
  await grantRoles(owner);
  await grantRoles(owner);
  await owner.query(`create role ${login} login in role ${API_ROLE}`);
  const reads = await openReads(
    { databaseUrl: url, databaseReadUrl: url.replace('//postgres@', `//${login}@`) },
    owner,
    0.5,
  );
  reader = reads.db;
  closing.push(reads.close, () => owner.close(), clone.drop);
});
afterAll(async () => {
  for (const close of closing) await close();
  // A role belongs to the server, not to the database that is gone.
  const admin = await openServer(`${(testServer as TestServer).url}postgres`, { connections: 1 });
  await admin.query(`drop role ${login}`);
  await admin.close();
});

test('the role of TAP reads the views of what is published, and nothing else', async () => {
  const name = `tap_${process.pid}`;
  await owner.query(`create role ${name} login in role ${TAP_ROLE}`);
  const tap = await openServer(url.replace('//postgres@', `//${name}@`), { connections: 1 });
  try {
    const stars = await tap.query<{ release: string }>('select distinct release from published_star order by release');
    expect(stars.map(({ release }) => release)).toEqual(['dr1', 'dr2', 'toy-1']);
    for (const table of ['star', 'spectrum', 'latent', 'data_release', 'api_token'])
      await expect(tap.query(`select * from ${table}`)).rejects.toMatchObject({ code: '42501' });
    await expect(tap.query('delete from star')).rejects.toMatchObject({ code: '42501' });
    // An expression that fails on a hidden row would tell of it: D0 is of a draft.
    expect(
      await tap.query(
        `select star_id from published_star where 1 / (case when star_id = 'apogee:D0' then 0 else 1 end) = 2`,
      ),
    ).toEqual([]);
  } finally {
    await tap.close();
    await owner.query(`drop role ${name}`);
  }
});

describe('the role of the API', () => {
  test('serves every field, to a token too, whose use is noted', async () => {
    const schema = makeSchema();
    const { token } = await createToken(owner, { name: 'reader', scopes: ['read:dr3', 'operate'], expiresAt: null });
    const api = await serveDatabase(reader, { settings: unlimited() });
    const roots = Object.values(schema.getQueryType()?.getFields() ?? {})
      .filter(({ args }) =>
        args.every(({ type, defaultValue }) => !`${type}`.endsWith('!') || defaultValue !== undefined),
      )
      .map(({ name, type }) => `{ ${name} ${everyField(schema, getNamedType(type), ['Query'])} }`);
    const star = everyField(schema, schema.getType('Star') as never);
    for (const query of [...roots, `{ star(id: "D0") ${star} S06: star(id: "S06") ${star} }`])
      for (const { extensions } of (await api.post(query, {}, token)).errors) expect(extensions.code).toBe('NOT_READY');
    expect(await api.ask('{ star(id: "D0") { release } }', {}, token)).toEqual({ star: { release: 'dr3' } });
    expect(api.logged).toEqual([]);
    await api.close();
    await expect.poll(async () => (await findToken(owner, token))?.usedAt).toBeInstanceOf(Date);
  });

  test('reads the latents of a model that was made after the grants', async () => {
    await ensurePartition(owner, archive.unseen.id);
    expect(await reader.query(`select * from "latent_${archive.unseen.id}"`)).toEqual([]);
  });

  test('writes nothing, and makes nothing', async () => {
    const tables = await owner.query<{ name: string }>(
      `select quote_ident(relname) as name from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace`,
    );
    expect(tables.length).toBeGreaterThan(15);
    const refused = (sql: string) => expect(reader.query(sql), sql).rejects.toMatchObject({ code: '42501' });
    for (const { name } of tables) {
      await refused(`insert into ${name} default values`);
      await refused(`delete from ${name}`);
      await refused(`truncate ${name}`);
      await refused(`drop table ${name}`);
      await refused(`alter table ${name} add column more int`);
    }
    await refused(`update api_token set used_at = now()`);
    await refused(`update data_release set state = 'published'`);
    await refused('create table more (n int)');
    await refused('create temporary table more (n int)');
    await refused('create schema more');
    await refused(`create role more`);
    await refused(`copy star to program 'true'`);
  });

  test('is stopped when a statement takes too long, as nobody else is', async () => {
    await expect(reader.query('select pg_sleep(20)')).rejects.toMatchObject({
      code: 'BUSY',
      message: expect.stringContaining('took too long'),
    });
    expect(await owner.query('select 1 as one from pg_sleep(0.6)')).toEqual([{ one: 1 }]);
  });
});

test('a database to read from that does not answer, or is not migrated, is named by its variable', async () => {
  const environment = { databaseUrl: url, databaseReadUrl: 'postgresql://nobody@127.0.0.1:1/none' };
  await expect(openReads(environment, owner, 30)).rejects.toMatchObject({
    code: 'NOT_READY',
    remedy: expect.stringContaining('DATABASE_READ_URL'),
  });
  const bare = await cloneDatabase(testServer as TestServer, 'template0');
  await expect(openReads({ databaseUrl: url, databaseReadUrl: bare.url }, owner, 30)).rejects.toMatchObject({
    code: 'NOT_READY',
    message: expect.stringContaining('0001_catalogue.sql'),
  });
  await bare.drop();
});

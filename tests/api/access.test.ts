import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../src/domain/accessToken.js';
import { createToken, findToken, revokeToken } from '../../src/storage/apiToken.js';
import { ensureRelease, publish, setProprietary, withdraw } from '../../src/storage/dataRelease.js';
import { storeModel } from '../../src/storage/model.js';
import { endRun, noteProgress, startRun } from '../../src/storage/run.js';
import { beginDiscarding, endDiscarding } from '../../src/storage/stagedRows.js';
import { openTestDatabase } from '../testArchive.js';
import { serveDatabase, serveSmallArchive } from './served.js';
import { fillSmallArchive } from './smallArchive.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
let made = 0;
beforeAll(async () => {
  api = await serveSmallArchive({ environment: { STARKIN_CORS_ORIGINS: 'https://portal.example' } });
});
afterAll(() => api.close());

async function token(scopes: Scope[], expiresAt: Date | null = null): Promise<string> {
  return (await createToken(api.db, { name: `t${++made}`, scopes, expiresAt })).token;
}
const post = (url = api.url) => request(url).post('/graphql').send({ query: '{ releases { name } }' });
const names = async (given?: string) =>
  (await api.ask<{ releases: { name: string }[] }>('{ releases { name } }', {}, given)).releases.map(
    ({ name }) => name,
  );

describe('a token', () => {
  test('shows the draft that it names, as its publication would; another shows nothing of it', async () => {
    const reader = await token(['read:dr3']);
    const query = `{ D0: star(id: "D0") { release latent { release } } S12: star(id: "S12") { release snr } S40: star(id: "S40") { name }
      releases { name state proprietary revision publishedAt } models { name trainedOn } status { stars } }`;
    const answer = await api.ask<{ releases: object[]; models: object[]; status: { stars: number } }>(
      query,
      {},
      reader,
    );
    expect(answer).toMatchObject({
      D0: { release: 'dr3', latent: { release: 'dr3' } },
      S12: { release: 'dr3', snr: 51 },
      S40: null,
      status: { stars: api.archive.visible.size + 4 },
    });
    expect(answer.releases[0]).toEqual({
      name: 'dr3',
      state: 'DRAFT',
      proprietary: false,
      revision: 1,
      publishedAt: null,
    });
    expect(answer.models).toContainEqual({ name: api.archive.unseen.id, trainedOn: 'dr3' });
    const plain = await api.ask(query);
    for (const scopes of [[], ['operate'], ['read:dr1'], ['read:none']] as Scope[][])
      expect(await api.ask(query, {}, await token(scopes))).toEqual(plain);
  });

  test('shows the proprietary release that it names, though it is published', async () => {
    const [{ id }] = await api.db.query<{ id: number }>(`select id from data_release where name = 'dr2'`);
    await setProprietary(api.db, id, true);
    expect(await names()).toEqual(['toy-1', 'dr1']);
    expect(await names(await token(['read:dr2']))).toEqual(['dr2', 'toy-1', 'dr1']);
    const { errors } = await api.post('{ stars(filter: { release: "dr2" }) { totalCount } }');
    expect(errors[0].message).toBe('no published release "dr2"');
    await setProprietary(api.db, id, false);
    expect(await names()).toEqual(['dr2', 'toy-1', 'dr1']);
  });

  test('of scope operate sees every run; of others, what is about releases that they name', async () => {
    for (const release of ['dr1', 'dr3']) {
      const run = await startRun(api.db, { kind: 'ingest', input: { release, paths: ['/secret/path.h5'] } });
      await noteProgress(api.db, run, { stage: 'ingest', done: 3, total: 9, unit: 'spectra', rate: 2 });
      await endRun(api.db, run, 'done', { stored: 1 });
    }
    const query = '{ runs { edges { node { number release input } } } }';
    const seen = async (given?: string) =>
      (
        await api.ask<{
          runs: { edges: { node: { number: number | null; release: string; input: object | null } }[] };
        }>(query, {}, given)
      ).runs.edges.map(({ node }) => [node.release, node.number !== null, node.input !== null]);
    expect(await seen()).toEqual([['dr1', false, false]]);
    expect(await seen(await token(['read:dr3']))).toEqual([
      ['dr3', false, false],
      ['dr1', false, false],
    ]);
    expect(await seen(await token(['operate']))).toEqual([
      ['dr3', true, true],
      ['dr1', true, true],
    ]);
  });

  test('of scope operate reads progress in numbers, which tell of staged spectra; others read it in per cent', async () => {
    const query = '{ runs(first: 1) { edges { node { release progress { stage done total unit rate } } } } }';
    const progress = async (given?: string) =>
      (await api.ask<{ runs: { edges: { node: object }[] } }>(query, {}, given)).runs.edges[0].node;
    const known = { stage: 'ingest', done: 33, total: 100, unit: '%', rate: null };
    expect(await progress()).toEqual({ release: 'dr1', progress: known });
    expect(await progress(await token(['operate']))).toMatchObject({
      progress: { stage: 'ingest', done: 3, total: 9, unit: 'spectra', rate: 2 },
    });
  });

  test('of a draft that was thrown away shows nothing of the next one of its name, and nobody the models and runs of the former', async () => {
    const query = '{ releases { name } models { name trainedOn history } runs { edges { node { release kind } } } }';
    const make = () => ensureRelease(api.db, 'brief', { simulated: false });
    const former = await make();
    const old = await token(['read:brief']);
    const { served } = api.archive;
    const description = { ...served, trainedOn: 'brief', trainedOnId: former.id };
    const model = await storeModel(api.db, description, Uint8Array.of(9));
    await startRun(api.db, { kind: 'ingest', input: { release: 'brief' } });
    type Answer = Record<'releases' | 'models' | 'runs', object>;
    const plain = await api.ask<Answer>(query);
    const shown = await api.ask(query, {}, old);
    expect(JSON.stringify(plain)).not.toContain('brief');
    expect(shown).toMatchObject({
      releases: expect.arrayContaining([{ name: 'brief' }]),
      models: expect.arrayContaining([{ name: model.id, trainedOn: 'brief', history: served.history }]),
      runs: { edges: expect.arrayContaining([{ node: { release: 'brief', kind: 'ingest' } }]) },
    });
    await api.db.transaction(async (tx) => {
      await beginDiscarding(tx, former.id);
      await endDiscarding(tx, former.id);
    });
    const next = await make();
    expect(await api.ask(query, {}, old)).toEqual(plain);
    expect(await names(await token(['read:brief']))).toContain('brief');
    await publish(api.db, next.id);
    const { releases, models, runs } = await api.ask<Answer>(query);
    expect(releases).toContainEqual({ name: 'brief' });
    expect({ models, runs }).toEqual({ models: plain.models, runs: plain.runs });
    await api.db.query('update model set served_at = now() where id = $1', [model.id]);
    expect((await api.ask<Answer>(query)).models).toContainEqual({ name: model.id, trainedOn: null, history: [] });
    await api.db.query('update model set served_at = null where id = $1', [model.id]);
    await withdraw(api.db, next.id);
  });

  test('is noted as used', async () => {
    const used = await token([]);
    expect((await findToken(api.db, used))?.usedAt).toBeNull();
    await names(used);
    await expect.poll(async () => (await findToken(api.db, used))?.usedAt).toBeInstanceOf(Date);
  });

  test('makes an answer that no cache may keep, and every answer says that it depends on it', async () => {
    const plain = await post();
    const seen = await post().set('Authorization', `Bearer ${await token(['read:dr3'])}`);
    expect(seen.headers['cache-control']).toBe('private, no-store');
    for (const { headers } of [plain, seen]) expect(headers.vary).toContain('Authorization');
    const page = await request(api.url)
      .get('/explorer-assets/nothing.js')
      .set('Authorization', `Bearer ${await token([])}`);
    expect(page.headers['cache-control']).toBe('private, no-store');
  });
});

describe('a token that cannot be used', () => {
  const day = /\d{4}-\d\d-\d\d/.source;

  test('is refused with 401 and the reason, never taken for none', async () => {
    const revoked = await token([]);
    await revokeToken(api.db, `t${made}`);
    const expired = await token([], new Date(Date.now() - 1000));
    const cases: [string, RegExp][] = [
      [`Bearer ${revoked}`, new RegExp(`^the token "t\\d+" was revoked on ${day}$`)],
      [`Bearer ${expired}`, new RegExp(`^the token "t\\d+" expired on ${day}$`)],
      [`Bearer starkin_${'A'.repeat(43)}`, /^this token is not known to the archive$/],
      ['Bearer secret', /^this token is not known to the archive$/],
      ['Basic YTpi', /^the header Authorization is not of the form "Bearer TOKEN"$/],
      ['Bearer', /^the header Authorization is not of the form "Bearer TOKEN"$/],
    ];
    for (const [header, message] of cases) {
      const { status, headers, body } = await post().set('Authorization', header);
      expect([header, status]).toEqual([header, 401]);
      expect(headers).toMatchObject({
        'www-authenticate': 'Bearer realm="starkin"',
        'cache-control': expect.stringContaining('no-store'),
      });
      expect(body.errors).toEqual([
        {
          message: expect.stringMatching(message),
          extensions: { code: 'UNAUTHENTICATED', remedy: expect.stringContaining('npx starkin token') },
        },
      ]);
      expect(body.data).toBeUndefined();
    }
  });

  test('is refused in a URL, even a good one in the header beside it, with what to do', async () => {
    const good = await token(['read:dr3']);
    for (const url of [`/graphql?token=${good}`, `/graphql?access_token=x`, `/graphql?q=${good}`, `/a/${good}/b`]) {
      const { status, body } = await request(api.url).post(url).set('Authorization', `Bearer ${good}`).send({});
      expect([url, status]).toEqual([url, 400]);
      expect(body.errors[0].message).toMatch(
        /expected an access token in the header Authorization: Bearer …, found "one in the URL"/,
      );
      expect(body.errors[0].extensions.remedy).toContain('npx starkin token revoke NAME');
      expect(JSON.stringify(body)).not.toContain(good);
    }
  });
});

test('a page of a known origin may send a token, and reads why it is refused', async () => {
  const origin = { Origin: 'https://portal.example' };
  const preflight = await request(api.url).options('/graphql').set(origin).expect(204);
  expect(preflight.headers['access-control-allow-headers']).toContain('authorization');
  const refused = await post().set(origin).set('Authorization', 'Bearer x').expect(401);
  expect(refused.headers['access-control-allow-origin']).toBe('https://portal.example');
});

test('where tokens are required, nobody is answered without one but the health checks, preflights and the empty page', async () => {
  const closed = await serveDatabase(api.db, {
    environment: { STARKIN_TOKENS_REQUIRED: '1', STARKIN_CORS_ORIGINS: 'https://portal.example' },
  });
  for (const path of [
    '/graphql',
    '/spectra/S00.csv',
    '/metrics',
    '/explorer-assets',
    '/Explorer-Assets/index.html',
    '/nothing',
  ]) {
    const { status, body } = await request(closed.url).get(path).set('Accept', 'text/html');
    expect([path, status]).toEqual([path, 401]);
    expect(body.errors[0].message).toBe('this archive answers only to an access token');
  }
  await post(closed.url).expect(401);
  await request(closed.url).post('/').expect(401);
  // No star is in it: what it asks needs the token, which a browser cannot send with the first request.
  await request(closed.url).get('/').expect(200);
  await request(closed.url).get('/explorer-assets/index.html').expect(200);
  await request(closed.url).get('/').set('Authorization', 'Bearer x').expect(401);
  await request(closed.url).get('/healthz').expect(200);
  await request(closed.url).get('/readyz').expect(200);
  await request(closed.url).options('/graphql').set('Origin', 'https://portal.example').expect(204);
  expect(await closed.ask('{ status { ready } }', {}, await token([]))).toEqual({ status: { ready: true } });
  await closed.close();
});

test('no token is ever logged, not even where an error quotes it', async () => {
  const db = await openTestDatabase();
  await fillSmallArchive(db);
  const { token: secret } = await createToken(db, { name: 'secret', scopes: [], expiresAt: null });
  const broken = { ...db, kind: db.kind, query: db.query.bind(db) } as typeof db;
  broken.query = async (sql, parameters) => {
    if (sql.includes('unnest')) throw new Error(`syntax error near ${JSON.stringify(parameters)}`);
    return db.query(sql, parameters);
  };
  const server = await serveDatabase(broken);
  const { errors } = await server.post('query ($id: ID!) { star(id: $id) { name } }', { id: secret }, secret);
  expect(errors[0].extensions.code).toBe('INTERNAL');
  expect(server.logged).toHaveLength(1);
  const log = JSON.stringify(server.logged);
  expect(log).toContain('syntax error near');
  expect(log).toContain('starkin_…');
  expect(log).not.toContain(secret);
  await server.close();
  await db.close();
});

test('an archive of proprietary releases alone is ready to serve, and says to nobody else that it holds any', async () => {
  const db = await openTestDatabase();
  await fillSmallArchive(db);
  await db.query('update data_release set proprietary = true');
  const server = await serveDatabase(db);
  await request(server.url).get('/readyz').expect(200);
  expect(await server.ask('{ status { ready reason stars } releases { name } }')).toEqual({
    status: { ready: false, reason: 'no release is published', stars: 0 },
    releases: [],
  });
  await server.close();
  await db.close();
});

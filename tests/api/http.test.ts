import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase } from '../testArchive.js';
import { serveDatabase, serveSmallArchive } from './served.js';

const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
let api: Awaited<ReturnType<typeof serveSmallArchive>>;
let pages: string;
let busy: string | null = null;
beforeAll(async () => {
  pages = mkdtempSync(join(tmpdir(), 'pages-'));
  writeFileSync(join(pages, 'graphiql.html'), '<!doctype html><title>the built page</title>');
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>the explorer</title>');
  api = await serveSmallArchive({
    pages,
    ready: () => busy,
    environment: { STARKIN_CORS_ORIGINS: 'https://portal.example, https://other.example' },
  });
});
afterAll(async () => {
  await api.close();
  rmSync(pages, { recursive: true });
});

test('GET /graphql serves the page to a browser and GraphQL to everyone else', async () => {
  const page = await request(api.url).get('/graphql').set('Accept', browser).expect(200);
  expect(page.headers['content-type']).toContain('text/html');
  expect(page.text).toContain('the built page');
  expect(page.headers.vary).toContain('Accept');
  const json = await request(api.url)
    .get('/graphql')
    .query({ query: '{ star(id: "S06") { name } }' })
    .set('apollo-require-preflight', '1')
    .expect(200);
  expect(json.body.data).toEqual({ star: { name: 'S06' } });
});

test('where the page is not built, a plain one says how to build it', async () => {
  const db = await openTestDatabase();
  const bare = await serveDatabase(db, { pages: join(pages, 'nothing') });
  const answer = await request(bare.url).get('/graphql').set('Accept', browser).expect(503);
  expect(answer.text).toContain('npm run setup');
  await bare.close();
  await db.close();
});

test('/ is the explorer, unknown paths are a clear 404, and pages outside the folder cannot be had', async () => {
  const { text, headers } = await request(api.url).get('/').set('Accept', browser).expect(200);
  expect(text).toContain('the explorer');
  expect(headers['cache-control']).toBe('no-cache');
  const { body } = await request(api.url).get('/nothing').expect(404);
  expect(body.errors[0].extensions.code).toBe('NOT_FOUND');
  await request(api.url).get('/explorer-assets/graphiql.html').expect(200);
  await request(api.url)
    .get('/explorer-assets/..%2f..%2fetc/passwd')
    .expect((response) => {
      expect([400, 403, 404]).toContain(response.status);
    });
});

test('every answer carries the security headers and none names the framework', async () => {
  for (const path of ['/graphql', '/healthz', '/nothing']) {
    const { headers } = await request(api.url).get(path).set('Accept', browser);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['content-security-policy']).toContain("default-src 'self'");
    expect(headers['content-security-policy']).not.toMatch(/https?:|\*|unsafe-eval/);
    expect(headers['x-powered-by']).toBeUndefined();
  }
});

test('/healthz answers always; /readyz tells what is missing', async () => {
  await request(api.url).get('/readyz').expect(200, { status: 'ready' });
  busy = 'building the demonstration';
  await request(api.url).get('/healthz').expect(200);
  await request(api.url).get('/readyz').expect(503, { status: 'not ready', reason: busy });
  expect(await api.ask('{ status { ready reason } }')).toEqual({ status: { ready: false, reason: busy } });
  busy = null;
});

test('an empty archive is not ready, lists nothing, and says what to do where a model is needed', async () => {
  const db = await openTestDatabase();
  const empty = await serveDatabase(db);
  await request(empty.url).get('/readyz').expect(503, { status: 'not ready', reason: 'no release is published' });
  expect(
    await empty.ask(
      '{ releases { name } models { name } stars { totalCount edges { cursor } } status { stars model { name } } }',
    ),
  ).toEqual({
    releases: [],
    models: [],
    stars: { totalCount: 0, edges: [] },
    status: { stars: 0, model: null },
  });
  await empty.close();
  await db.close();
});

test('only named origins may call from a page, and never with credentials', async () => {
  const preflight = (origin: string) => request(api.url).options('/graphql').set('Origin', origin);
  const known = await preflight('https://portal.example').expect(204);
  expect(known.headers['access-control-allow-origin']).toBe('https://portal.example');
  expect(known.headers['access-control-allow-headers']).toContain('content-type');
  for (const response of [known, await preflight('https://evil.example'), await preflight('null')])
    expect(response.headers['access-control-allow-credentials']).toBeUndefined();
  expect((await preflight('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  const answer = await request(api.url)
    .post('/graphql')
    .set('Origin', 'https://portal.example')
    .send({ query: '{ __typename }' });
  expect(answer.headers['access-control-allow-origin']).toBe('https://portal.example');
  expect(answer.headers.vary).toContain('Origin');
});

test('requests that a foreign page could send without a preflight are refused', async () => {
  const simple = await request(api.url)
    .post('/graphql')
    .set('Content-Type', 'text/plain')
    .send('{"query":"{ __typename }"}');
  expect(simple.status).toBe(400);
  await request(api.url).get('/graphql').query({ query: '{ __typename }' }).expect(400);
});

test('bodies that are no request are the client’s fault', async () => {
  const post = (body: string) => request(api.url).post('/graphql').set('Content-Type', 'application/json').send(body);
  const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  const codes: [string, number][] = [
    ['{"query":', 400],
    ['null', 400],
    ['[]', 400],
    ['[{"query":"{ __typename }"}]', 400],
    ['{}', 400],
    ['{"query":"{ star"}', 400],
    ['{"query":"{ nothing }"}', 400],
    ['{"query":"query ($id: ID! = \\"S06\\") { star(id: $id) { name } }","variables":{"id":null}}', 400],
    [JSON.stringify({ query: ' '.repeat(2_000_000) }), 413],
    [JSON.stringify({ query: '{ __typename }', extensions: { persistedQuery: 5 } }), 400],
    [JSON.stringify({ query: '{ __typename }', extensions: persisted('0'.repeat(64)) }), 400],
  ];
  for (const [body, status] of codes) {
    const answer = await post(body);
    expect([body.slice(0, 40), answer.status]).toEqual([body.slice(0, 40), status]);
    expect(answer.body.errors[0].extensions.code).not.toBe('INTERNAL');
    expect(JSON.stringify(answer.body)).not.toContain('node_modules');
  }
  expect(api.logged).toEqual([]);
});

test('a port that is taken is named, with the remedy', async () => {
  const taken = serveDatabase(api.db, { environment: { PORT: new URL(api.url).port } });
  await expect(taken).rejects.toMatchObject({ code: 'BUSY', remedy: expect.stringContaining('PORT') });
});

test('closing lets a running request finish, and takes no more', async () => {
  const db = await openTestDatabase();
  let release = () => {};
  const gate = new Promise<void>((done) => {
    release = done;
  });
  let asked = () => {};
  const running = new Promise<void>((done) => {
    asked = done;
  });
  const slow = {
    ...db,
    kind: db.kind,
    query: async <Row extends object>(sql: string, parameters?: readonly unknown[]) => {
      asked();
      await gate;
      return db.query<Row>(sql, parameters);
    },
  };
  const server = await serveDatabase(slow);
  const answer = server.ask<object>('{ releases { name } }');
  await running;
  const closed = server.close();
  await expect(request(server.url).get('/healthz')).rejects.toThrow();
  release();
  expect(await answer).toEqual({ releases: [] });
  await closed;
  await db.close();
});

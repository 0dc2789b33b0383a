import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getIntrospectionQuery } from 'graphql';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerText } from '../../src/api/limits/answerText.js';
import { defaultSettings, type Settings } from '../../src/config.js';
import { createToken } from '../../src/storage/apiToken.js';
import type { Database } from '../../src/storage/database.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';
import { fillSmallArchive } from './smallArchive.js';

let db: Database;
beforeAll(async () => {
  db = await openTestDatabase();
  await fillSmallArchive(db);
});
afterAll(() => db.close());

/** The archive under other settings of the API. */
async function serveWith(change: Partial<Settings['api']>): Promise<Served> {
  const settings = defaultSettings();
  return serveDatabase(db, { settings: { ...settings, api: { ...settings.api, ...change } } });
}

describe('the size of a query', () => {
  let api: Served;
  beforeAll(async () => {
    api = await serveWith({});
  });
  afterAll(() => api.close());

  const within = (levels: number) => `${'{ twins { edges { node '.repeat(levels)}{ name }${' } } }'.repeat(levels)}`;
  const spreads = Array.from({ length: 30 }, (_, i) => `fragment f${i} on Star { ...f${i + 1} ...f${i + 1} }`).join(
    ' ',
  );
  test.each([
    ['depth', `{ star(id: "S06") ${within(8)} }`, /depth of the query: expected at most 20, found 26/],
    [
      'aliases',
      `{ ${Array.from({ length: 201 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      /aliases of the query: .* 200, found 201/,
    ],
    [
      'aliases in fragments',
      `{ ...a ...b } fragment a on Query { ${'...b '.repeat(20)} } fragment b on Query { ${Array.from({ length: 15 }, (_, i) => `a${i}: __typename`).join(' ')} }`,
      /found 315/,
    ],
    ['fields that are the same', `{ ${'status { ready } '.repeat(1200)} }`, /the same fields too many times/],
    ['tokens', `{ status { ${'ready '.repeat(5001)} } }`, /tokens/],
    [
      'cost',
      '{ stars(first: 1000) { edges { node { twins(first: 1000) { edges { node { name } } } } } } }',
      /cost of the query: expected at most 50000/,
    ],
    [
      'fragments that double',
      `{ star(id: "S06") { ...f0 } } ${spreads} fragment f30 on Star { name }`,
      /fields of the query/,
    ],
  ])('is limited by %s, with what was expected and found', async (_, query, message) => {
    const { status, errors } = await api.post(query);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['LIMIT_EXCEEDED']);
    expect(errors[0].message).toMatch(message);
    expect(status).toBe(400);
    expect(api.logged).toEqual([]);
  });

  test('lets the introspection of every client pass', async () => {
    const { errors } = await api.post(getIntrospectionQuery());
    expect(errors).toEqual([]);
  });

  test('is told in extensions.cost: what it could have cost, what it did, and what is left', async () => {
    const { cost } = await api.post('{ stars(first: 100) { edges { node { name parameters { teff } } } } }');
    expect(cost).toMatchObject({ limit: 50_000, resetsIn: expect.any(Number) });
    // 100 were asked for, 34 are there.
    expect(cost?.requested).toBe(1 + 1 + 100 * 2);
    expect(cost?.actual).toBe(1 + 1 + 34 * 2);
    const next = await api.post('{ __typename }');
    expect(next.cost).toMatchObject({ actual: 1, left: (cost?.left ?? 0) - 1 });
  });

  test('is bounded in what it may answer: an array of a spectrum costs as much as it holds', async () => {
    const arrays = (first: number) =>
      `{ stars(first: ${first}) { edges { node { spectrum { wavelength flux error } } } } }`;
    expect((await api.post(arrays(20))).cost?.requested).toBe(1 + 1 + 20 * (1 + 3 + 3 * 20));
    expect((await api.post(arrays(700))).errors).toEqual([]);
    expect((await api.post(arrays(1000))).errors[0].extensions.code).toBe('LIMIT_EXCEEDED');
  });

  test('ends where its answer would be longer than any text, which is no defect', async () => {
    const long = 'x'.repeat(1_000_000);
    const written = () => answerText({ data: { lines: Array(600).fill(long) } });
    expect(written).toThrow(/characters of the answer: expected at most \d+, found more/);
    const information = Array.from({ length: 150 }, (_, i) => `a${i}: information`).join(' ');
    const { errors } = await api.post(`{ stars(first: 1000) { edges { node { latent { ${information} } } } } }`);
    expect(errors[0].message).toContain('cost of the query');
  });

  test('is limited in bytes before it is parsed', async () => {
    const answer = await request(api.url)
      .post('/graphql')
      .send({ query: `{ star(id: "${'a'.repeat(5_000_000)}") { name } }` });
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([413, 'BAD_REQUEST']);
  });
});

describe('what a client may spend in a minute', () => {
  const query = '{ stars(first: 10) { edges { node { name } } } }';

  test('ends with 429, Retry-After and a closed code, and what was not used is given back', async () => {
    const api = await serveWith({ budget: { address: 300, token: null } });
    const statuses: number[] = [];
    let last: request.Response | undefined;
    for (let i = 0; i < 40 && last?.status !== 429; i++) {
      last = await request(api.url).post('/graphql').send({ query });
      statuses.push(last.status);
    }
    // A request of ten stars costs 12.
    expect(statuses).toEqual([...Array(25).fill(200), 429]);
    expect(Number(last?.headers['retry-after'])).toBeGreaterThan(0);
    expect(last?.body.errors[0].extensions).toMatchObject({
      code: 'RATE_LIMITED',
      remedy: expect.stringMatching(/ask again in \d+ s/),
    });
    await request(api.url).get('/healthz').expect(200);
    await api.close();
  });

  test('is told to whom it does not suffice', async () => {
    const api = await serveWith({ budget: { address: 100, token: null } });
    await api.ask(query);
    const { status, cost } = await api.post('{ stars(first: 90) { edges { node { name } } } }');
    // What a request and a list of ten stars cost, and this request.
    expect([status, cost?.left]).toEqual([429, 100 - 12 - 1]);
    expect(cost?.resetsIn).toBeGreaterThan(0);
    const tooLarge = await api.post(
      '{ stars(first: 1000) { edges { node { twins(first: 1000) { extrapolated } } } } }',
    );
    expect([tooLarge.status, tooLarge.cost?.left]).toEqual([400, 100 - 12 - 2]);
    await api.close();
  });

  test('is no reason to ask again for what no minute would do for', async () => {
    const api = await serveWith({ budget: { address: 50, token: null } });
    const { status, errors } = await api.post('{ stars(first: 60) { edges { node { name } } } }');
    expect([status, errors[0].extensions.code]).toEqual([400, 'LIMIT_EXCEEDED']);
    await request(api.url).get('/spectra/S06.fits').expect(200);
    await api.close();
  });

  test('is counted by address, of IPv6 by network, and by token', async () => {
    const api = await serveWith({ budget: { address: 30, token: 60 } });
    const proxied = await serveDatabase(db, {
      environment: { STARKIN_TRUST_PROXY: '1' },
      settings: { ...defaultSettings(), api: { ...defaultSettings().api, budget: { address: 30, token: 60 } } },
    });
    const from = (address: string) =>
      request(proxied.url).post('/graphql').set('X-Forwarded-For', address).send({ query });
    const answers = async (address: string) => [
      (await from(address)).status,
      (await from(address)).status,
      (await from(address)).status,
    ];
    expect(await answers('192.0.2.1')).toEqual([200, 200, 429]);
    expect(await answers('192.0.2.2')).toEqual([200, 200, 429]);
    expect(await answers('2001:db8::1')).toEqual([200, 200, 429]);
    expect((await from('2001:db8::2')).status).toBe(429);
    // What a client writes itself stands before what the proxy adds.
    expect((await from('198.51.100.7, 192.0.2.1')).status).toBe(429);
    const { token } = await createToken(db, { name: 'spender', scopes: [], expiresAt: null });
    const withToken = async () => (await api.post(query, {}, token)).status;
    expect([await withToken(), await withToken(), await withToken(), await withToken(), await withToken()]).toEqual([
      200, 200, 200, 200, 200,
    ]);
    expect(await withToken()).toBe(429);
    await Promise.all([api.close(), proxied.close()]);
  });

  test('is spent by tokens that are none, so that none is guessed', async () => {
    const api = await serveWith({ budget: { address: 200, token: null } });
    const guess = async () => (await api.post('{ __typename }', {}, `starkin_${'a'.repeat(43)}`)).status;
    expect([await guess(), await guess(), await guess(), await guess(), await guess()]).toEqual([
      401, 401, 401, 401, 429,
    ]);
    await api.close();
  });
});

test('introspection and suggestions can be switched off', async () => {
  const open = await serveWith({});
  const closed = await serveWith({ introspection: false, suggestions: false });
  const misspelt = '{ stars { edges { nod { name } } } }';
  expect((await open.post(misspelt)).errors[0].message).toContain('Did you mean');
  expect((await closed.post(misspelt)).errors[0].message).not.toContain('Did you mean');
  const byVariable =
    'query ($filter: StarFilter, $kind: ProjectionKind = PCA) { stars(filter: $filter) { missing } projection(kind: $kind) { model } }';
  for (const variables of [{ filter: { tef: {} } }, { kind: 'PCB' }]) {
    expect((await open.post(byVariable, variables)).errors[0].message).toContain('Did you mean');
    expect((await closed.post(byVariable, variables)).errors[0].message).not.toMatch(/Did you mean|teff|PCA/);
  }
  expect((await closed.post('{ __schema { types { name } } }')).errors[0].extensions.code).toBe(
    'GRAPHQL_VALIDATION_FAILED',
  );
  await Promise.all([open.close(), closed.close()]);
});

test('with a safelist only its operations are answered, by their text or their SHA-256, by POST or GET', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'safelist-'));
  const document = 'query Name($id: ID!) {\n  # whose name\n  star(id: $id) { name }\n}\n';
  writeFileSync(join(folder, 'name.graphql'), document);
  const hash = createHash('sha256').update(document).digest('hex');
  const api = await serveWith({ safelist: [folder] });
  const post = (body: object) =>
    request(api.url)
      .post('/graphql')
      .send({ variables: { id: 'S06' }, ...body });
  const persisted = (sha256Hash: string) => ({ persistedQuery: { version: 1, sha256Hash } });
  for (const answer of [
    await post({ query: document }),
    await post({ query: 'query Name($id: ID!) { star(id: $id) { name } }' }),
    await post({ extensions: persisted(hash) }),
    await request(api.url)
      .get('/graphql')
      .set('apollo-require-preflight', '1')
      .query({ variables: '{"id":"S06"}', extensions: JSON.stringify(persisted(hash)) }),
  ])
    expect(answer.body.data).toEqual({ star: { name: 'S06' } });
  for (const body of [
    { query: '{ __typename }' },
    { query: '{ __schema { types { name } } }' },
    { extensions: persisted('0'.repeat(64)) },
    {},
    { query: 7 },
  ]) {
    const answer = await post(body);
    expect([answer.status, answer.body.errors[0].extensions.code]).toEqual([403, 'NOT_SAFELISTED']);
  }
  // One that was sent before under its hash is not taken for known.
  expect(
    (
      await post({
        query: '{ __typename }',
        extensions: persisted(createHash('sha256').update('{ __typename }').digest('hex')),
      })
    ).status,
  ).toBe(403);
  await api.close();
  rmSync(folder, { recursive: true });
});

test('of a folder each operation is answered as clients send it: alone, with the fragments that it uses, wherever they stand', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'safelist-'));
  writeFileSync(
    join(folder, 'fragments.graphql'),
    'fragment Named on Star { name ...Placed } fragment Placed on Star { ra }',
  );
  writeFileSync(
    join(folder, 'operations.graphql'),
    'query One($id: ID!) { star(id: $id) { ...Named } } query Names { releases { ...OfRelease } } fragment OfRelease on Release { name }',
  );
  const api = await serveWith({ safelist: [folder] });
  const one =
    'query One($id: ID!) { star(id: $id) { ...Named } } fragment Placed on Star { ra } fragment Named on Star { ...Placed name }';
  expect(await api.ask(one, { id: 'S06' })).toMatchObject({ star: { name: 'S06' } });
  const names = 'query Names { releases { ...OfRelease } } fragment OfRelease on Release { name }';
  expect(await api.ask(names)).toMatchObject({ releases: expect.arrayContaining([{ name: 'dr1' }]) });
  expect((await api.post('query Names { releases { name } }')).status).toBe(403);
  await api.close();
  writeFileSync(join(folder, 'lacking.graphql'), 'query Lacking { releases { ...Nowhere } }');
  await expect(serveWith({ safelist: [folder] })).rejects.toMatchObject({
    code: 'BAD_CONFIG',
    message: expect.stringContaining('one fragment Nowhere'),
  });
  rmSync(folder, { recursive: true });
});

test('a safelist that is none is named when the server starts', async () => {
  await expect(serveWith({ safelist: ['/nowhere'] })).rejects.toMatchObject({
    code: 'BAD_CONFIG',
    message: expect.stringContaining('/nowhere'),
  });
});

import request from 'supertest';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { makeSchema } from '../../src/api/schema.js';
import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import type { Database } from '../../src/storage/database.js';
import { fc } from '../properties.js';
import { openTestDatabase } from '../testArchive.js';
import { fieldsWithArguments, literals } from './badArguments.js';
import { type GraphQLFault, type Served, serveDatabase, unlimited } from './served.js';
import { fillSyntheticArchive, type SyntheticArchive } from './syntheticArchive.js';

let db: Database;
let compute: Compute;
let api: Served;
let archive: SyntheticArchive;
beforeAll(async () => {
  db = await openTestDatabase();
  compute = startCompute({ backend: 'auto' });
  archive = await fillSyntheticArchive(db, compute);
  const settings = unlimited();
  api = await serveDatabase(db, {
    compute,
    settings,
  });
}, 120_000);
afterEach(() => {
  api.logged.length = 0;
});
afterAll(async () => {
  await api.close();
  await compute.close();
  await db.close();
});

/** All that a client may be told; INTERNAL is a defect. */
const family = new Set([
  'BAD_USER_INPUT',
  'BAD_REQUEST',
  'BAD_SPECTRUM',
  'BAD_FILE',
  'GRID_MISMATCH',
  'NOT_FOUND',
  'AMBIGUOUS_ID',
  'NOT_READY',
  'BUSY',
  'CONFLICT',
  'UNAUTHENTICATED',
  'LIMIT_EXCEEDED',
  'RATE_LIMITED',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
]);

/** The words of this project's inside: SQL, files, stacks. */
const inside =
  /node_modules|\.[jt]s:\d|\n\s+at |\bselect\b .*\bfrom\b|syntax error at or near|column "|relation "|violates/i;

function expectTold(errors: readonly GraphQLFault[], status: number, sent: string): void {
  expect(status, sent).toBeLessThan(500);
  for (const { message, extensions } of errors) {
    expect(family, `${sent}\n${message}`).toContain(extensions?.code);
    expect(message, sent).not.toMatch(inside);
  }
  expect(api.logged, sent).toEqual([]);
}

/** As many as the other tests leave time for; more: FC_RUNS=1000. */
const numRuns = Number(process.env.FC_RUNS ?? 12);

describe('whatever an argument is, the answer is data or an error of the closed family', () => {
  const fields = fieldsWithArguments(makeSchema(), 'P3a');

  test('every field with arguments is reached', () => {
    expect(fields.map(({ name }) => name)).toEqual(
      expect.arrayContaining([
        'Query.star',
        'Query.coneSearch',
        'Star.twins',
        'Star.recast',
        'Spectrum.flux',
        'Query.twinsOf',
      ]),
    );
  });

  test.each(fields.map((field) => [field.name, field] as const))('%s', async (_, { args, query }) => {
    const some = fc.record(Object.fromEntries(args.map(({ name, type }) => [name, literals(type)])), {
      requiredKeys: args
        .filter(({ type, defaultValue }) => `${type}`.endsWith('!') && defaultValue === undefined)
        .map(({ name }) => name),
    });
    await fc.assert(
      fc.asyncProperty(some, async (given) => {
        const sent = query(given as Record<string, string>);
        const { status, errors } = await api.post(sent);
        expectTold(errors, status, sent);
      }),
      { numRuns },
    );
  });
});

describe('a cursor that is not of this list, this filter or this model is refused', () => {
  const lists = {
    stars: (first: number, after: string) => `{ list: stars(first: ${first}, after: ${after}) { edges { cursor } } }`,
    coneSearch: (first: number, after: string) =>
      `{ list: coneSearch(ra: 1, dec: 1, radius: 180, first: ${first}, after: ${after}) { edges { cursor } } }`,
    twins: (first: number, after: string) =>
      `{ star(id: "P3a") { list: twins(first: ${first}, after: ${after}) { edges { cursor } } } }`,
    runs: (first: number, after: string) => `{ list: runs(first: ${first}, after: ${after}) { edges { cursor } } }`,
    groups: (first: number, after: string) => `{ list: groups(first: ${first}, after: ${after}) { edges { cursor } } }`,
  };
  const cursorOf = async (query: string) => /"cursor":"([^"]+)"/.exec(JSON.stringify(await api.ask(query)))?.[1];

  test.each(Object.entries(lists))('%s', async (name, list) => {
    const own = (await cursorOf(list(1, 'null'))) ?? Buffer.from('{"run":3}').toString('base64url');
    const content = JSON.parse(Buffer.from(own, 'base64url').toString()) as Record<string, unknown>;
    const tampered = fc
      .record({
        key: fc.constantFrom(...Object.keys(content), 'other'),
        value: fc.oneof(fc.jsonValue(), fc.double(), fc.string({ unit: 'binary' }), fc.constantFrom(2 ** 31, 2 ** 53)),
      })
      .map(({ key, value }) => Buffer.from(JSON.stringify({ ...content, [key]: value })).toString('base64url'));
    await fc.assert(
      fc.asyncProperty(tampered, async (after) => {
        const sent = list(3, JSON.stringify(after));
        const { status, errors } = await api.post(sent);
        expectTold(errors, status, `${sent} ${Buffer.from(after, 'base64url')}`);
      }),
      { numRuns: 4 * numRuns },
    );
    for (const [other, foreign] of Object.entries(lists)) {
      const after = other === name ? undefined : await cursorOf(foreign(1, 'null'));
      if (after === undefined) continue;
      const { errors } = await api.post(list(1, JSON.stringify(after)));
      expect(
        errors.map(({ extensions }) => extensions.code),
        `${name} with a cursor of ${other}`,
      ).toEqual(['BAD_USER_INPUT']);
    }
  });

  test('of another filter or order', async () => {
    const after = await cursorOf('{ stars(first: 1, filter: { teff: { min: 1 } }) { edges { cursor } } }');
    for (const other of [
      '',
      ', filter: { teff: { min: 2 } }',
      ', filter: { teff: { min: 1 } }, orderBy: { field: TEFF }',
    ]) {
      const { errors } = await api.post(`{ stars(first: 1, after: "${after}"${other}) { edges { cursor } } }`);
      expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    }
  });
});

describe('whatever a request is', () => {
  test.each([
    [
      'circular fragments',
      '{ star(id: "P3a") { ...a } } fragment a on Star { ...b } fragment b on Star { ...a }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    [
      'a fragment of itself',
      '{ star(id: "P3a") { ...a } } fragment a on Star { twins { edges { node { ...a } } } }',
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['two operations and no name', 'query a { __typename } query b { __typename }', 'OPERATION_RESOLUTION_FAILURE'],
    ['nothing but a comment', '# nothing', 'GRAPHQL_PARSE_FAILED'],
    ['a mutation', 'mutation { release }', 'BAD_USER_INPUT'],
    ['a subscription', 'subscription { releases { name } }', 'BAD_USER_INPUT'],
    ['deep fragments', `{ ${'... { '.repeat(1600)}__typename${' }'.repeat(1600)} }`, 'LIMIT_EXCEEDED'],
    ['a deep list', `{ nodes(ids: ${'['.repeat(2000)}${']'.repeat(2000)}) { id } }`, 'LIMIT_EXCEEDED'],
  ])('%s is refused', async (_, query, code) => {
    const { errors, status } = await api.post(query);
    expectTold(errors, status, query);
    expect(errors[0]?.extensions.code).toBe(code);
  });

  test('a query of thousands of aliases of one star is as quick as one of one, and its errors name their paths', async () => {
    const many = Array.from({ length: 150 }, (_, i) => `a${i}: star(id: "P3a") { name }`).join(' ');
    const { data, errors } = await api.post<Record<string, unknown>>(
      `{ ${many} none: stars(first: -1) { totalCount } }`,
    );
    expect(errors).toMatchObject([{ path: ['none'], extensions: { code: 'BAD_USER_INPUT' } }]);
    expect(data === null ? 150 : Object.values(data).filter(Boolean).length).toBe(150);
  });

  test('bodies, methods and types of anything', async () => {
    const body = fc.oneof(
      fc.json(),
      fc
        .record(
          {
            query: fc.jsonValue(),
            variables: fc.jsonValue(),
            operationName: fc.jsonValue(),
            extensions: fc.jsonValue(),
          },
          { requiredKeys: [] },
        )
        .map((value) => JSON.stringify(value)),
      fc
        .record({ query: fc.constant('query ($id: ID!) { star(id: $id) { name } }'), variables: fc.jsonValue() })
        .map((value) => JSON.stringify(value)),
      fc.string({ unit: 'binary' }),
    );
    const type = fc.constantFrom(
      'application/json',
      'application/graphql',
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/json; charset=utf-7',
      '',
    );
    await fc.assert(
      fc.asyncProperty(
        body,
        type,
        fc.constantFrom('post', 'put', 'get', 'delete'),
        async (content, contentType, method) => {
          const sent = request(api.url)
            [method as 'post']('/graphql')
            .set('Content-Type', contentType)
            .set('Accept', 'application/json');
          const { status, body: answer } = method === 'get' ? await sent : await sent.send(content);
          expectTold(answer.errors ?? [], status, `${method} ${contentType} ${content}`);
        },
      ),
      { numRuns: 6 * numRuns },
    );
  });

  test('paths and query strings of anything', async () => {
    const part = fc.oneof(
      fc.constantFrom(
        'spectra',
        'export',
        'scs',
        'graphql',
        'explorer-assets',
        '..',
        '%2e%2e',
        '%00',
        '%ff',
        'S06.fits',
        'P3a.csv',
        '1.bin',
        'availability',
      ),
      fc.string({ unit: 'binary', maxLength: 12 }).map((one) => encodeURIComponent(one.toWellFormed())),
    );
    const path = fc.array(part, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    const names = fc.constantFrom(
      'RA',
      'DEC',
      'SR',
      'VERB',
      'release',
      'format',
      'visit',
      'model',
      'q',
      'token[]',
      'query',
      'variables',
      'extensions',
    );
    const values = fc.constantFrom('1e999', 'NaN', '-1', '91', "'--", '%00', '[', '{', '', 'x'.repeat(3000));
    const query = fc
      .array(fc.tuple(names, values), { maxLength: 4 })
      .map((all) => all.map(([name, value]) => `${name}=${value}`).join('&'));
    await fc.assert(
      fc.asyncProperty(path, query, async (where, what) => {
        const { status } = await request(api.url)
          .get(`${where}?${what}`)
          .set('Accept', 'application/json')
          .redirects(0);
        // A page that has not been built says so by 503.
        expect(status === 503 || status < 500, `${where}?${what}: ${status}`).toBe(true);
        expect(api.logged, `${where}?${what}`).toEqual([]);
      }),
      { numRuns: 6 * numRuns },
    );
  });

  test('headers of anything', async () => {
    const value = fc.string({ maxLength: 60 }).map((one) => one.replace(/[^\x20-\x7e]/g, ''));
    const header = fc.constantFrom(
      'Authorization',
      'X-Request-Id',
      'traceparent',
      'Origin',
      'X-Forwarded-For',
      'Accept',
      'Range',
      'If-None-Match',
      'Accept-Encoding',
    );
    await fc.assert(
      fc.asyncProperty(header, value, async (name, content) => {
        const { status, body } = await request(api.url)
          .post('/graphql')
          .set(name, content)
          .send({ query: '{ status { ready } }' });
        expectTold(body.errors ?? [], status, `${name}: ${content}`);
      }),
      { numRuns: 4 * numRuns },
    );
  });
});

test('one star that fails leaves the others of its list, and its error names its place', async () => {
  // P5a has no [Fe/H] of its own, which this model wants.
  const { data, errors } = await api.post<{ stars: { edges: { node: { name: string; recast: object | null } }[] } }>(
    `{ stars(first: 12) { edges { node { name recast(to: { teff: 4500, logg: 2 }, model: "${archive.withMetallicity.id}") { good } } } } }`,
  );
  const nodes = data.stars.edges.map(({ node }) => node);
  const failed = nodes.findIndex(({ name }) => name === 'P5a');
  expect(nodes).toHaveLength(12);
  expect(nodes.filter(({ recast }) => recast === null).map(({ name }) => name)).toEqual(['P5a']);
  expect(errors).toMatchObject([
    { path: ['stars', 'edges', failed, 'node', 'recast'], extensions: { code: 'BAD_USER_INPUT' } },
  ]);
});

test('what is given is not told again in full at every star and in every list', async () => {
  const long = 'x'.repeat(100_000);
  const query =
    'query ($id: ID!) { stars(first: 12) { edges { node { recastLike(star: $id) { good } latent(model: $id) { model } } } } }';
  const { errors } = await api.post(query, { id: long });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(Array(24).fill('NOT_FOUND'));
  expect(JSON.stringify(errors).length).toBeLessThan(24 * 1000);
  const lists = Array.from({ length: 100 }, (_, i) => `a${i}: stars(filter: { ids: $ids }) { missing }`).join(' ');
  const listed = await api.post(`query ($ids: [ID!]!) { ${lists} }`, { ids: [long] });
  expect(listed.errors[0].message).toBe('filter.ids: expected ids of at most 1000 characters, found "one of 100000"');
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { StarId } from '../../src/domain/star.js';
import { fc } from '../properties.js';
import { serveSmallArchive } from './served.js';
import type { Entry } from './smallArchive.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

interface Twins {
  star: {
    twins: {
      model: string;
      release: string;
      extrapolated: boolean;
      search: { plan: string; candidates: number; exact: boolean };
      edges: { cursor: string; distance: number; node: { survey: string; name: string } }[];
      pageInfo: { hasNextPage: boolean; endCursor: string | null };
    };
  };
}
const query = `query ($id: ID!, $first: Int! = 1000, $after: String, $filter: StarFilter, $model: ID) {
  star(id: $id) { twins(first: $first, after: $after, filter: $filter, model: $model) {
    model release extrapolated search { plan candidates exact }
    edges { cursor distance node { survey name } } pageInfo { hasNextPage endCursor } } } }`;

const flat = ({ star }: Twins) =>
  star.twins.edges.map(({ distance, node }) => ({ id: `${node.survey}:${node.name}`, distance }));

/** The answer by brute force over what is visible. */
function neighbours(id: StarId, keep: (entry: Entry) => boolean = () => true) {
  const own = api.archive.visible.get(id)?.vector as readonly number[];
  return [...api.archive.visible.values()]
    .filter((entry) => entry.id !== id && entry.vector && keep(entry))
    .map((entry) => ({
      id: entry.id,
      distance: Math.hypot(...own.map((x, i) => x - (entry.vector as readonly number[])[i])),
    }))
    .sort((a, b) => a.distance - b.distance || (a.id < b.id ? -1 : 1));
}

async function allPages(variables: object, first: number) {
  const seen: { id: string; distance: number }[] = [];
  let after: string | null = null;
  do {
    const page: Twins = await api.ask<Twins>(query, { ...variables, first, after });
    seen.push(...flat(page));
    after = page.star.twins.pageInfo.hasNextPage ? page.star.twins.pageInfo.endCursor : null;
  } while (after !== null);
  return seen;
}

test('twins are the nearest by (distance, id), by the newest visible latents, and never the star itself', async () => {
  for (const id of ['apogee:S00', 'apogee:S12', 'toy:T3'] as const) {
    const answer = await api.ask<Twins>(query, { id });
    const truth = neighbours(id);
    expect(flat(answer)).toEqual(truth.map(({ id, distance }) => ({ id, distance: expect.closeTo(distance, 6) })));
    expect(answer.star.twins).toMatchObject({
      model: api.archive.served.id,
      release: api.archive.visible.get(id)?.release,
      extrapolated: false,
      search: { plan: 'EXACT', exact: true, candidates: truth.length },
      pageInfo: { hasNextPage: false },
    });
  }
});

test.each([1, 2, 3, 7, 30])(
  'pages of %i neither repeat nor skip a twin, though many distances are equal',
  async (first) => {
    const truth = neighbours('apogee:S00');
    expect(new Set(truth.map(({ distance }) => distance)).size).toBeLessThan(truth.length / 2);
    expect((await allPages({ id: 'S00' }, first)).map(({ id }) => id)).toEqual(truth.map(({ id }) => id));
  },
);

test('a filter narrows the candidates, and its count is told', async () => {
  const filter = { snr: { min: 60, max: 85 }, teff: { min: 4000 } };
  const truth = neighbours('apogee:S00', ({ snr, teff }) => snr >= 60 && snr <= 85 && teff !== null);
  const answer = await api.ask<Twins>(query, { id: 'S00', filter });
  expect(flat(answer).map(({ id }) => id)).toEqual(truth.map(({ id }) => id));
  expect(answer.star.twins.search.candidates).toBe(truth.length);
  expect((await allPages({ id: 'S00', filter }, 3)).map(({ id }) => id)).toEqual(truth.map(({ id }) => id));
});

test('a star without a latent has no twins, and the error says why', async () => {
  const withoutTeff = await api.post<Twins>(query, { id: 'S07' });
  expect(withoutTeff.errors[0].extensions.code).toBe('NOT_READY');
  expect(withoutTeff.errors[0].message).toContain('no Teff, no log g');
  const notEncoded = await api.post<Twins>(query, { id: 'S09' });
  expect(notEncoded.errors[0].message).toContain('not encoded');
});

test('twins of a star outside the training range say so', async () => {
  expect((await api.ask<Twins>(query, { id: 'S08' })).star.twins.extrapolated).toBe(true);
});

test('a named model answers from its own latents alone', async () => {
  const { other } = api.archive;
  const answer = await api.ask<Twins>(query, { id: 'T3', model: other.id });
  expect(answer.star.twins.model).toBe(other.id);
  expect(flat(answer).every(({ id }) => id.startsWith('toy:'))).toBe(true);
  expect(flat(answer)).toHaveLength(8);
  const { errors } = await api.post<Twins>(query, { id: 'S00', model: other.id });
  expect(errors[0].extensions.code).toBe('NOT_READY');
  const unknown = await api.post<Twins>(query, { id: 'S00', model: 'nothing' });
  expect(unknown.errors[0].extensions.code).toBe('NOT_FOUND');
});

test('a cursor of another star, filter or model is refused', async () => {
  const { star } = await api.ask<Twins>(query, { id: 'T3', first: 2 });
  const after = star.twins.pageInfo.endCursor;
  const misuse = [
    { id: 'T2', after },
    { id: 'T3', after, filter: { snr: { min: 1 } } },
    { id: 'T3', after, model: api.archive.other.id },
  ];
  for (const variables of misuse) {
    const { errors } = await api.post<Twins>(query, variables);
    expect(errors.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
    expect(errors[0].extensions.remedy).toBeDefined();
  }
  expect(
    flat(await api.ask<Twins>(query, { id: 'toy:T3', after, filter: {}, model: api.archive.served.id })).length,
  ).toBeGreaterThan(0);
});

test('no malformed cursor, id or model ever is more than a refusal', async () => {
  const { star } = await api.ask<Twins>(query, { id: 'S00', first: 1 });
  const valid = JSON.parse(Buffer.from(star.twins.pageInfo.endCursor as string, 'base64url').toString());
  const encode = (content: unknown) => Buffer.from(JSON.stringify(content) ?? '').toString('base64url');
  const damaged = fc
    .tuple(fc.constantFrom(...Object.keys(valid)), fc.jsonValue())
    .map(([key, value]) => encode({ ...valid, [key]: value }));
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\0', "'; drop table star; --", '%', '\ud800'));
  const cursor = fc.oneof(text, damaged, fc.jsonValue().map(encode));
  const request = fc.record({
    id: fc.oneof(fc.constant('S00'), text),
    after: cursor,
    model: fc.option(text),
    filter: fc.option(
      fc.record({ ids: fc.array(text, { maxLength: 3 }), namePrefix: text, release: fc.constant('dr1') }),
    ),
  });
  await fc.assert(
    fc.asyncProperty(request, async (variables) => {
      const { status, errors } = await api.post(query, variables);
      expect(status).toBeLessThan(500);
      for (const { extensions } of errors)
        expect(['BAD_USER_INPUT', 'NOT_FOUND', 'NOT_READY', 'AMBIGUOUS_ID']).toContain(extensions.code);
    }),
    { numRuns: 150 },
  );
  expect(api.logged).toEqual([]);
});

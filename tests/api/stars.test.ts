import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from './served.js';
import type { Entry } from './smallArchive.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

interface Page {
  stars: {
    totalCount: number;
    edges: { cursor: string; node: { survey: string; name: string } }[];
    pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  };
}
const query = `query ($first: Int! = 1000, $after: String, $filter: StarFilter, $orderBy: StarOrder! = { field: ID }) {
  stars(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
    totalCount edges { cursor node { survey name } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;

const ids = ({ stars }: Page) => stars.edges.map(({ node }) => `${node.survey}:${node.name}`);

async function list(variables: object): Promise<string[]> {
  return ids(await api.ask<Page>(query, variables));
}

async function allPages(variables: object, first: number): Promise<string[]> {
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const page: Page = await api.ask<Page>(query, { ...variables, first, after });
    expect(page.stars.edges.length).toBeLessThanOrEqual(first);
    expect(page.stars.pageInfo.hasPreviousPage).toBe(after !== null);
    expect(page.stars.pageInfo.startCursor).toBe(page.stars.edges[0].cursor);
    seen.push(...ids(page));
    after = page.stars.pageInfo.hasNextPage ? page.stars.pageInfo.endCursor : null;
  } while (after !== null);
  return seen;
}

/** The visible stars, in the order of a key that puts null last, ties by id. */
function expected(key: (entry: Entry) => number | null, sign: 1 | -1): string[] {
  const rank = (entry: Entry) => {
    const value = key(entry);
    return value === null ? Number.POSITIVE_INFINITY : sign * value;
  };
  return [...api.archive.visible.values()]
    .sort((a, b) => {
      const [x, y] = [rank(a), rank(b)];
      return x === y ? (a.id < b.id ? -1 : 1) : x - y;
    })
    .map(({ id }) => id);
}

test('stars lists every visible star once, with the total', async () => {
  const page = await api.ask<Page>(query, {});
  expect(ids(page)).toEqual([...api.archive.visible.keys()].sort());
  expect(page.stars.totalCount).toBe(api.archive.visible.size);
  expect(page.stars.pageInfo.hasNextPage).toBe(false);
});

test.each([1, 4, 33, 34])('pages of %i cover all stars in order, whatever ties and unknown values', async (first) => {
  for (const [direction, sign] of [
    ['ASC', 1],
    ['DESC', -1],
  ] as const) {
    expect(await allPages({ orderBy: { field: 'TEFF', direction } }, first)).toEqual(
      expected(({ teff }) => teff, sign),
    );
    expect(await allPages({ orderBy: { field: 'SNR', direction } }, first)).toEqual(expected(({ snr }) => snr, sign));
  }
  expect(await allPages({}, first)).toEqual([...api.archive.visible.keys()].sort());
});

test('filters keep what they name: ids, release, prefix and ranges', async () => {
  const visible = [...api.archive.visible.values()];
  const where = (keep: (entry: Entry) => boolean) =>
    visible
      .filter(keep)
      .map(({ id }) => id)
      .sort();
  expect(await list({ filter: { ids: ['S06', 'toy:S03', 'nobody'] } })).toEqual(['apogee:S06', 'toy:S03']);
  expect(await list({ filter: { ids: [] } })).toEqual([]);
  expect(await list({ filter: { namePrefix: 'T' } })).toEqual(where(({ id }) => id.startsWith('toy:T')));
  expect(await list({ filter: { namePattern: '*0*' } })).toEqual(where(({ id }) => id.split(':')[1].includes('0')));
  expect(await list({ filter: { teff: { min: 4100, max: 4200 } } })).toEqual(
    where(({ teff }) => teff !== null && teff >= 4100 && teff <= 4200),
  );
  expect(await list({ filter: { snr: { min: 80 } } })).toEqual(where(({ snr }) => snr >= 80));
  expect(await list({ filter: { release: 'dr1' } })).toEqual(
    api.archive.entries.filter(({ release }) => release === 'dr1').map(({ id }) => id),
  );
  const { stars } = await api.ask<Page>(query, { first: 1, filter: { namePrefix: 'T' } });
  expect(stars.totalCount).toBe(8);
});

test.each([
  ['first 0', { first: 0 }, 'BAD_USER_INPUT'],
  ['a negative first', { first: -1 }, 'BAD_USER_INPUT'],
  ['a first above the maximum', { first: 1001 }, 'BAD_USER_INPUT'],
  ['a first beyond 32 bits', { first: 2 ** 40 }, 'BAD_USER_INPUT'],
  ['null for first', { first: null }, 'BAD_USER_INPUT'],
  ['a range upside down', { filter: { teff: { min: 5000, max: 4000 } } }, 'BAD_USER_INPUT'],
  ['a cursor that is none', { after: 'nonsense' }, 'BAD_USER_INPUT'],
  ['a release that is a draft', { filter: { release: 'dr3' } }, 'NOT_FOUND'],
  ['an ambiguous id', { filter: { ids: ['S03'] } }, 'AMBIGUOUS_ID'],
  ['a pattern with NUL', { filter: { namePattern: 'S\u0000*' } }, 'BAD_USER_INPUT'],
  ['a pattern with too many *', { filter: { namePattern: '*a*b*c*d*e*' } }, 'BAD_USER_INPUT'],
  ['a pattern that is too long', { filter: { namePattern: 'a'.repeat(101) } }, 'BAD_USER_INPUT'],
  ['a prefix with NUL', { filter: { namePrefix: 'S\u0000' } }, 'BAD_USER_INPUT'],
])('%s is refused', async (_, variables, code) => {
  const { errors } = await api.post(query, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(api.logged).toEqual([]);
});

test('stars looked up by a list come in its order, and the missing ones are named', async () => {
  const byList = `query ($ids: [ID!]!, $first: Int! = 1000, $after: String) { stars(filter: { ids: $ids }, first: $first, after: $after) {
    totalCount missing edges { cursor node { survey name } } pageInfo { hasNextPage endCursor } } }`;
  interface Listed extends Page {
    stars: Page['stars'] & { missing: string[] };
  }
  const ask = ['toy:T5', 'nobody', '17335483-2753043', 'S12', 'apogee:D1', 'S12', 'toy:S03'];
  const found = ['toy:T5', 'apogee:S06', 'apogee:S12', 'toy:S03'];
  const { stars } = await api.ask<Listed>(byList, { ids: ask });
  expect(ids({ stars })).toEqual(found);
  expect(stars).toMatchObject({ totalCount: 4, missing: ['nobody', 'apogee:D1'] });
  const second = await api.ask<Listed>(byList, { ids: ask, first: 2, after: stars.edges[1].cursor });
  expect(ids(second)).toEqual(found.slice(2));
  expect(second.stars.missing).toEqual(['nobody', 'apogee:D1']);
  expect((await api.ask<Listed>('{ stars { missing } }')).stars.missing).toEqual([]);
  const { errors } = await api.post(byList, { ids: Array.from({ length: 1001 }, (_, i) => String(i)) });
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

test('a list of 1,000 ids costs as many statements as one of two', async () => {
  const many = Array.from({ length: 1000 }, (_, i) =>
    i % 2 ? `S${String(i % 20).padStart(2, '0')}x` : `apogee:S${String(i % 25).padStart(2, '0')}`,
  );
  api.statements.length = 0;
  const { stars } = await api.ask<{ stars: { edges: object[] } }>(
    'query ($ids: [ID!]!) { stars(filter: { ids: $ids }, first: 1000) { missing edges { node { name } } } }',
    { ids: many },
  );
  expect(stars.edges).toHaveLength(25);
  // The view, the names, the list.
  expect(api.statements).toHaveLength(3);
});

test('a cursor of another filter or order is refused, with the remedy', async () => {
  const { stars } = await api.ask<Page>(query, { first: 2, filter: { snr: { min: 60 } } });
  const after = stars.pageInfo.endCursor;
  for (const variables of [
    {},
    { filter: { snr: { min: 61 } } },
    { filter: { snr: { min: 60 } }, orderBy: { field: 'TEFF' } },
    { filter: { snr: { min: 60 } }, orderBy: { field: 'ID', direction: 'DESC' } },
  ]) {
    const { errors } = await api.post(query, { ...variables, after });
    expect(errors[0].extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      remedy: expect.stringContaining('first page'),
    });
  }
  expect(await list({ filter: { snr: { max: null, min: 60 } }, after, first: 1 })).toHaveLength(1);
});

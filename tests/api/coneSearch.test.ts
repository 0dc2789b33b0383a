import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

interface Page {
  coneSearch: {
    totalCount: number;
    edges: { cursor: string; distance: number; node: { id: string; name: string; ra: number; dec: number } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}
const query = `query ($ra: RightAscension!, $dec: Declination!, $radius: Float!, $first: Int! = 1000, $after: String, $filter: StarFilter) {
  coneSearch(ra: $ra, dec: $dec, radius: $radius, first: $first, after: $after, filter: $filter) {
    totalCount edges { cursor distance node { name ra dec } } pageInfo { hasNextPage endCursor } } }`;
/** All of APOGEE's are here in this archive. */
const there = { ra: 263.5, dec: -27.9 };

test('degrees, text of degrees and sexagesimal text name the same centre', async () => {
  const around = { radius: 0.2, first: 3 };
  const answers = await Promise.all(
    [
      { ra: 263.55, dec: -27.9 },
      { ra: '263.55', dec: '-27.9' },
      { ra: '17:34:12', dec: '-27:54:00' },
      { ra: '17h34m12.0s', dec: '-27d54m00s' },
    ].map((centre) => api.ask<Page>(query, { ...centre, ...around })),
  );
  const [{ coneSearch }] = answers;
  expect(coneSearch.totalCount).toBe(25);
  expect(coneSearch.edges[0].distance).toBeCloseTo(0.05 * Math.cos((27.9 * Math.PI) / 180), 6);
  for (const answer of answers)
    expect(answer.coneSearch.edges.map(({ node }) => node.name)).toEqual(coneSearch.edges.map(({ node }) => node.name));
});

test('literals in the query are taken as well', async () => {
  const answer = await api.ask<Page>(
    '{ coneSearch(ra: 263.5, dec: "-27:54:00", radius: 1e-6) { totalCount edges { distance node { name } } } }',
  );
  expect(answer.coneSearch.totalCount).toBe(25);
  const outside = await api.ask<Page>(
    '{ coneSearch(ra: 263, dec: -27, radius: 0.1) { totalCount edges { distance } } }',
  );
  expect(outside.coneSearch).toEqual({ totalCount: 0, edges: [] });
});

test('pages go through stars in one place, where only the id decides', async () => {
  const names: string[] = [];
  let after: string | null = null;
  do {
    const page: Page = await api.ask<Page>(query, { ...there, radius: 1, first: 4, after });
    names.push(...page.coneSearch.edges.map(({ node }) => node.name));
    after = page.coneSearch.pageInfo.hasNextPage ? page.coneSearch.pageInfo.endCursor : null;
  } while (after !== null);
  expect(names).toHaveLength(25);
  expect(names).toEqual([...names].sort());
});

test('a cone is searched under a filter, and is a filter of lists and twins', async () => {
  const filter = { snr: { min: 70 } };
  const { coneSearch } = await api.ask<Page>(query, { ...there, radius: 1, filter });
  const expected = [...api.archive.visible.values()].filter(({ id, snr }) => id.startsWith('apogee') && snr >= 70);
  expect(coneSearch.totalCount).toBe(expected.length);
  const cone = { ...there, radius: 0.5 };
  const { stars, star } = await api.ask<{
    stars: { totalCount: number; edges: { distance: null }[] };
    star: { twins: { search: { candidates: number }; edges: { node: { survey: string } }[] } };
  }>(
    `query ($cone: Cone!) { stars(filter: { cone: $cone }) { totalCount edges { distance } }
       star(id: "T0") { twins(first: 100, filter: { cone: $cone }) { search { candidates } edges { node { survey } } } } }`,
    { cone },
  );
  expect(stars.totalCount).toBe(25);
  expect(stars.edges[0].distance).toBeNull();
  expect(star.twins.search.candidates).toBe(23);
  expect(new Set(star.twins.edges.map(({ node }) => node.survey))).toEqual(new Set(['apogee']));
});

test.each([
  ['a negative radius', { ...there, radius: -1 }, 'BAD_USER_INPUT'],
  ['a radius beyond the sky', { ...there, radius: 181 }, 'BAD_USER_INPUT'],
  ['a declination beyond the pole', { ...there, dec: 91, radius: 1 }, 'BAD_USER_INPUT'],
  ['hours that are none', { ...there, ra: '25:61:00', radius: 1 }, 'BAD_USER_INPUT'],
  ['an injection for a right ascension', { ...there, ra: "0'; drop table star; --", radius: 1 }, 'BAD_USER_INPUT'],
  ['a list for a declination', { ...there, dec: [1], radius: 1 }, 'BAD_USER_INPUT'],
  ['a second cone', { ...there, radius: 1, filter: { cone: { ...there, radius: 1 } } }, 'BAD_USER_INPUT'],
  ['a cursor of nothing', { ...there, radius: 1, after: 'x' }, 'BAD_USER_INPUT'],
])('%s is refused', async (_, variables, code) => {
  const { errors } = await api.post(query, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(api.logged).toEqual([]);
});

test('literals beyond every number are refused', async () => {
  for (const [argument, code] of [
    ['ra: 1e999, dec: 0, radius: 1', 'GRAPHQL_VALIDATION_FAILED'],
    ['ra: 1, dec: -1e999, radius: 1', 'GRAPHQL_VALIDATION_FAILED'],
    ['ra: 1, dec: 0, radius: 1e999', 'BAD_USER_INPUT'],
  ]) {
    const { errors } = await api.post(`{ coneSearch(${argument}) { totalCount } }`);
    expect(errors[0].extensions.code).toBe(code);
  }
});

test('a cursor of another cone is refused', async () => {
  const { coneSearch } = await api.ask<Page>(query, { ...there, radius: 1, first: 2 });
  const after = coneSearch.pageInfo.endCursor;
  const { errors } = await api.post(query, { ...there, radius: 2, after });
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
});

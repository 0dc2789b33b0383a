import { afterAll, beforeAll, expect, test } from 'vitest';
import { globalId } from '../../src/api/relay/globalId.js';
import { starId } from '../../src/domain/star.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { storeFoundGroups, storeKnownGroups } from '../../src/storage/starGroup.js';
import { serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
const id = (name: string) => starId('apogee', name);

beforeAll(async () => {
  api = await serveSmallArchive();
  const [dr1, dr2, dr3] = await Promise.all(['dr1', 'dr2', 'dr3'].map((name) => findRelease(api.db, name)));
  const known = (group: string, name: string, revision = 1) => ({ group, starId: id(name), revision });
  await storeKnownGroups(api.db, dr1.id, 'cluster', [known('M67', 'S01'), known('M67', 'S12')]);
  // S12 again, one more, and one that is staged.
  await storeKnownGroups(api.db, dr2.id, 'cluster', [known('M67', 'S12'), known('M67', 'S22'), known('M67', 'S40', 2)]);
  await storeKnownGroups(api.db, dr3.id, 'cluster', [known('M67', 'D0'), known('Hidden', 'D1')]);
  await storeKnownGroups(api.db, dr1.id, 'binary', [known('pair', 'S02'), known('pair', 'S03')]);
  const found = (names: readonly string[], falsePositiveRate: number) => ({
    members: names.map(id),
    centre: Float32Array.of(1, 2, 0.5),
    spread: 1.5,
    score: 1 / (1 + falsePositiveRate),
    significance: 0.25,
    falsePositiveRate,
  });
  const analysis = {
    modelId: api.archive.served.id,
    settings: {},
    releases: [dr1, dr2].map(({ id, revision }) => ({ id, revision })),
    stars: 25,
    results: {},
  };
  await storeFoundGroups(api.db, { ...analysis, method: 'hdbscan', checksum: 'a' }, [
    found(['S01', 'S02', 'S12'], 0.01),
    found(['S04', 'S05'], 0.04),
  ]);
  await storeFoundGroups(api.db, { ...analysis, method: 'kmeans', checksum: 'b' }, [found(['S04', 'S06'], 0.02)]);
});
afterAll(() => api.close());

interface Named {
  readonly kind: string;
  readonly name: string;
  readonly memberCount: number;
}
interface Page {
  groups: {
    totalCount: number;
    pageInfo: { hasNextPage: boolean; endCursor: string };
    edges: { cursor: string; node: Named }[];
  };
}
const list = 'totalCount pageInfo { hasNextPage endCursor } edges { cursor node { kind name memberCount } }';

test('groups are listed, known ones first and found ones from the strongest on, with the members that are published', async () => {
  const { groups } = await api.ask<Page>(`{ groups { ${list} } }`);
  expect(groups.edges.map(({ node }) => `${node.kind} ${node.name} ${node.memberCount}`)).toEqual([
    'BINARY pair 2',
    'CLUSTER M67 3',
    'FOUND 1 3',
    'FOUND 2 2',
    'FOUND 1 2',
  ]);
  expect(groups.totalCount).toBe(5);
});

test('pages follow each other without a gap, and a cursor of another list is refused', async () => {
  const names: string[] = [];
  let after: string | null = null;
  do {
    const page: Page = await api.ask(`query ($after: String) { groups(first: 2, after: $after) { ${list} } }`, {
      after,
    });
    names.push(...page.groups.edges.map(({ node }) => `${node.kind} ${node.name}`));
    after = page.groups.pageInfo.hasNextPage ? page.groups.pageInfo.endCursor : null;
    if (after) {
      const { errors } = await api.post(`query ($after: String) { groups(kind: FOUND, after: $after) { ${list} } }`, {
        after,
      });
      expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
    }
  } while (after);
  expect(names).toEqual(['BINARY pair', 'CLUSTER M67', 'FOUND 1', 'FOUND 2', 'FOUND 1']);
});

test('a group tells where it is and how far chance explains it, and who is in it', async () => {
  const { groups } = await api.ask<{ groups: { edges: { node: { id: string } }[] } }>(
    `{ groups(method: HDBSCAN) { edges { node { id } } } }`,
  );
  const asked = `query ($id: ID!) { group(id: $id) { id kind name method model releases memberCount centre spread score significance
    falsePositiveRate members(first: 2) { totalCount pageInfo { hasNextPage } edges { node { name } } } }
    node(id: $id) { id ... on Group { name } } }`;
  const reference = groups.edges[0].node.id;
  expect(reference).toBe(globalId('Group', `found:${api.archive.served.id}:hdbscan:1`));
  expect(await api.ask(asked, { id: reference })).toEqual({
    group: {
      id: reference,
      kind: 'FOUND',
      name: '1',
      method: 'HDBSCAN',
      model: api.archive.served.id,
      releases: ['dr2', 'dr1'],
      memberCount: 3,
      centre: [1, 2, 0.5],
      spread: 1.5,
      score: 1 / 1.01,
      significance: 0.25,
      falsePositiveRate: 0.01,
      members: {
        totalCount: 3,
        pageInfo: { hasNextPage: true },
        edges: [{ node: { name: 'S01' } }, { node: { name: 'S02' } }],
      },
    },
    node: { id: reference, name: '1' },
  });
  const { group } = await api.ask<{ group: object }>(
    '{ group(id: "cluster:M67") { model method centre spread releases members { edges { node { name } } } } }',
  );
  expect(group).toEqual({
    model: null,
    method: null,
    centre: null,
    spread: null,
    releases: ['dr2', 'dr1'],
    members: { edges: ['S01', 'S12', 'S22'].map((name) => ({ node: { name } })) },
  });
});

test.each([
  'cluster:Hidden',
  'cluster:',
  'found',
  'found:none:hdbscan:1',
  'M67',
  'cluster:M67\0',
  globalId('Group', 'x'),
])('there is no group %j', async (id) => {
  expect(await api.ask('query ($id: ID!) { group(id: $id) { id } }', { id })).toEqual({ group: null });
});

test('a star knows its groups, and of the found ones that which chance explains least; a page of stars costs one statement', async () => {
  type Stars = { stars: { edges: { node: { name: string; group: Named | null; groups: Named[] } }[] } };
  const query = `{ stars(filter: { namePrefix: "S0", release: "dr1" }) { edges { node { name group { kind name method } groups { kind name } } } } }`;
  api.statements.length = 0;
  const { stars } = await api.ask<Stars>(query);
  expect(api.statements.filter((sql) => sql.includes('sibling_group'))).toHaveLength(1);
  const of = (name: string) => stars.edges.find(({ node }) => node.name === name)?.node;
  expect(of('S01')).toMatchObject({
    group: { name: '1', method: 'HDBSCAN' },
    groups: [{ name: 'M67' }, { name: '1' }],
  });
  expect(of('S04')?.group).toMatchObject({ name: '1', method: 'KMEANS' });
  expect(of('S08')).toMatchObject({ group: null, groups: [] });
});

test('the members of a page of groups cost one statement, are those that the filter of stars finds, and go on behind a cursor', async () => {
  type Members = { edges: { cursor: string; node: { name: string; snr: number } }[] };
  type Groups = { groups: { edges: { node: { id: string; members: Members } }[] } };
  const fields = 'edges { cursor node { name ra snr parameters { teff } } } pageInfo { hasNextPage endCursor }';
  api.statements.length = 0;
  const { groups } = await api.ask<Groups>(`{ groups { edges { node { id members(first: 2) { ${fields} } } } } }`);
  // The view, the groups, their members; budgets are settled by the clock, whatever is asked.
  expect(api.statements.filter((sql) => !sql.includes('settle_request_budget'))).toHaveLength(3);
  expect(groups.edges).toHaveLength(5);
  for (const { node } of groups.edges) {
    const filtered = `query ($id: ID!, $after: String) { stars(first: 2, after: $after, filter: { group: $id }) { ${fields} } }`;
    const { stars } = await api.ask<{ stars: Members }>(filtered, { id: node.id });
    expect(node.members).toEqual(stars);
    const after = node.members.edges[0].cursor;
    const query = `query ($id: ID!, $after: String) { group(id: $id) { members(first: 2, after: $after) { ${fields} } } }`;
    const next = await api.ask<{ group: { members: Members } }>(query, { id: node.id, after });
    const expected = await api.ask<{ stars: Members }>(filtered, { id: node.id, after });
    expect(next.group.members).toEqual(expected.stars);
    expect(next.group.members.edges[0]?.node.name).toBe(node.members.edges[1].node.name);
  }
});

test('how many members groups have costs one statement for all of them, and agrees with the filter of stars', async () => {
  type Groups = { groups: { edges: { node: { id: string; members: { totalCount: number } } }[] } };
  api.statements.length = 0;
  const { groups } = await api.ask<Groups>(
    '{ groups { edges { node { id members(first: 1) { totalCount } other: members(first: 2) { totalCount } } } } }',
  );
  // The view, the groups, two pages of members, their number; S40 of the cluster is staged.
  expect(api.statements.filter((sql) => !sql.includes('settle_request_budget'))).toHaveLength(5);
  expect(groups.edges.map(({ node }) => node.members.totalCount)).toEqual([2, 3, 3, 2, 2]);
  for (const { node } of groups.edges) {
    const query = 'query ($group: ID) { stars(filter: { group: $group }) { totalCount } }';
    expect(await api.ask(query, { group: node.id })).toEqual({ stars: { totalCount: node.members.totalCount } });
  }
});

test('stars are filtered by group, and an unknown group is an error', async () => {
  const query = 'query ($group: ID) { stars(filter: { group: $group }) { totalCount edges { node { name } } } }';
  expect(await api.ask(query, { group: 'cluster:M67' })).toMatchObject({ stars: { totalCount: 3 } });
  const { errors } = await api.post(query, { group: 'cluster:none' });
  expect(errors[0].extensions.code).toBe('NOT_FOUND');
});

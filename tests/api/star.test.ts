import { afterAll, beforeAll, expect, test } from 'vitest';
import { globalId } from '../../src/api/relay/globalId.js';
import { serveSmallArchive } from './served.js';
import { gaia } from './smallArchive.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

interface StarName {
  star: { name: string; survey: string } | null;
}
const nameOf = 'query ($id: ID!) { star(id: $id) { name survey } }';

test('a star answers with its identity, parameters and release', async () => {
  const { star } = await api.ask<{ star: object }>(`{ star(id: "S06") {
    id name survey simulated ra dec aliases { catalogue id } release snr extrapolated
    parameters { teff logg feh source release errors { teff logg feh } } } }`);
  expect(star).toEqual({
    id: globalId('Star', 'apogee:S06'),
    name: 'S06',
    survey: 'apogee',
    simulated: false,
    ra: 263.5,
    dec: -27.9,
    aliases: [{ catalogue: '2mass', id: '17335483-2753043' }],
    release: 'dr1',
    snr: 56,
    extrapolated: false,
    parameters: {
      teff: 4300,
      logg: 2,
      feh: expect.closeTo(-0.83),
      source: 'catalogue',
      release: 'dr1',
      errors: { teff: 50, logg: null, feh: null },
    },
  });
});

test.each([
  ['its global id', globalId('Star', 'apogee:S06')],
  ['survey:name', 'apogee:S06'],
  ["the survey's own name", 'S06'],
  ['an alias', '17335483-2753043'],
  ['an alias with its catalogue before it', '2MASS J17335483-2753043'],
])('a star is found by %s', async (_, id) => {
  expect(await api.ask(nameOf, { id })).toEqual({ star: { name: 'S06', survey: 'apogee' } });
});

test('a name of two surveys is an error that lists the forms which are unique, and these are accepted', async () => {
  const { data, errors } = await api.post<StarName>(nameOf, { id: 'S03' });
  expect(data.star).toBeNull();
  expect(errors).toHaveLength(1);
  expect(errors[0].path).toEqual(['star']);
  expect(errors[0].extensions).toMatchObject({ code: 'AMBIGUOUS_ID', candidates: ['apogee:S03', 'toy:S03'] });
  for (const survey of ['apogee', 'toy'])
    expect(await api.ask(nameOf, { id: `${survey}:S03` })).toEqual({ star: { name: 'S03', survey } });
});

test('an alias that two stars share is ambiguous too', async () => {
  for (const id of [gaia, `Gaia DR3 ${gaia}`]) {
    const { errors } = await api.post<StarName>(nameOf, { id });
    expect(errors[0].extensions).toMatchObject({ code: 'AMBIGUOUS_ID', candidates: ['apogee:S05', 'toy:T1'] });
  }
});

test.each([
  '',
  'nobody',
  'apogee:nobody',
  'gaia:S06',
  'S0\u00006',
  globalId('Star', 'apogee:nobody'),
  globalId('Release', 'dr1'),
])('nothing is called %j: null, and no error', async (id) => {
  expect(await api.ask(nameOf, { id })).toEqual({ star: null });
});

test('nodes keep the order asked, and an ambiguous or unknown one leaves the others', async () => {
  const ids = [
    globalId('Release', 'dr2'),
    'nobody',
    'S03',
    globalId('Model', api.archive.served.id),
    'S06',
    globalId('Release', 'dr3'),
  ];
  const { data, errors } = await api.post<{ nodes: object[] }>(
    'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on Star { name } ... on Release { name } ... on Model { name } } }',
    { ids },
  );
  expect(data.nodes).toEqual([
    { __typename: 'Release', id: ids[0], name: 'dr2' },
    null,
    null,
    { __typename: 'Model', id: ids[3], name: api.archive.served.id },
    { __typename: 'Star', id: globalId('Star', 'apogee:S06'), name: 'S06' },
    null,
  ]);
  expect(errors.map(({ path, extensions }) => [path, extensions.code])).toEqual([[['nodes', 2], 'AMBIGUOUS_ID']]);
});

test('every id that an object gives finds it again by node', async () => {
  const { star, releases, models } = await api.ask<{
    star: { id: string };
    releases: { id: string }[];
    models: { id: string }[];
  }>('{ star(id: "S06") { id } releases { id } models { id } }');
  for (const { id } of [star, ...releases, ...models])
    expect(await api.ask('query ($id: ID!) { node(id: $id) { id } }', { id })).toEqual({ node: { id } });
});

test('more ids than a page may have are refused', async () => {
  const { errors } = await api.post('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
    ids: Array(1001).fill('S06'),
  });
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(errors[0].message).toContain('at most 1000');
});

test('releases, models and status tell what is served', async () => {
  const { served, other } = api.archive;
  const answer = await api.ask<{ models: object[] }>(`{
    releases { name simulated revision publishedAt }
    models { name served method preset parameters trainedOn simulated config metrics { name value } createdAt }
    model(id: "${served.id}") { name }
    none: model(id: "nothing") { name }
    status { ready reason stars model { name } releases { name } }
  }`);
  const when = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
  expect(answer).toMatchObject({
    releases: [
      { name: 'dr2', simulated: false, revision: 1, publishedAt: when },
      { name: 'toy-1', simulated: true, revision: 1, publishedAt: when },
      { name: 'dr1', simulated: false, revision: 1, publishedAt: when },
    ],
    model: { name: served.id },
    none: null,
    status: { ready: true, reason: null, stars: api.archive.visible.size, model: { name: served.id } },
  });
  expect(answer.models).toHaveLength(2);
  expect(answer.models).toContainEqual({
    name: served.id,
    served: true,
    method: 'polydis',
    preset: 'compact',
    parameters: ['TEFF', 'LOGG'],
    trainedOn: 'dr1',
    simulated: false,
    config: { seed: 1 },
    metrics: [{ name: 'reconstruction', value: 0.5 }],
    createdAt: when,
  });
  expect(answer.models).toContainEqual(expect.objectContaining({ name: other.id, served: false, trainedOn: 'toy-1' }));
});

test('all ambiguous names of a list are told at once', async () => {
  const query = 'query ($ids: [ID!]!) { stars(filter: { ids: $ids }) { missing } }';
  const { errors } = await api.post(query, { ids: ['S06', gaia, 'nobody', 'S03', gaia] });
  expect(errors).toHaveLength(1);
  expect(errors[0].extensions).toMatchObject({
    code: 'AMBIGUOUS_ID',
    candidates: ['apogee:S05', 'toy:T1', 'apogee:S03', 'toy:S03'],
  });
  expect(errors[0].message).toBe(
    `"${gaia}" names 2 stars: apogee:S05, toy:T1; "S03" names 2 stars: apogee:S03, toy:S03`,
  );
});

test('an identifier of 64 bits that was sent as a number is refused, since JSON has rounded it', async () => {
  const nodes = 'query ($ids: [ID!]!) { nodes(ids: $ids) { id } stars(filter: { ids: $ids }) { missing } }';
  const { errors } = await api.post(nodes, { ids: ['S06', Number('4061234567890123999')] });
  expect(errors[0].message).toMatch(/send it as a string/);
  expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  expect(
    (await api.ask<{ stars: { missing: string[] } }>(nodes, { ids: [17, '4061234567890123999'] })).stars.missing,
  ).toEqual(['17', '4061234567890123999']);
  // As it stands in a query no digit is lost.
  expect(
    (await api.ask<{ stars: { missing: string[] } }>('{ stars(filter: { ids: [4061234567890123998] }) { missing } }'))
      .stars.missing,
  ).toEqual(['4061234567890123998']);
});

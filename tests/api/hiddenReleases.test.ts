import { tmpdir } from 'node:os';
import { getNamedType } from 'graphql';
import request from 'supertest';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { globalId } from '../../src/api/relay/globalId.js';
import { makeSchema } from '../../src/api/schema.js';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { createToken } from '../../src/storage/apiToken.js';
import type { Database } from '../../src/storage/database.js';
import { listModels } from '../../src/storage/model.js';
import { discard } from '../../workers/tasks/discard.js';
import { fc } from '../properties.js';
import { openTestDatabase } from '../testArchive.js';
import { everyField } from './everyField.js';
import { fill } from './randomArchive.js';
import { aliases, names, type Plan, plans, surveys } from './releasePlan.js';
import { type Served, serveDatabase, unlimited } from './served.js';

/** The archive that is asked, and the one that tells what it should answer. */
let archive: { db: Database; api: Served };
let reference: { db: Database; api: Served };
const compute = startCompute({ backend: 'auto' });

async function open() {
  const db = await openTestDatabase();
  // Both under one name: addresses in their answers are compared too.
  const environment = { STARKIN_PUBLIC_URL: 'https://archive.example' };
  return { db, api: await serveDatabase(db, { compute, environment, settings: unlimited() }) };
}
beforeAll(async () => {
  [archive, reference] = await Promise.all([open(), open()]);
});
afterAll(async () => {
  for (const { db, api } of [archive, reference]) {
    await api.close();
    await db.close();
  }
  await compute.close();
});

const schema = makeSchema();
const fields = (type: string) => everyField(schema, getNamedType(schema.getType(type)) as never);

/** Every name that a star, release or model of a plan may have, and some of nothing. */
async function referencesOf(db: Database, plan: Plan) {
  const stars = [...names, ...aliases, ...surveys.flatMap((survey) => names.map((name) => `${survey}:${name}`)), 'Z'];
  const models = [...(await listModels(db)).map(({ id }) => id), 'polydis-compact-none'];
  return { stars, models, releases: [...plan.map(({ name }) => name), 'none'] };
}

/** All queries that the anonymous client of a portal may think of. */
async function queriesOf(db: Database, plan: Plan): Promise<string[]> {
  const { stars, models, releases } = await referencesOf(db, plan);
  const text = JSON.stringify;
  const groups = [
    ...[50, 51, 52, 53].map((snr) => `cluster:near ${snr}`),
    ...models.flatMap((model) => ['hdbscan', 'kmeans'].map((method) => `found:${model}:${method}:1`)),
  ];
  const ids = [
    ...stars.flatMap((star) => [star, globalId('Star', star)]),
    ...models.map((model) => globalId('Model', model)),
    ...groups.map((group) => globalId('Group', group)),
    ...releases.map((release) => globalId('Release', release)),
  ];
  const roots = Object.values(schema.getQueryType()?.getFields() ?? {}).flatMap((field) =>
    field.args.some(({ type, defaultValue }) => `${type}`.endsWith('!') && defaultValue === undefined)
      ? []
      : [`{ ${field.name} ${everyField(schema, getNamedType(field.type), ['Query'])} }`],
  );
  return [
    ...roots,
    `{ nodes(ids: ${text(ids)}) ${fields('Node')} }`,
    aliased(stars.map((star) => `star(id: ${text(star)}) ${fields('Star')}`)),
    aliased(models.map((model) => `model(id: ${text(model)}) ${fields('Model')}`)),
    ...models.map(
      (
        model,
      ) => `{ stars(first: 50) { edges { node { name latentReason(model: ${text(model)}) latent(model: ${text(model)}) { searched release }
         twins(first: 50, model: ${text(model)}) { search { candidates } edges { cursor distance node { id } } } } } } }`,
    ),
    ...releases.flatMap((release) => [
      `{ stars(filter: { release: ${text(release)} }) { totalCount edges { node { id spectrum(release: ${text(release)}) { flux } } } } }`,
      `{ stars { edges { node { spectrum(release: ${text(release)}) { good } } } } }`,
    ]),
    ...[0, 45].map(
      (dec) =>
        `{ coneSearch(ra: 180, dec: ${dec}, radius: 170, first: 50) { totalCount edges { cursor distance node { id ra dec } } } }`,
    ),
    ...models.map((model) =>
      aliased(
        stars.map(
          (star) =>
            `compare(a: "s:A", b: ${text(star)}, at: { teff: 4500, logg: 2 }, model: ${text(model)}) { a { id } b { id } at { teff } distance chi2 logBayesFactor releases }`,
        ),
      ),
    ),
    ...models.map(
      (model) => `{ groups(first: 50, model: ${text(model)}) { totalCount edges { node ${fields('Group')} } } }`,
    ),
    `{ groups(first: 50, kind: TRUTH) { totalCount edges { node ${fields('Group')} } } }`,
    aliased(groups.map((group) => `group(id: ${text(group)}) { id memberCount members { totalCount } }`)),
    // One by one: where several fail whose absence fails the whole, the one that fails first is told.
    ...groups.map((group) => `{ stars(filter: { group: ${text(group)} }) { totalCount edges { node { id } } } }`),
    ...['', ...models.map((model) => `, model: ${text(model)}`)].flatMap((model) =>
      ['PCA', 'UMAP'].map((kind) => `{ projection(kind: ${kind}${model}) ${fields('Projection')} }`),
    ),
    `{ stars(filter: { ids: ${text(stars)} }) { totalCount edges { node { id } } } }`,
    `{ stars(filter: { ids: ${text(stars.filter((star) => star.includes(':')))} }) { totalCount edges { node { id } } } }`,
    `{ stars(filter: { abundances: [{ element: "Fe", value: { min: 51 } }] }) { totalCount edges { node { id abundances(method: "truth") { value release } } } } }`,
    `{ stars(filter: { teff: { min: 4001 }, snr: { max: 52 } }, orderBy: { field: TEFF, direction: DESC }) { totalCount edges { cursor node { id } } } }`,
  ];
}

/** Several fields in one request: one that fails leaves the others. */
function aliased(asked: readonly string[]): string {
  return `{ ${asked.map((field, i) => `a${i}: ${field}`).join(' ')} }`;
}

/** All pages of lists, by the cursors that the server gives, and by one that names a star of somebody's choice. */
const paged = ['ID', 'TEFF', 'SNR', 'ABUNDANCE, abundance: { element: "Fe" }'].map((field) => ({
  query: `query ($after: String) { page: stars(first: 1, after: $after, orderBy: { field: ${field} }) { totalCount edges { cursor node { id } } pageInfo { hasNextPage endCursor } } }`,
}));

interface Answer {
  readonly status: number;
  readonly headers: object;
  readonly text: string;
}

async function answer(api: Served, query: string, variables: object = {}, token?: string): Promise<Answer> {
  const posted = request(api.url).post('/graphql');
  if (token) posted.set('Authorization', `Bearer ${token}`);
  const { status, headers, text } = await posted.send({ query, variables });
  const { date: _, 'x-request-id': __, ...lasting } = headers as Record<string, string>;
  return { status, headers: lasting, text };
}

async function expectSame(query: string, variables: object = {}): Promise<string> {
  const [seen, expected] = await Promise.all([
    answer(archive.api, query, variables),
    answer(reference.api, query, variables),
  ]);
  expect(seen, query).toEqual(expected);
  expect(expected.text).not.toContain('internal error');
  return expected.text;
}

async function expectSamePages(query: string): Promise<void> {
  let after: string | null = null;
  do {
    const { data } = JSON.parse(await expectSame(query, { after })) as {
      data: { page: { pageInfo: { hasNextPage: boolean; endCursor: string } } };
    };
    const { hasNextPage, endCursor }: { hasNextPage: boolean; endCursor: string } = data.page.pageInfo;
    after = hasNextPage ? endCursor : null;
    if (endCursor) {
      const crafted = { ...JSON.parse(Buffer.from(endCursor, 'base64url').toString()), id: 't:A' };
      await expectSame(query, { after: Buffer.from(JSON.stringify(crafted)).toString('base64url') });
    }
  } while (after !== null);
}

/** A smaller counterexample would cost some thousand queries; these are small. */
const runs = { endOnFailure: true };

test('an archive with hidden releases answers everybody, byte by byte, as one that never had them', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      await Promise.all([fill(archive.db, plan, 'whole'), fill(reference.db, plan, 'public')]);
      for (const query of await queriesOf(archive.db, plan)) await expectSame(query);
      for (const { query } of paged) await expectSamePages(query);
    }),
    { ...runs, numRuns: 3 },
  );
  expect([...archive.api.logged, ...reference.api.logged]).toEqual([]);
}, 240_000);

test('what is thrown away of hidden releases changes no answer by a byte', async () => {
  const course = { report: silent, signal: new AbortController().signal };
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      const { db, api } = archive;
      await fill(db, plan, 'whole');
      const queries = [...(await queriesOf(db, plan)), ...paged.map(({ query }) => query)];
      const ask = async () => {
        const answers: Answer[] = [];
        for (const query of queries) answers.push(await answer(api, query));
        return answers;
      };
      const before = await ask();
      const place = { db, compute, settings: defaultSettings(), folder: tmpdir() };
      for (const { name, fate, told } of plan) {
        const { release, staged } = await discard(place, name, course);
        expect(release.state).toBe(fate === 'proprietary' ? 'published' : fate);
        if (fate === 'draft') expect(staged.spectra).toBeGreaterThanOrEqual(told.length);
      }
      // That something was thrown away is told to those who see the release.
      await db.query(`delete from run where kind = 'discard'`);
      for (const [i, query] of queries.entries()) expect(await answer(api, query), query).toEqual(before[i]);
      expect(await db.query(LEFT)).toEqual([]);
    }),
    { ...runs, numRuns: 2 },
  );
  expect(archive.api.logged).toEqual([]);
}, 240_000);

/** Tables that have still something of a release which was never published. */
const LEFT = [
  'spectrum',
  'star_parameters',
  'star_position',
  'star_alias',
  'latent',
  'abundance',
  'abundance_estimate',
  'abundance_estimator',
  'evaluation',
  'sibling_group',
]
  .map(
    (table) =>
      `select '${table}' from ${table} t left join data_release r on r.id = t.release_id where t.release_id is not null and t.revision > coalesce(r.latest, 0)`,
  )
  .join(' union all ');

/** Addresses name the revision that they lead to. */
const contents = /content=[0-9a-f]{16}/g;

test('an archive whose spectra were all replaced answers, byte by byte, as one that never had the former ones', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      await Promise.all([fill(archive.db, plan, 'replaced'), fill(reference.db, plan, 'second')]);
      for (const query of [...(await queriesOf(archive.db, plan)), ...paged.map(({ query }) => query)]) {
        const [seen, expected] = await Promise.all([answer(archive.api, query), answer(reference.api, query)]);
        expect(seen.text.replace(contents, ''), query).toBe(expected.text.replace(contents, ''));
      }
    }),
    { ...runs, numRuns: 1 },
  );
}, 240_000);

/** What alone tells a hidden release that a token shows from one that is published for all. */
const distinctions = /"(state|proprietary|publishedAt)":[^,}]*/g;

test('a token shows the hidden releases that it names as if they were published for all, drafts newest', async () => {
  await fc.assert(
    fc.asyncProperty(plans, async (plan) => {
      await Promise.all([fill(archive.db, plan, 'whole'), fill(reference.db, plan, 'opened')]);
      const scopes = plan.map(({ name }) => `read:${name}` as const);
      const { token } = await createToken(archive.db, { name: 'all', scopes, expiresAt: null });
      for (const query of await queriesOf(archive.db, plan)) {
        const [seen, expected] = await Promise.all([
          answer(archive.api, query, {}, token),
          answer(reference.api, query),
        ]);
        expect(seen.text.replace(distinctions, ''), query).toBe(expected.text.replace(distinctions, ''));
        expect(seen.headers).toMatchObject({ 'cache-control': 'private, no-store' });
      }
    }),
    { ...runs, numRuns: 1 },
  );
}, 240_000);

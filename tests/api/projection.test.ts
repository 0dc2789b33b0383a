import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeFloats } from '../../src/api/scalars/floatArray.js';
import type { StarId } from '../../src/domain/star.js';
import { findRelease, publish, withdraw } from '../../src/storage/dataRelease.js';
import { storeProjection } from '../../src/storage/projection.js';
import { storeKnownGroups } from '../../src/storage/starGroup.js';
import { serveSmallArchive } from './served.js';
import { estimate, makeEstimator } from './storedEstimates.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
let ids: string[];

beforeAll(async () => {
  api = await serveSmallArchive();
  const releases = await Promise.all(['dr1', 'dr2'].map((name) => findRelease(api.db, name)));
  const stars = [...api.archive.visible.values()].filter(({ id, vector }) => vector && id.startsWith('apogee:'));
  ids = stars.map(({ id }) => id).sort();
  const points = {
    ids: ids as (typeof stars)[number]['id'][],
    x: Float32Array.from(ids, (_, i) => i / 8),
    y: Float32Array.from(ids, (_, i) => -i),
  };
  await storeProjection(
    api.db,
    {
      modelId: api.archive.served.id,
      method: 'pca',
      settings: {},
      releases: releases.map(({ id, revision }) => ({ id, revision })),
      checksum: 'c',
      stars: ids.length,
      results: { explainedVariance: [0.5, 0.25] },
    },
    points,
  );
});
afterAll(() => api.close());

interface Column {
  readonly element: string;
  readonly value: readonly (number | null)[];
  readonly sigma: readonly (number | null)[];
}
interface Names {
  readonly names: readonly string[];
  readonly keys: readonly string[];
  readonly index: readonly (number | null)[];
}
interface Answer {
  projection: {
    stars: number;
    ids: string[];
    x: string;
    teff: (number | null)[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  } | null;
}

test('a projection is columns of one order, in two statements beside those of every request', async () => {
  api.statements.length = 0;
  const { projection } = await api.ask<Answer>(
    '{ projection(kind: PCA) { kind model stars releases explainedVariance ids x(encoding: BASE64_F32) y teff logg feh snr pageInfo { hasNextPage } } }',
  );
  expect(projection).toMatchObject({
    kind: 'PCA',
    model: api.archive.served.id,
    stars: ids.length,
    releases: ['dr2', 'dr1'],
    explainedVariance: [0.5, 0.25],
    ids,
    y: ids.map((_, i) => -i || 0),
    teff: ids.map((id) => api.archive.visible.get(id as never)?.teff),
    snr: ids.map((id) => api.archive.visible.get(id as never)?.snr),
    pageInfo: { hasNextPage: false },
  });
  expect([...decodeFloats(projection?.x ?? '', 'x')]).toEqual(ids.map((_, i) => i / 8));
  expect(api.statements.filter((sql) => sql.includes('projection_point'))).toHaveLength(2);
});

test('pages follow each other, and a cursor of another projection is refused', async () => {
  const query =
    'query ($after: String) { projection(kind: PCA, first: 7, after: $after) { ids teff pageInfo { hasNextPage endCursor } } }';
  const seen: string[] = [];
  let after: string | null = null;
  do {
    const { projection }: Answer = await api.ask(query, { after });
    seen.push(...(projection?.ids ?? []));
    expect(projection?.teff).toHaveLength(projection?.ids.length ?? -1);
    after = projection?.pageInfo.hasNextPage ? projection.pageInfo.endCursor : null;
  } while (after);
  expect(seen).toEqual(ids);
  const foreign = Buffer.from(JSON.stringify({ projection: 'other', id: 'a:b' })).toString('base64url');
  for (const variables of [{ after: foreign }, { after: 'nonsense' }]) {
    const { errors } = await api.post(query, variables);
    expect(errors[0].extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('abundances are columns of the species asked for, in one statement, null where they are not reliable', async () => {
  const { id: releaseId, revision } = await findRelease(api.db, 'dr2');
  const estimator = await makeEstimator(api.db, {
    modelId: api.archive.served.id,
    method: 'nonlinear',
    releaseId,
    revision,
  });
  const inDr2 = ids.filter((id) => api.archive.visible.get(id as never)?.release === 'dr2') as StarId[];
  const rows = inDr2.map((starId, i) => ({ starId, releaseId, revision, Fe: i / 8, Mg: -i / 8 }));
  await estimate(api.db, estimator, [{ ...rows[0], reason: { Mg: 'snr' } }, ...rows.slice(1)]);
  api.statements.length = 0;
  const { projection } = await api.ask<{ projection: { abundances: Column[] } }>(
    '{ projection(kind: PCA) { abundances(species: ["Mg", "Fe", "Mg"]) { element method estimator value sigma } } }',
  );
  expect(api.statements.filter((sql) => sql.includes('abundance_estimate '))).toHaveLength(1);
  const [mg, fe] = projection.abundances;
  expect(projection.abundances).toHaveLength(2);
  expect(mg).toMatchObject({ element: 'Mg', method: 'nonlinear', estimator: estimator.id });
  const expected = new Map(rows.map(({ starId, Fe }) => [starId as string, Fe]));
  expect(fe.value).toEqual(ids.map((id) => expected.get(id) ?? null));
  expect(mg.value).toEqual(
    ids.map((id) => (id === inDr2[0] ? null : expected.has(id) ? -(expected.get(id) ?? 0) : null)),
  );
  expect(mg.sigma.map((sigma) => sigma !== null)).toEqual(mg.value.map((value) => value !== null));
  expect(fe.sigma.find((sigma) => sigma !== null)).toBe(0.02);
  const page = await api.ask<{ projection: { ids: string[]; abundances: Column[] } }>(
    '{ projection(kind: PCA, first: 5) { ids abundances { element value } } }',
  );
  expect(page.projection.abundances[0].value).toEqual(page.projection.ids.map((id) => expected.get(id) ?? null));
});

test('a species that the estimator does not know is refused by name, and naming them needs no statement', async () => {
  const { errors } = await api.post('{ projection(kind: PCA) { abundances(species: ["Xx"]) { element } } }');
  expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
  expect(errors[0].message).toContain('Fe, Mg');
  api.statements.length = 0;
  const { projection } = await api.ask<{ projection: { abundances: Column[] } }>(
    '{ projection(kind: PCA) { abundances { element } } }',
  );
  expect(projection.abundances.map(({ element }) => element)).toEqual(['Fe', 'Mg']);
  expect(api.statements.filter((sql) => sql.includes('abundance_estimate '))).toEqual([]);
});

test('each star has its release, and its group of the kind asked for', async () => {
  const { id } = await findRelease(api.db, 'dr1');
  const members = ids.slice(2, 4).map((starId) => ({ group: 'M67', starId: starId as StarId, revision: 1 }));
  await storeKnownGroups(api.db, id, 'cluster', members);
  const { projection } = await api.ask<{ projection: Record<'release' | 'groups', Names> }>(
    '{ projection(kind: PCA) { release { names keys index } groups(kind: CLUSTER) { names keys index } } }',
  );
  const { release, groups } = projection;
  expect(release.index.map((place) => release.names[place ?? -1])).toEqual(
    ids.map((id) => api.archive.visible.get(id as never)?.release),
  );
  expect(groups).toEqual({
    names: ['M67'],
    keys: ['cluster:M67'],
    index: ids.map((_, i) => (i === 2 || i === 3 ? 0 : null)),
  });
});

test('there is none of a kind that was not computed, and `first` is bounded', async () => {
  expect(await api.ask('{ projection(kind: UMAP) { stars } }')).toEqual({ projection: null });
  const { errors } = await api.post('{ projection(kind: PCA, first: 20001) { stars } }');
  expect(errors[0].message).toContain('first');
});

test('it is hidden with any release that it was made from, and back with it', async () => {
  const { id } = await findRelease(api.db, 'dr1');
  await withdraw(api.db, id);
  expect(await api.ask('{ projection(kind: PCA) { stars } }')).toEqual({ projection: null });
  await publish(api.db, id);
  expect(await api.ask('{ projection(kind: PCA) { stars } }')).toEqual({ projection: { stars: ids.length } });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeFloats } from '../../src/api/scalars/floatArray.js';
import { findRelease, publish, withdraw } from '../../src/storage/dataRelease.js';
import { storeProjection } from '../../src/storage/projection.js';
import { serveSmallArchive } from './served.js';

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

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StarId } from '../../src/domain/star.js';
import { storeAbundances } from '../../src/storage/abundance.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { serveSmallArchive } from './served.js';
import { estimate, makeEstimator, type StoredValue } from './storedEstimates.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
/** By element, of S00 and S01: dr1's stars with a latent of their own. */
const values: Readonly<Record<string, StoredValue>> = {
  'apogee:S00': { Fe: -0.5, Mg: 0.2 },
  'apogee:S01': { Fe: -0.3, Mg: 0.1, reason: { Mg: 'snr' } },
  'apogee:S12': { Fe: 0.1, Mg: 0 },
};

beforeAll(async () => {
  api = await serveSmallArchive();
  const { db, archive } = api;
  const [dr1, draft] = [await findRelease(db, 'dr1'), await findRelease(db, 'dr3')];
  const modelId = archive.served.id;
  const linear = await makeEstimator(db, { modelId, method: 'linear', releaseId: dr1.id, revision: 1 });
  const nonlinear = await makeEstimator(db, { modelId, method: 'nonlinear', releaseId: dr1.id, revision: 1 });
  // Learnt from a draft, and from a revision that is still to come: newer than the others, and nobody's business.
  const hidden = [
    await makeEstimator(db, { modelId, method: 'nonlinear', releaseId: draft.id, revision: 1 }),
    await makeEstimator(db, { modelId, method: 'nonlinear', releaseId: dr1.id, revision: 2 }),
  ];
  for (const [star, value] of Object.entries(values)) {
    const release = star === 'apogee:S12' ? await findRelease(db, 'dr2') : dr1;
    const key = { starId: star as StarId, releaseId: release.id };
    await estimate(db, linear, [{ ...key, revision: 1, ...value, shift: 0.01 }]);
    await estimate(db, nonlinear, [{ ...key, revision: 1, ...value }]);
    for (const each of hidden) await estimate(db, each, [{ ...key, revision: 1, Fe: 9, Mg: 9 }]);
  }
  // A star's estimate in the draft, and in a staged revision of its release.
  const seven = { Fe: 7, Mg: 7 };
  await estimate(db, nonlinear, [
    { starId: 'apogee:S12', releaseId: draft.id, revision: 1, ...seven },
    { starId: 'apogee:S40', releaseId: dr1.id, revision: 2, ...seven },
  ]);
  await storeAbundances(db, (await findRelease(db, 'toy-1')).id, [
    { starId: 'toy:T0', element: 'Mg', value: 0.25, sigma: null },
  ]);
  await db.query('update abundance set revision = 1');
});
afterAll(() => api.close());

interface Told {
  star: {
    abundances: {
      element: string;
      value: number;
      sigma: number | null;
      reliable: boolean;
      reason: string | null;
      method: string;
      release: string;
    }[];
  };
}

const FIELDS =
  'element value sigma noise interval68 { low high } interval95 { low high } reliable reason method model release estimator trainedOn';
const ask = async (id: string, argument = '') =>
  (await api.ask<Told>(`{ star(id: "${id}") { abundances${argument} { ${FIELDS} } } }`)).star.abundances;

describe('abundances', () => {
  test('come with their intervals, and say where they are from', async () => {
    const [fe, mg] = await ask('apogee:S00');
    expect(fe).toMatchObject({ element: 'Fe', method: 'nonlinear', release: 'dr1', trainedOn: 'dr1', reliable: true });
    expect(fe).toMatchObject({ value: expect.closeTo(-0.5, 6), sigma: expect.closeTo(0.02, 6), reason: null });
    expect(fe).toMatchObject({
      interval68: { low: expect.closeTo(-0.52, 6), high: expect.closeTo(-0.48, 6) },
      interval95: { low: expect.closeTo(-0.54, 6), high: expect.closeTo(-0.46, 6) },
    });
    expect(mg).toMatchObject({ element: 'Mg', value: expect.closeTo(0.2, 6) });
  });

  test('say in words why one cannot be relied upon', async () => {
    const [fe, mg] = await ask('apogee:S01');
    expect(fe.reliable).toBe(true);
    expect(mg).toMatchObject({ reliable: false, reason: expect.stringMatching(/signal to noise is below 20/) });
  });

  test('come by the method asked for, and an unknown one is refused with those that there are', async () => {
    expect((await ask('apogee:S00', '(method: "linear")'))[0]).toMatchObject({
      method: 'linear',
      value: expect.closeTo(-0.49, 6),
    });
    const { errors } = await api.post('{ star(id: "apogee:S00") { abundances(method: "magic") { value } } }');
    expect(errors[0]).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect(errors[0].message).toMatch(/method: expected nonlinear or linear or truth, found "magic"/);
  });

  test('are those of the newest visible release, whatever a draft or a staged revision has', async () => {
    expect((await ask('apogee:S12'))[0]).toMatchObject({ value: expect.closeTo(0.1, 6), release: 'dr2' });
    expect(await ask('apogee:S02')).toEqual([]);
  });

  test('of a simulation are known exactly', async () => {
    expect(await ask('toy:T0', '(method: "truth")')).toMatchObject([
      { element: 'Mg', value: 0.25, sigma: null, interval68: null, method: 'truth', release: 'toy-1' },
    ]);
  });

  test('of a model without an estimator are none', async () => {
    expect(await ask('toy:T0', `(model: "${api.archive.other.id}")`)).toEqual([]);
  });

  test('of a page of stars cost one statement', async () => {
    const query = (fields: string) =>
      `{ stars(filter: { namePrefix: "S0", release: "dr1" }, first: 10) { edges { node { name ${fields} } } } }`;
    await api.ask(query(''));
    api.statements.length = 0;
    await api.ask(query(''));
    const without = api.statements.length;
    api.statements.length = 0;
    await api.ask(query('abundances { element value }'));
    expect(api.statements.length - without).toBe(1);
  });
});

describe('a filter on abundances', () => {
  const names = async (filter: string) => {
    const { stars } = await api.ask<{ stars: { totalCount: number; edges: { node: { name: string } }[] } }>(
      `{ stars(filter: { abundances: ${filter} }, first: 50) { totalCount edges { node { name } } } }`,
    );
    expect(stars.totalCount).toBe(stars.edges.length);
    return stars.edges.map(({ node }) => node.name);
  };

  test('takes ranges, ends included, and all of its conditions hold', async () => {
    expect(await names('[{ element: "Fe" }]')).toEqual(['S00', 'S01', 'S12']);
    expect(await names('[{ element: "Fe", value: { max: -0.3 } }]')).toEqual(['S00', 'S01']);
    expect(await names('[{ element: "Fe", value: { max: -0.2 } }, { element: "Mg", value: { min: 0.15 } }]')).toEqual([
      'S00',
    ]);
  });

  test('leaves out what is not reliable unless it is told to, and errors that are too large', async () => {
    expect(await names('[{ element: "Mg" }]')).toEqual(['S00', 'S12']);
    expect(await names('[{ element: "Mg", reliableOnly: false }]')).toEqual(['S00', 'S01', 'S12']);
    expect(await names('[{ element: "Fe", maxSigma: 0.03 }]')).toEqual(['S00', 'S01', 'S12']);
    expect(await names('[{ element: "Fe", maxSigma: 0.01 }]')).toEqual([]);
  });

  test('is refused for an element that nobody measured, or a range upside down', async () => {
    const refusal = async (filter: string) =>
      (await api.post(`{ stars(filter: { abundances: ${filter} }) { totalCount } }`)).errors[0].message;
    expect(await refusal('[{ element: "Xx" }]')).toMatch(/filter.abundances\[0\].element: expected Fe, Mg, found "Xx"/);
    expect(await refusal('[{ element: "Fe", value: { min: 1, max: 0 } }]')).toMatch(/min not above max/);
    expect(await refusal('[{ element: "Fe", maxSigma: -1 }]')).toMatch(/0 or more/);
  });

  test('is refused, not planned for minutes, where it has more conditions than anybody means', async () => {
    const { errors } = await api.post(
      'query ($abundances: [AbundanceFilter!]!) { stars(filter: { abundances: $abundances }) { totalCount } }',
      { abundances: Array(5000).fill({ element: 'Fe' }) },
    );
    expect(errors[0].message).toBe('filter.abundances: expected at most 40 conditions, found 5000');
    expect(await names(`[${'{ element: "Fe" } '.repeat(40)}]`)).toEqual(['S00', 'S01', 'S12']);
  });
});

describe('an order by an abundance', () => {
  const all = async (order: string) => {
    const names: string[] = [];
    for (let after: string | null = null; ; ) {
      const {
        stars,
      }: { stars: { edges: { node: { name: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } } } =
        await api.ask(
          `query ($after: String) { stars(first: 2, after: $after, orderBy: ${order}) { edges { node { name } } pageInfo { endCursor hasNextPage } } }`,
          { after },
        );
      names.push(...stars.edges.map(({ node }) => node.name));
      if (!stars.pageInfo.hasNextPage) return names;
      after = stars.pageInfo.endCursor;
    }
  };

  test('is that of the values, stars without one last by id, page by page', async () => {
    const others = (names: readonly string[]) => [...names].slice(3);
    const up = await all('{ field: ABUNDANCE, abundance: { element: "Fe" } }');
    const down = await all('{ field: ABUNDANCE, direction: DESC, abundance: { element: "Fe" } }');
    expect(new Set(up).size).toBeGreaterThan(20);
    expect(up).toHaveLength(api.archive.visible.size);
    expect(up.slice(0, 3)).toEqual(['S00', 'S01', 'S12']);
    expect(down.slice(0, 3)).toEqual(['S12', 'S01', 'S00']);
    expect(others(up)).toEqual(others(down));
  });

  test('takes what is not reliable as no value unless it is told to', async () => {
    const first = async (more: string) =>
      (await all(`{ field: ABUNDANCE, abundance: { element: "Mg"${more} } }`)).slice(0, 3);
    expect((await first(', reliableOnly: false')).toSorted()).toEqual(['S00', 'S01', 'S12']);
    expect((await first('')).slice(0, 2).toSorted()).toEqual(['S00', 'S12']);
  });

  test('is refused without an element, with one that nobody measured, and with a cursor of another', async () => {
    const refusal = async (order: string, more = '') =>
      (await api.post(`{ stars(first: 1, orderBy: ${order}${more}) { edges { cursor } } }`)).errors[0].message;
    expect(await refusal('{ field: ABUNDANCE }')).toMatch(/orderBy.abundance: expected an element/);
    expect(await refusal('{ field: TEFF, abundance: { element: "Fe" } }')).toMatch(/orderBy.abundance: expected/);
    expect(await refusal('{ field: ABUNDANCE, abundance: { element: "Xx" } }')).toMatch(
      /orderBy.abundance.element: expected Fe, Mg, found "Xx"/,
    );
    const { stars } = await api.ask<{ stars: { edges: { cursor: string }[] } }>(
      '{ stars(first: 1, orderBy: { field: ABUNDANCE, abundance: { element: "Fe" } }) { edges { cursor } } }',
    );
    const after = `, after: "${stars.edges[0].cursor}"`;
    expect(await refusal('{ field: ABUNDANCE, abundance: { element: "Mg" } }', after)).toMatch(/order/);
  });
});

test('the filter and the abundances of a promoted model without estimators say what to do', async () => {
  await api.db.query('update served_model set model_id = $1', [api.archive.other.id]);
  const { errors } = await api.post('{ stars(filter: { abundances: [{ element: "Fe" }] }) { totalCount } }');
  expect(errors[0]).toMatchObject({
    extensions: { code: 'NOT_READY', remedy: expect.stringMatching(/abundances train/) },
  });
  await api.db.query('update served_model set model_id = $1', [api.archive.served.id]);
});

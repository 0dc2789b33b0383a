import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveSmallArchive } from './served.js';

let api: Awaited<ReturnType<typeof serveSmallArchive>>;
beforeAll(async () => {
  api = await serveSmallArchive();
});
afterAll(() => api.close());

/** Statements that a query costs, once whatever is kept between requests is there. */
async function cost(query: string): Promise<number> {
  await api.ask(query);
  api.statements.length = 0;
  await api.ask(query);
  // Budgets are settled by the clock, whatever is asked.
  return api.statements.filter((sql) => !sql.includes('settle_request_budget')).length;
}

test('introspection and __typename cost no statement', async () => {
  expect(await cost('{ __typename __schema { types { name } } }')).toBe(0);
});

test('a star costs the view and the look-up, and one statement for each kind of thing asked', async () => {
  expect(await cost('{ star(id: "S06") { name aliases { id } } }')).toBe(2);
  expect(
    await cost(
      '{ star(id: "S06") { parameters { teff } release snr spectrum { flux wavelength } latent { z } latentReason extrapolated } }',
    ),
  ).toBe(2 + 4);
});

test('thirty stars cost what one costs', async () => {
  const fields =
    'parameters { teff } release snr spectrum { flux wavelength } dr1: spectrum(release: "dr1") { good } latent { z }';
  const one = await cost(`{ stars(first: 1) { edges { node { name ${fields} } } } }`);
  const thirty = await cost(`{ stars(first: 30) { edges { node { name ${fields} } } } }`);
  // The view, the page with parameters and summaries; spectra of the newest and of a named release, latents.
  expect([one, thirty]).toEqual([5, 5]);
});

test('a page of twins costs one statement, and one more for each kind of thing asked of the twins', async () => {
  const page = await cost('{ star(id: "S00") { twins(first: 20) { edges { distance node { name } } } } }');
  // The view, the star; the page with its latent, the twins. What ranks them is known.
  expect(page).toBe(4);
  const more = await cost(
    '{ star(id: "S00") { twins(first: 20) { search { candidates } edges { distance node { name parameters { teff } spectrum { flux } } } } } }',
  );
  expect(more).toBe(page + 3);
});

test('nodes are looked up together, and twice the same star is loaded once', async () => {
  expect(
    await cost('{ nodes(ids: ["S00", "S01", "apogee:S00", "17335483-2753043"]) { id } star(id: "S00") { name } }'),
  ).toBe(2);
});

test('a page of stars with parameters, abundances and five twins each costs five statements', async () => {
  const { db, archive } = api;
  await db.query(
    `insert into abundance_estimator (id, model_id, method, reference, release_id, revision, elements, figures, differential, config, fingerprint, checksum, artefact_bytes)
     select 'linear-00000000', $1, 'linear', 'truth', id, 1, '{Fe}', '[null]', '{}', '{}', '0', '0', 0 from data_release where name = 'dr1'`,
    [archive.served.id],
  );
  await db.query(
    `insert into abundance_estimate (star_id, release_id, estimator_id, revision, value, sigma, half95, noise, reason)
     select star_id, release_id, 'linear-00000000', revision, '{-.5}', '{.1}', '{.2}', '{.05}', '{null}' from spectrum`,
  );
  const query = `{ stars(first: 50, filter: { namePrefix: "T" }) { edges { node { name parameters { teff logg feh } snr release
    abundances { element value sigma } twins(first: 5) { edges { distance logBayesFactor node { name ra dec } } } } } } }`;
  // The view; the stars with their parameters; estimates with their estimator; all neighbours, which two statements share where an index is walked along; the twins.
  expect(await cost(query)).toBe(5);
  const { stars } = await api.ask<{
    stars: { edges: { node: { abundances: { value: number }[]; twins: { edges: object[] } } }[] };
  }>(query);
  expect(stars.edges).toHaveLength(8);
  for (const { node } of stars.edges) {
    expect(node.abundances).toMatchObject([{ element: 'Fe', value: -0.5 }]);
    expect(node.twins.edges).toHaveLength(5);
  }
});

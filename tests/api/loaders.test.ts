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
  return api.statements.length;
}

test('introspection and __typename cost no statement', async () => {
  expect(await cost('{ __typename __schema { types { name } } }')).toBe(0);
});

test('a star costs the view, the look-up and the star, and one statement for each kind of thing asked', async () => {
  expect(await cost('{ star(id: "S06") { name aliases { id } } }')).toBe(3);
  expect(
    await cost(
      '{ star(id: "S06") { parameters { teff } release snr spectrum { flux wavelength } latent { z } latentReason extrapolated } }',
    ),
  ).toBe(3 + 4);
});

test('thirty stars cost what one costs', async () => {
  const fields =
    'parameters { teff } release snr spectrum { flux wavelength } dr1: spectrum(release: "dr1") { good } latent { z }';
  const one = await cost(`{ stars(first: 1) { edges { node { name ${fields} } } } }`);
  const thirty = await cost(`{ stars(first: 30) { edges { node { name ${fields} } } } }`);
  // The view, the page, the stars; parameters, summaries, spectra of the newest and of a named release, latents.
  expect([one, thirty]).toEqual([8, 8]);
});

test('a page of twins costs one statement, and one more for each kind of thing asked of the twins', async () => {
  const page = await cost('{ star(id: "S00") { twins(first: 20) { edges { distance node { name } } } } }');
  // The view, the look-up, the star; its latent, the page, what ranks it, the twins.
  expect(page).toBe(7);
  const more = await cost(
    '{ star(id: "S00") { twins(first: 20) { search { candidates } edges { distance node { name parameters { teff } spectrum { flux } } } } } }',
  );
  expect(more).toBe(page + 3);
});

test('nodes are looked up together, and twice the same star is loaded once', async () => {
  expect(
    await cost('{ nodes(ids: ["S00", "S01", "apogee:S00", "17335483-2753043"]) { id } star(id: "S00") { name } }'),
  ).toBe(3);
});

import type { StarId } from '../../../src/domain/star.js';
import { RANKED } from '../../../src/domain/twinRanking.js';
import type { Database } from '../../../src/storage/database.js';
import { loadLatents } from '../../../src/storage/latent.js';
import type { SearchPlan } from '../../../src/storage/searchPlan.js';
import { findStars, loadStars } from '../../../src/storage/star.js';
import { listStars } from '../../../src/storage/starList.js';
import { loadParameters } from '../../../src/storage/starParameters.js';
import { chooseSpectra } from '../../../src/storage/starSpectra.js';
import { findNeighbours } from '../../../src/storage/twinSearch.js';
import { readView } from '../../../src/storage/view.js';
import { type Measurement, medianMilliseconds } from '../measurement.js';
import { type Asked, ask, load } from './load.js';

const SECONDS = 10;
const RUNS = 30;

const star = 'query ($id: ID!) { star(id: $id) { id name ra dec aliases { catalogue id } } }';
const twins = `query ($id: ID!) { star(id: $id) { twins(first: 20) { search { plan } edges { distance logBayesFactor node { name } } } } }`;
const list = `query ($prefix: String!) { stars(first: 50, filter: { namePrefix: $prefix }) { edges { node { name parameters { teff logg feh }
  abundances { element value sigma } twins(first: 5) { edges { distance logBayesFactor node { name } } } } } } }`;
const recast =
  'query ($id: ID!) { star(id: $id) { recast(to: { teff: 4600, logg: 2.2, feh: 0 }) { flux(encoding: BASE64_F32) } } }';
const recasts = `query ($prefix: String!) { stars(first: 20, filter: { namePrefix: $prefix }) { edges { node {
  recast(to: { teff: 4600, logg: 2.2, feh: 0 }) { flux(encoding: BASE64_F32) } } } } }`;
const spectra = `query ($prefix: String!) { stars(first: 20, filter: { namePrefix: $prefix }) { edges { node { name
  spectrum { flux(encoding: BASE64_F32) } } } } }`;

/** Asks a served archive of `fillIndexedArchive`. That 50 stars cost five statements, or six where an index is walked along, once their neighbours have been met, is tested with the loaders. */
export async function measurements(db: Database, api: string, modelId: string): Promise<Measurement[]> {
  const view = await readView(db);
  const names = (await listStars(db, view, { first: 1000, filter: { namePrefix: 'copy-1' } })).map(({ id }) => id);
  const ids = names.filter((_, i) => i % 2 === 0);
  const byId = ids.map((id) => ({ id }));
  // Begin with another star each.
  const prefixes = Array.from({ length: RUNS + 2 }, (_, i) => ({ prefix: `copy-${100 + i}-` }));
  const plan = await planOf(api, ids[0]);
  await warmUp(api, { ids, prefixes: prefixes.map(({ prefix }) => prefix) });
  const [dims] = await db.query<{ dimensions: number }>(
    'select vector_dims(searched) as dimensions from latent where model_id = $1 and searched is not null limit 1',
    [modelId],
  );
  const search: SearchPlan = plan === 'HNSW' ? { name: 'HNSW', dimensions: dims.dimensions } : { name: 'EXACT' };
  const cyclic = <T>(values: readonly T[]) => {
    let next = 0;
    return () => values[next++ % values.length];
  };
  const nextId = cyclic(ids);
  const nextPage = cyclic(prefixes);
  const page = async (first: number) =>
    (await listStars(db, view, { first, filter: { namePrefix: nextPage().prefix } })).map(({ id }) => id);
  const neighbours = (stars: readonly StarId[], first: number) =>
    findNeighbours(db, view, modelId, stars, { first: RANKED + first + 1, plan: search });

  const single = await load(api, { query: star, variables: byId }, { connections: 32, seconds: SECONDS });
  const singleSql = await perSecond(32, SECONDS / 2, async () => {
    const id = nextId();
    await Promise.all([readView(db), findStars(db, view, [id])]);
  });
  const searched = await load(
    api,
    { query: twins, variables: byId },
    { connections: 10, seconds: 2 * SECONDS, rate: 50 },
  );
  const searchedSql = await medianMilliseconds(RUNS, () => neighbours([nextId()], 20));
  const whole = await once(api, { query: list, variables: prefixes });
  const wholeSql = await medianMilliseconds(RUNS, async () => {
    const stars = await page(50);
    await Promise.all([loadStars(db, view, stars), loadParameters(db, view, stars), neighbours(stars, 5)]);
  });
  const one = await once(api, { query: recast, variables: byId });
  const oneSql = await medianMilliseconds(RUNS, () => loadLatents(db, view, modelId, [nextId()]));
  const twenty = await once(api, { query: recasts, variables: prefixes });
  const fluxes = await once(api, { query: spectra, variables: prefixes });
  const fluxesSql = await medianMilliseconds(RUNS, async () => chooseSpectra(db, view, await page(20)));
  return [
    atLeast('star by id', single.perSecond, '1/s', singleSql, 1500),
    atMost(`twins(first: 20) at 50 a second, ${plan}: p50`, searched.p50, 'ms', searchedSql, 12),
    atMost(`twins(first: 20) at 50 a second, ${plan}: p99`, searched.p99, 'ms', searchedSql, 60),
    atMost('50 stars with parameters, abundances and 5 twins', whole, 'ms', wholeSql, 60),
    atMost('recast, warm: p50', one, 'ms', oneSql, 25),
    { ...atMost('20 recasts of one request', twenty, 'ms', one, 0), mark: null, met: null },
    atMost('a page of 20 spectra in BASE64_F32', fluxes, 'ms', fluxesSql, 15),
  ];
}

async function planOf(api: string, id: string): Promise<string> {
  const answer = await ask<{ star: { twins: { search: { plan: string } } } }>(api, twins, { id });
  return answer.star.twins.search.plan;
}

async function warmUp(api: string, { ids, prefixes }: { ids: readonly string[]; prefixes: readonly string[] }) {
  for (const id of ids.slice(0, 50)) {
    await ask(api, star, { id });
    await ask(api, twins, { id });
    await ask(api, recast, { id });
  }
  for (const prefix of prefixes.slice(0, 3)) {
    await ask(api, list, { prefix });
    await ask(api, recasts, { prefix });
    await ask(api, spectra, { prefix });
  }
}

/** Median milliseconds of a request, one after the other. */
function once(api: string, { query, variables }: Asked): Promise<number> {
  let next = 0;
  return medianMilliseconds(RUNS, () => ask(api, query, variables[next++ % variables.length]));
}

/** How often so many at a time do it in a second. */
async function perSecond(atATime: number, seconds: number, work: () => Promise<unknown>): Promise<number> {
  const end = performance.now() + 1000 * seconds;
  let done = 0;
  await Promise.all(
    Array.from({ length: atATime }, async () => {
      for (; performance.now() < end; done++) await work();
    }),
  );
  return done / seconds;
}

const line = (name: string, value: number, unit: string, reference: number | null, mark: number) => ({
  name,
  value,
  unit,
  reference,
  ratio: reference === null ? null : value / reference,
  mark,
});

function atLeast(...of: Parameters<typeof line>): Measurement {
  const drawn = line(...of);
  return { ...drawn, met: drawn.value >= drawn.mark };
}

function atMost(...of: Parameters<typeof line>): Measurement {
  const drawn = line(...of);
  return { ...drawn, met: drawn.value <= drawn.mark };
}

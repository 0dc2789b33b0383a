import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import type { Database } from '../../src/storage/database.js';
import { syntheticGrid } from '../science/latents/syntheticSpectra.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';
import { fillSyntheticArchive, rowName, type SyntheticArchive } from './syntheticArchive.js';

let db: Database;
let compute: Compute;
let archive: SyntheticArchive;
let api: Served;
/** Rows of each batch that the API had decoded. */
const decoded: number[] = [];

beforeAll(async () => {
  db = await openTestDatabase();
  compute = startCompute({ backend: 'auto' });
  archive = await fillSyntheticArchive(db, compute);
  const counted: Compute = {
    train: (...request) => compute.train(...request),
    encode: (...request) => compute.encode(...request),
    decode: (...request) => compute.decode(...request),
    decodeResidual: (model, residual, parameters, rows) => {
      decoded.push(rows);
      return compute.decodeResidual(model, residual, parameters, rows);
    },
    recast: (...request) => compute.recast(...request),
    standardise: (...request) => compute.standardise(...request),
    metricFor: (...request) => compute.metricFor(...request),
    rank: (...request) => compute.rank(...request),
    compare: (...request) => compute.compare(...request),
    load: () => compute.load(),
    trainAbundances: (...request) => compute.trainAbundances(...request),
    estimateAbundances: (...request) => compute.estimateAbundances(...request),
    close: async () => {},
  };
  api = await serveDatabase(db, { compute: counted });
}, 60_000);
afterAll(async () => {
  await api.close();
  await compute.close();
  await db.close();
});

interface Recast {
  kind: string;
  model: string;
  release: string;
  extrapolated: boolean;
  good: number;
  flux: (number | null)[];
}
const fields = 'kind model release extrapolated good flux';

const fluxOf = (row: number) =>
  archive.stars.flux.subarray(row * syntheticGrid.wavelength.length, (row + 1) * syntheticGrid.wavelength.length);

/** Root mean square difference over the pixels that the recast covers. */
function difference(flux: ArrayLike<number | null>, row: number): number {
  const observed = fluxOf(row);
  let sum = 0;
  let count = 0;
  for (let i = 0; i < flux.length; i++) {
    const value = flux[i];
    if (value === null) continue;
    sum += (value - observed[i]) ** 2;
    count++;
  }
  return Math.sqrt(sum / count);
}

async function recastLike(star: string, other: string, model?: string): Promise<Recast> {
  const answer = await api.ask<{ star: { recastLike: Recast } }>(
    `query ($star: ID!, $other: ID!, $model: ID) { star(id: $star) { recastLike(star: $other, model: $model) { ${fields} } } }`,
    { star, other, model },
  );
  return answer.star.recastLike;
}

test('recast to its own parameters, a star is itself within its noise', async () => {
  for (const row of [0, 1, 4]) {
    const recast = await recastLike(rowName(row), rowName(row));
    expect(recast).toMatchObject({ kind: 'RECAST', model: archive.model.id, release: 's1', extrapolated: false });
    expect(recast.flux).toHaveLength(syntheticGrid.wavelength.length);
    expect(recast.good).toBe(recast.flux.filter((value) => value !== null).length);
    expect(difference(recast.flux, row)).toBeLessThan(0.012);
  }
});

test('recast to the parameters of its twin, a star looks like its twin', async () => {
  const before: number[] = [];
  for (const pair of [0, 1, 2, 3]) {
    const twin = 2 * pair + 1;
    before.push(difference(fluxOf(2 * pair), twin));
    const { flux } = await recastLike(rowName(2 * pair), rowName(twin));
    // The twin's noise is 0.01, and as much of the star's own may be kept in its latent.
    expect(difference(flux, twin)).toBeLessThan(0.015);
  }
  expect(Math.max(...before)).toBeGreaterThan(0.03);
});

test('recast by numbers and by a star at these numbers are the same', async () => {
  const [teff, logg] = archive.stars.parameters.subarray(9, 11);
  const { star } = await api.ask<{ star: { recast: Recast } }>(
    `query ($to: ParametersInput!) { star(id: "P0a") { recast(to: $to) { ${fields} } } }`,
    { to: { teff, logg } },
  );
  expect(star.recast).toEqual(await recastLike('P0a', 'P1b'));
});

test('a recast has no error, mask or signal to noise, and both encodings agree', async () => {
  const { star } = await api.ask<{ star: { recast: Record<string, unknown> } }>(
    '{ star(id: "P0a") { recast(to: { teff: 4500, logg: 2 }) { error mask snr flux base64: flux(encoding: BASE64_F32) wavelength } } }',
  );
  const { flux, base64, ...rest } = star.recast;
  expect(rest).toEqual({
    error: null,
    mask: null,
    snr: null,
    wavelength: Array.from(syntheticGrid.wavelength, (lambda) => expect.closeTo(lambda, 4)),
  });
  const bytes = Buffer.from(base64 as string, 'base64');
  for (const [i, value] of (flux as (number | null)[]).entries())
    if (value === null) expect(bytes.readFloatLE(4 * i)).toBeNaN();
    else expect(bytes.readFloatLE(4 * i)).toBeCloseTo(value, 5);
});

test('outside the training range the parameters are clamped, and the answer says so', async () => {
  const { star } = await api.ask<{ star: Record<string, Recast> }>(
    `{ star(id: "P0a") { inside: recast(to: { teff: 4500, logg: 2 }) { ${fields} }
       outside: recast(to: { teff: 9000, logg: 2 }) { ${fields} } further: recast(to: { teff: 1e300, logg: 2 }) { ${fields} } } }`,
  );
  expect([star.inside.extrapolated, star.outside.extrapolated, star.further.extrapolated]).toEqual([false, true, true]);
  expect(star.further.flux).toEqual(star.outside.flux);
  expect(star.outside.flux).not.toEqual(star.inside.flux);
});

test('a star outside the training range says so wherever it is recast to', async () => {
  const { star } = await api.ask<{ star: { recast: Recast; extrapolated: boolean } }>(
    `{ star(id: "P5b") { extrapolated recast(to: { teff: 4500, logg: 2 }) { ${fields} } } }`,
  );
  expect([star.extrapolated, star.recast.extrapolated]).toEqual([true, true]);
});

test('all recasts of a request are decoded as one batch', async () => {
  decoded.length = 0;
  await api.ask('{ stars(first: 12) { edges { node { recast(to: { teff: 4500, logg: 2 }) { flux } } } } }');
  expect(decoded).toEqual([12]);
});

test('a model that removes the metallicity takes it from the input, or from the star', async () => {
  const { id } = archive.withMetallicity;
  const feh = archive.stars.parameters[2];
  const query = `query ($own: ParametersInput!, $same: ParametersInput!, $rich: ParametersInput!, $model: ID) { star(id: "P0a") {
    own: recast(to: $own, model: $model) { ${fields} } same: recast(to: $same, model: $model) { ${fields} } rich: recast(to: $rich, model: $model) { ${fields} } } }`;
  const to = { teff: 4500, logg: 2 };
  const { star } = await api.ask<{ star: Record<string, Recast> }>(query, {
    own: to,
    same: { ...to, feh },
    rich: { ...to, feh: feh + 0.3 },
    model: id,
  });
  expect(star.own).toEqual(star.same);
  expect(star.own.model).toBe(id);
  expect(star.rich.flux).not.toEqual(star.same.flux);
});

test.each([
  ['an unknown star to be like', '{ star(id: "P0a") { recastLike(star: "nobody") { good } } }', 'NOT_FOUND'],
  [
    'an unknown model',
    '{ star(id: "P0a") { recast(to: { teff: 4500, logg: 2 }, model: "nothing") { good } } }',
    'NOT_FOUND',
  ],
  ['a missing log g', '{ star(id: "P0a") { recast(to: { teff: 4500 }) { good } } }', 'GRAPHQL_VALIDATION_FAILED'],
])('%s is refused', async (_, query, code) => {
  const { errors } = await api.post(query);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
  expect(api.logged).toEqual([]);
});

test('a value beyond every number is refused by name, and the other recasts of the request stay', async () => {
  const { data, errors } = await api.post<{ good: object; bad: object }>(
    '{ good: star(id: "P0a") { recast(to: { teff: 4500, logg: 2 }) { kind } } bad: star(id: "P0a") { recast(to: { teff: 4500, logg: -1e999 }) { kind } } }',
  );
  expect(data).toEqual({ good: { recast: { kind: 'RECAST' } }, bad: { recast: null } });
  expect(errors.map(({ path, message, extensions }) => [path, message, extensions.code])).toEqual([
    [['bad', 'recast'], 'to.logg: expected a finite number, found -Infinity', 'BAD_USER_INPUT'],
  ]);
});

test('without a metallicity, a star is neither encoded nor a goal under a model that removes it', async () => {
  const query = `query ($model: ID) {
    from: star(id: "P5a") { recast(to: { teff: 4500, logg: 2, feh: 0 }, model: $model) { good } }
    to: star(id: "P0a") { recastLike(star: "P5a", model: $model) { good } }
    own: star(id: "P5a") { recast(to: { teff: 4500, logg: 2 }, model: $model) { good } } }`;
  const { errors } = await api.post(query, { model: archive.withMetallicity.id });
  const codes = Object.fromEntries(errors.map(({ path, extensions }) => [path?.[0], extensions.code]));
  expect(codes).toEqual({ from: 'NOT_READY', to: 'NOT_READY', own: 'BAD_USER_INPUT' });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { startCompute } from '../../src/compute/pool.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';
import { estimate, makeEstimator } from './storedEstimates.js';
import { fillSyntheticArchive, type SyntheticArchive } from './syntheticArchive.js';

const compute = startCompute({ backend: 'auto' });
let db: Database;
let archive: SyntheticArchive;
let api: Served;
beforeAll(async () => {
  db = await openTestDatabase();
  archive = await fillSyntheticArchive(db, compute);
  api = await serveDatabase(db, { compute });
});
afterAll(async () => {
  await api.close();
  await compute.close();
  await db.close();
});

interface Compared {
  a: { name: string };
  b: { name: string };
  at: { teff: number; logg: number; feh: number | null };
  wavelength: number[];
  fluxA: (number | null)[];
  fluxB: (number | null)[];
  residual: (number | null)[];
  distance: number;
  chi2: number;
  degreesOfFreedom: number;
  logBayesFactor: number;
  model: string;
  releases: string[];
  extrapolated: boolean;
}
const fields = `a { name } b { name } at { teff logg feh } wavelength fluxA fluxB residual distance chi2 degreesOfFreedom logBayesFactor
  model releases extrapolated`;
const query = `query ($a: ID!, $b: ID!, $at: ParametersInput, $model: ID) { compare(a: $a, b: $b, at: $at, model: $model) { ${fields} } }`;
const compare = async (variables: object) => (await api.ask<{ compare: Compared }>(query, variables)).compare;

const mean = (values: (number | null)[]) =>
  values.reduce<number>((sum, value) => sum + Math.abs(value ?? 0), 0) / values.length;

test('twins compared at the parameters of the first look alike, strangers do not', async () => {
  const twins = await compare({ a: 'P0a', b: 'P0b' });
  const strangers = await compare({ a: 'P0a', b: 'P2a' });
  const [teff, logg] = archive.stars.parameters;
  expect(twins.at).toEqual({ teff, logg, feh: null });
  expect([twins.a.name, twins.b.name]).toEqual(['P0a', 'P0b']);
  expect(mean(twins.residual)).toBeLessThan(mean(strangers.residual) / 2);
  expect(twins.distance).toBeLessThan(strangers.distance);
  expect(twins.logBayesFactor).toBeGreaterThan(strangers.logBayesFactor);
  expect(twins.chi2 / twins.degreesOfFreedom).toBeLessThan(strangers.chi2 / strangers.degreesOfFreedom);
  expect(twins).toMatchObject({ model: archive.model.id, releases: ['s1', 's1'], extrapolated: false });
});

test('it says of two stars what their recasts and twins say of them', async () => {
  const at = { teff: 4500, logg: 2 };
  const { star, compare } = await api.ask<{
    star: {
      recast: { flux: number[]; wavelength: number[] };
      twins: { edges: { node: { name: string }; distance: number; chi2: number; logBayesFactor: number }[] };
    };
    compare: Compared;
  }>(
    `query ($at: ParametersInput!) { compare(a: "P1a", b: "P3b", at: $at) { ${fields} }
       star(id: "P1a") { recast(to: $at) { flux wavelength } twins { edges { node { name } distance chi2 logBayesFactor } } } }`,
    { at },
  );
  const edge = star.twins.edges.find(({ node }) => node.name === 'P3b');
  expect(compare).toMatchObject({
    at: { ...at, feh: null },
    fluxA: star.recast.flux,
    wavelength: star.recast.wavelength,
    distance: expect.closeTo(edge?.distance as number, 4),
    chi2: edge?.chi2,
    logBayesFactor: edge?.logBayesFactor,
  });
  for (const [i, value] of compare.residual.entries())
    if (value === null) expect([compare.fluxA[i], compare.fluxB[i]]).toContain(null);
    else expect(value).toBeCloseTo((compare.fluxA[i] as number) - (compare.fluxB[i] as number), 4);
});

test('a star compared with itself differs in nothing', async () => {
  const same = await compare({ a: 'P0a', b: 'P0a' });
  expect(same.distance).toBe(0);
  expect(same.chi2).toBe(0);
  expect(mean(same.residual)).toBe(0);
});

test('parameters outside the training range are told, of either star or of the goal', async () => {
  expect((await compare({ a: 'P0a', b: 'P5b' })).extrapolated).toBe(true);
  expect((await compare({ a: 'P0a', b: 'P0b', at: { teff: 9000, logg: 2 } })).extrapolated).toBe(true);
});

test('a model that removes the metallicity takes it from the first star where it is left out', async () => {
  const { at } = await compare({ a: 'P0a', b: 'P0b', at: { teff: 4500, logg: 2 }, model: archive.withMetallicity.id });
  expect(at).toEqual({ teff: 4500, logg: 2, feh: expect.closeTo(archive.stars.parameters[2], 6) });
});

test.each([
  ['an unknown star', { a: 'P0a', b: 'nobody' }, 'NOT_FOUND'],
  ['an unknown model', { a: 'P0a', b: 'P0b', model: 'none' }, 'NOT_FOUND'],
])('%s is refused', async (_, variables, code) => {
  const { errors } = await api.post(query, variables);
  expect(errors.map(({ extensions }) => extensions.code)).toEqual([code]);
});

test('a parameter beyond every number is refused by name', async () => {
  const { errors } = await api.post('{ compare(a: "P0a", b: "P0b", at: { teff: 1e999, logg: 2 }) { distance } }');
  expect(errors[0].message).toContain('at.teff');
});

test('a star without a latent under the model is told', async () => {
  const { errors } = await api.post(query, { a: 'P0a', b: 'P5a', model: archive.withMetallicity.id });
  expect(errors.map(({ extensions }) => extensions.code)).toEqual(['NOT_READY']);
});

test('a comparison costs at most seven statements', async () => {
  api.statements.length = 0;
  await compare({ a: 'P0a', b: 'P3b' });
  // View, model, names, stars, latents, parameters, evidence; the grid is kept and the artefact loaded.
  expect(api.statements.length).toBeLessThanOrEqual(7);
});

const between = async (a: string, b: string) =>
  (
    await api.ask<{ compare: { abundances: { element: string; difference: number; sigma: number }[] } }>(
      `{ compare(a: "${a}", b: "${b}") { abundances { element difference sigma interval68 { low high } interval95 { low high } reliable reason method } } }`,
    )
  ).compare.abundances;

test('abundances differ with an error that leaves out what both stars have in common', async () => {
  const release = await findRelease(db, 's1');
  const identity = { modelId: archive.model.id, method: 'linear', releaseId: release.id, revision: 1 };
  const told = { releaseId: release.id, revision: 1 };
  await estimate(db, await makeEstimator(db, identity), [
    { ...told, starId: 'synthetic:P0a', Fe: -0.5, Mg: 0.2 },
    { ...told, starId: 'synthetic:P0b', Fe: -0.4, Mg: 0.2, reason: { Mg: 'snr' } },
  ]);
  const [fe, mg] = await between('P0a', 'P0b');
  expect(fe).toMatchObject({ element: 'Fe', difference: expect.closeTo(-0.1, 5), reliable: true, method: 'linear' });
  expect(mg).toMatchObject({ element: 'Mg', reliable: false, reason: expect.stringMatching(/signal to noise/) });
  // Two errors of .02 dex, of which each has .01 in common with the other's where the stars are alike.
  expect(fe.sigma).toBeGreaterThan(Math.sqrt(0.0008 - 0.0002));
  expect(fe.sigma).toBeLessThan(Math.sqrt(0.0008));
  expect((await between('P0a', 'P0a'))[0].sigma).toBeCloseTo(Math.sqrt(0.0008 - 0.0002), 6);
  expect(await between('P0a', 'P2a')).toEqual([]);
});

test('errors of differences go with the signal to noise of both spectra, stated or told by the latents', async () => {
  const release = await findRelease(db, 's1');
  const identity = { modelId: archive.model.id, method: 'nonlinear', releaseId: release.id, revision: 1 };
  // Twice the stated error at SNR 200 and half of it at 50, on the way between at 100; in Teff nothing.
  const ranges = [Math.log(50), Math.log(200), 4000, 5000];
  const spread = [0, Math.log(2)];
  // In units that small all stars are far apart, and nothing of their errors is common.
  const scale = new Array(5).fill(1e-3);
  const estimator = await makeEstimator(db, identity, '', { scale, ranges, spread, snrPerInformation: 1e-9 });
  const told = { releaseId: release.id, revision: 1 };
  await estimate(db, estimator, [
    { ...told, starId: 'synthetic:P0a', Fe: -0.5, Mg: 0.2 },
    { ...told, starId: 'synthetic:P2a', Fe: -0.4, Mg: 0.2 },
  ]);
  const sigma = async () => (await between('P0a', 'P2a'))[0].sigma;
  const setSnr = (snr: number | null) =>
    db.query("update spectrum set snr = $1 where star_id = 'synthetic:P2a'", [snr]);
  // The error of each is .02 dex.
  expect(await sigma()).toBeCloseTo(Math.hypot(0.02, 0.02), 7);
  await setSnr(200);
  expect(await sigma()).toBeCloseTo(Math.hypot(0.02, 0.04), 7);
  await setSnr(null);
  expect(await sigma()).toBeCloseTo(Math.hypot(0.02, 0.01), 7);
  await setSnr(100);
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Compute } from '../../src/compute/compute.js';
import { createToken } from '../../src/storage/apiToken.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease } from '../../src/storage/dataRelease.js';
import { elsewhere as observedElsewhere } from './elsewhere.js';
import { serveDatabase } from './served.js';
import { type ServedSynthetic, serveSyntheticArchive } from './servedSynthetic.js';
import type { SyntheticArchive } from './syntheticArchive.js';
import { trainSyntheticEstimator } from './syntheticEstimator.js';

let db: Database;
let compute: Compute;
let archive: SyntheticArchive;
let api: ServedSynthetic;
beforeAll(async () => {
  api = await serveSyntheticArchive();
  ({ db, compute, archive } = api);
}, 60_000);
afterAll(() => api.close());

const elsewhere = (row: number) => observedElsewhere(archive.stars, row);

interface Twin {
  node: { name: string };
  distance: number;
}

test('twins and abundances of one spectrum in one request encode it once, and another spectrum for itself', async () => {
  let encoded = 0;
  const counted = new Proxy(compute, {
    get(target, name) {
      if (name === 'encode') encoded++;
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
  const other = await serveDatabase(db, { compute: counted });
  const [first, second] = [elsewhere(0), elsewhere(1)];
  const asked = `query ($a: SpectrumInput!, $b: SpectrumInput!) {
    twinsOf(spectrum: $a, first: 1) { node { name } distance } again: twinsOf(spectrum: $a, first: 2) { node { name } }
    abundancesOf(spectrum: $a) { element } other: twinsOf(spectrum: $b, first: 1) { node { name } distance } }`;
  const answer = await other.ask<Record<'twinsOf' | 'other', Twin[]>>(asked, { a: first, b: second });
  expect(encoded).toBe(2);
  for (const [found, spectrum] of [
    [answer.twinsOf, first],
    [answer.other, second],
  ] as const) {
    const { twinsOf: alone } = await api.ask<{ twinsOf: Twin[] }>(
      'query ($spectrum: SpectrumInput!) { twinsOf(spectrum: $spectrum, first: 1) { node { name } distance } }',
      { spectrum },
    );
    expect(found).toEqual(alone);
  }
  await other.close();
});

describe('abundancesOf', () => {
  interface Told {
    element: string;
    value: number;
    sigma: number;
    interval95: { low: number; high: number };
    method: string;
    model: string;
    release: string | null;
    trainedOn: string;
    reason: string | null;
  }
  const ofSpectrum = `query ($spectrum: SpectrumInput!, $method: String) { abundancesOf(spectrum: $spectrum, method: $method) {
    element value sigma interval95 { low high } method model release trainedOn reliable reason } }`;
  const abundancesOf = async (row: number, change: object = {}, token?: string, method: string | null = null) =>
    (await api.ask<{ abundancesOf: Told[] }>(ofSpectrum, { spectrum: { ...elsewhere(row), ...change }, method }, token))
      .abundancesOf;

  test('without an estimator there are none, whatever the spectrum', async () => {
    expect(await abundancesOf(0)).toEqual([]);
  });

  test("a spectrum's own iron is told, with an error that covers the truth", async () => {
    const { model } = archive;
    await trainSyntheticEstimator(db, compute, model, await ensureRelease(db, 's1', { simulated: true }));
    for (const row of [0, 2, 4, 6]) {
      const [iron, ...others] = await abundancesOf(row);
      expect(others).toEqual([]);
      expect(iron).toMatchObject({ element: 'Fe', method: 'linear', model: model.id, release: null, trainedOn: 's1' });
      expect(Math.abs(iron.value - archive.stars.parameters[3 * row + 2])).toBeLessThan(4 * iron.sigma);
      expect(iron.sigma).toBeLessThan(0.1);
      expect(iron.interval95.high - iron.interval95.low).toBeGreaterThan(2 * iron.sigma);
    }
  });

  test('a noisier spectrum has a larger error, and one outside the training range a reason', async () => {
    const [clear] = await abundancesOf(2);
    const { flux } = elsewhere(2);
    const [noisy] = await abundancesOf(2, { error: (flux as number[]).map(() => 0.1) });
    expect(noisy.sigma).toBeGreaterThan(1.5 * clear.sigma);
    expect((await abundancesOf(2, { teff: 8000 }))[0].reason).toMatch(/training range/);
  });

  test('an estimator that learnt from a draft answers only whose token names it', async () => {
    const draft = await ensureRelease(db, 'draft', { simulated: true });
    await trainSyntheticEstimator(db, compute, archive.model, { ...draft, revision: 1 }, 'nonlinear');
    expect(await abundancesOf(0, {}, undefined, 'nonlinear')).toEqual([]);
    expect(await abundancesOf(0)).toMatchObject([{ method: 'linear', trainedOn: 's1' }]);
    const { token } = await createToken(db, { name: 'friend', scopes: ['read:draft'], expiresAt: null });
    expect(await abundancesOf(0, {}, token)).toMatchObject([{ method: 'nonlinear', trainedOn: 'draft' }]);
  });

  test('an unknown method, and a spectrum that cannot be used, are refused by name', async () => {
    const faults = async (spectrum: object, method: string | null) =>
      (await api.post(ofSpectrum, { spectrum, method })).errors[0];
    expect(await faults(elsewhere(0), 'guess')).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } });
    expect((await faults({ ...elsewhere(0), teff: null }, null)).message).toMatch(/^spectrum\.teff/);
  });
});

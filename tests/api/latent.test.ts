import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import type { Database } from '../../src/storage/database.js';
import { openTestDatabase } from '../testArchive.js';
import { type Served, serveDatabase } from './served.js';
import { fillSyntheticArchive, type SyntheticArchive } from './syntheticArchive.js';

let db: Database;
let compute: Compute;
let archive: SyntheticArchive;
let api: Served;

beforeAll(async () => {
  db = await openTestDatabase();
  compute = startCompute({ backend: 'auto' });
  archive = await fillSyntheticArchive(db, compute);
  api = await serveDatabase(db, { compute });
}, 60_000);
afterAll(async () => {
  await api.close();
  await compute.close();
  await db.close();
});

interface Parameters {
  teff: number | null;
  logg: number | null;
  feh: number | null;
  errors: { teff: number | null; logg: number | null; feh: number | null };
}

const VALUES = 'teff logg feh errors { teff logg feh }';

test('a latent tells its estimate with the information that it rests on: e = (L + I) r', async () => {
  const { star } = await api.ask<{
    star: { latent: { z: number[]; residual: number[]; information: number[]; informationVector: number[] } };
  }>('{ star(id: "P0a") { latent { z residual information informationVector } } }');
  const { z, residual: r, information, informationVector } = star.latent;
  const n = z.length;
  expect([r.length, information.length, informationVector.length]).toEqual([n, (n * (n + 1)) / 2, n]);
  const element = (i: number, j: number) => information[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)];
  for (let i = 0; i < n; i++) {
    const sum = r[i] + r.reduce((total, value, j) => total + element(i, j) * value, 0);
    expect(Math.abs(sum - informationVector[i])).toBeLessThan(1e-3 * (1 + element(i, i)));
    expect(element(i, i)).toBeGreaterThanOrEqual(0);
  }
  expect(Math.sqrt(r.reduce((sum, value) => sum + value ** 2, 0) / n)).toBeLessThan(3);
});

test('refined parameters stand beside the catalogue’s: fitted where those have errors, and the same where they are exact', async () => {
  const { wrong, exact } = await api.ask<Record<string, { parameters: Parameters & { refined: Parameters } }>>(
    `{ wrong: star(id: "P4a") { parameters { ${VALUES} refined { ${VALUES} model release extrapolated } } }
       exact: star(id: "P1b") { parameters { ${VALUES} refined { ${VALUES} } } } }`,
  );
  const { refined, ...catalogue } = wrong.parameters;
  expect(catalogue.errors).toEqual({ teff: 50, logg: 0.1, feh: null });
  expect(refined).toMatchObject({ model: archive.model.id, release: 's1', extrapolated: false, feh: null });
  expect(refined.errors.teff).toBeGreaterThan(0);
  expect(refined.errors.teff).toBeLessThan(50);
  expect(refined.errors.logg).toBeLessThan(0.1);
  expect(Math.abs((refined.teff ?? 0) - (catalogue.teff ?? 0))).toBeLessThan(200);
  expect(refined.teff).not.toBe(catalogue.teff);
  const still = exact.parameters.refined;
  expect(still.errors).toEqual({ teff: null, logg: null, feh: null });
  expect(still.teff).toBeCloseTo(exact.parameters.teff ?? 0, 2);
  expect(still.logg).toBeCloseTo(exact.parameters.logg ?? 0, 5);
});

test('refined parameters are those of the model that is asked for', async () => {
  const { star } = await api.ask<{ star: { parameters: { refined: Parameters & { model: string } } } }>(
    'query ($model: ID) { star(id: "P4a") { parameters { refined(model: $model) { model feh } } } }',
    { model: archive.withMetallicity.id },
  );
  expect(star.parameters.refined.model).toBe(archive.withMetallicity.id);
  expect(Number.isFinite(star.parameters.refined.feh)).toBe(true);
});

test('a star without a latent has no refined parameters', async () => {
  const { star } = await api.ask<{ star: object }>(
    'query ($model: ID) { star(id: "P5a") { parameters { refined(model: $model) { teff } } latentReason(model: $model) } }',
    { model: archive.withMetallicity.id },
  );
  expect(star).toMatchObject({ parameters: { refined: null } });
});

import { makeGrid } from '../../src/domain/wavelengthGrid.js';
import { storeAbundances } from '../../src/storage/abundance.js';
import type { StoredEstimator } from '../../src/storage/abundanceEstimator.js';
import type { Database } from '../../src/storage/database.js';
import {
  ensureRelease,
  findRelease,
  publish,
  setProprietary,
  stagedRevisions,
  withdraw,
} from '../../src/storage/dataRelease.js';
import { ensurePartition, storeLatents } from '../../src/storage/latent.js';
import { storeModel } from '../../src/storage/model.js';
import { endRun, startRun } from '../../src/storage/run.js';
import { storeTwins } from '../../src/storage/siblingGroup.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { storeStars } from '../../src/storage/star.js';
import { storeKnownGroups } from '../../src/storage/starGroup.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { changeStaged } from '../../src/storage/storedVersion.js';
import { ensureSurvey } from '../../src/storage/survey.js';
import { serve } from '../../src/storage/view.js';
import { ensureGrid } from '../../src/storage/wavelengthGrid.js';
import { analyse } from './releaseAnalyses.js';
import { type Content, type Fate, idOf, type Plan, type Told } from './releasePlan.js';
import { estimate, makeEstimator } from './storedEstimates.js';

const grid = makeGrid(Float64Array.of(15000, 15001, 15002, 15003), 'the test');

/** Empties the archive and fills it. */
export async function fill(db: Database, plan: Plan, content: Content): Promise<void> {
  await db.query(
    'truncate survey, data_release, wavelength_grid, star, model, served_model, latent, api_token, run restart identity cascade',
  );
  const releases = plan.filter(({ fate }) => isIn(content, fate));
  const ids = new Map<string, number>();
  for (const { name, told } of releases) {
    ids.set(name, (await ensureRelease(db, name, { simulated: true })).id);
    if (isSecond(content)) await beginOtherwise(db, ids.get(name) as number, name, told, content);
    await store(db, ids.get(name) as number, name, told);
    await record(db, name, null);
  }
  const models: string[] = [];
  for (const { name } of releases) models.push(await makeModel(db, name));
  const encodeAll = async (name: string, told: readonly Told[]) => {
    for (const model of models) await encode(db, model, ids.get(name) as number, told);
  };
  for (const { name, told } of releases) await encodeAll(name, told);
  if (content === 'replaced')
    for (const { name, told } of releases)
      for (const model of models) await encode(db, model, ids.get(name) as number, told.map(otherwise), 1);
  const estimators: StoredEstimator[] = [];
  const served = models[releases.findIndex(({ fate }) => fate === 'published')];
  // One that learnt from stars that are published, and one from stars that are still to come.
  for (const { name } of releases)
    for (const revision of content === 'whole' ? [1, 9] : [1]) {
      const identity = { modelId: served, method: 'linear', releaseId: ids.get(name) as number, revision };
      estimators.push(await makeEstimator(db, identity, name));
    }
  const estimateAll = async (name: string, told: readonly Told[], revision: number) => {
    const rows = told
      .filter(({ visit, vector }) => visit === 0 && vector)
      .map((one) => ({
        starId: idOf(one),
        releaseId: ids.get(name) as number,
        revision,
        Fe: one.snr,
        Mg: one.ra ?? 0,
      }));
    for (const each of estimators) await estimate(db, each, rows);
  };
  const shown = isSecond(content) ? 2 : 1;
  for (const { name, told } of releases) {
    if (content === 'replaced') await estimateAll(name, told.map(otherwise), 1);
    await db.query('update abundance_estimate set until = 2 where revision < $1', [shown]);
    await estimateAll(name, told, shown);
  }
  for (const { name } of releases) for (const model of models) await record(db, name, model);
  for (const { name, told } of releases)
    for (const model of models)
      await analyse(db, model, { id: ids.get(name) as number, name, revision: shown }, told, content);
  for (const { name, fate } of releases) await settle(db, ids.get(name) as number, fate, content);
  for (const { name, fate, told, staged } of releases) {
    const known = (one: Told, revision: number) => ({ group: `near ${one.snr}`, starId: idOf(one), revision });
    const members = told.map((one) => known(one, 1));
    await storeKnownGroups(db, ids.get(name) as number, 'cluster', members);
    if (content !== 'whole' && fate !== 'draft') continue;
    await identify(db, ids.get(name) as number, staged);
    const isThere = (one: Told) => told.some((old) => idOf(old) === idOf(one));
    // Of a draft the spectrum of a star that is there stays; of what is published it waits to be replaced.
    const coming = staged.filter((one) => fate !== 'draft' || !isThere(one));
    await replace(db, ids.get(name) as number, coming.filter(isThere));
    await store(db, ids.get(name) as number, name, coming);
    await encodeAll(name, coming);
    await estimateAll(name, coming, fate === 'draft' ? 1 : 2);
    const fresh = coming.filter((one) => !isThere(one)).map((one) => known(one, fate === 'draft' ? 1 : 2));
    await storeKnownGroups(db, ids.get(name) as number, 'cluster', [...members, ...fresh]);
    if (content === 'opened') await publish(db, ids.get(name) as number);
  }
  await serve(db, served);
  await stopClocks(
    db,
    plan.flatMap(({ name, fate }) => (fate === 'draft' ? [name] : [])),
  );
}

function isSecond(content: Content): boolean {
  return content === 'second' || content === 'replaced';
}

/** The same star, as it is not. */
function otherwise(one: Told): Told {
  const vector = one.vector ? null : [1, 1, 1];
  return { ...one, snr: one.snr + 10, teff: one.teff === null ? null : 4003 - (one.teff - 4000), vector };
}

/** A first revision that nobody sees any more. */
async function beginOtherwise(db: Database, id: number, name: string, told: readonly Told[], content: Content) {
  if (content === 'replaced') await storeTold(db, id, name, told.map(otherwise));
  await publish(db, id);
  if (content === 'replaced') await replace(db, id, told);
}

function isIn(content: Content, fate: Fate): boolean {
  return content === 'whole' || fate === 'published' || (content === 'opened' && fate !== 'withdrawn');
}

async function identify(db: Database, releaseId: number, told: readonly Told[]): Promise<void> {
  for (const { survey, name, aliases, ra } of told) {
    await ensureSurvey(db, survey, { simulated: true });
    await storeStars(db, releaseId, survey, [{ name, aliases, ra, dec: ra === null ? null : 0 }]);
  }
  await storeParameters(
    db,
    releaseId,
    told
      .filter(({ teff }) => teff !== null)
      .map((one) => ({
        starId: idOf(one),
        parameters: {
          teff: one.teff,
          logg: 2,
          feh: null,
          errors: { teff: 50, logg: null, feh: null },
          source: 'simulation',
        },
      })),
  );
}

/** Ends what is published of these stars with the next publication. */
async function replace(db: Database, releaseId: number, stars: readonly Told[]): Promise<void> {
  await db.transaction(async (tx) => {
    await stagedRevisions(tx, [releaseId]);
    const changes = [0, 1].map((visit) => ({ kind: 'retire' as const, visit }));
    await changeStaged(
      tx,
      releaseId,
      stars.map((one) => ({ id: idOf(one), changes })),
    );
  });
}

async function store(db: Database, releaseId: number, release: string, told: readonly Told[]): Promise<void> {
  await storeTold(db, releaseId, release, told);
  await storeTwins(
    db,
    releaseId,
    told.slice(1).map((one, i) => [idOf(told[i]), idOf(one)] as const),
  );
  const abundance = (one: Told) => ({ starId: idOf(one), element: 'Fe', value: one.snr, sigma: null });
  await storeAbundances(db, releaseId, told.map(abundance));
}

async function storeTold(db: Database, releaseId: number, release: string, told: readonly Told[]): Promise<void> {
  await identify(db, releaseId, told);
  const gridId = await ensureGrid(db, grid);
  await storeSpectra(
    db,
    told.map((one) => ({
      starId: idOf(one),
      releaseId,
      visit: one.visit,
      gridId,
      spectrum: {
        flux: Float32Array.of(1, 0.75, 0.5, 1 - one.snr / 100),
        ivar: new Float32Array(4).fill(1e4),
        mask: new Uint32Array(4),
      },
      continuum: { method: 'none', version: 1, coefficients: [] },
      snr: one.snr,
      checksum: 'ab'.repeat(32),
      source: `${release}.h5`,
      properties: { MEANFIB: 1, FIELD: one.ra === null ? '' : 'F' },
    })),
  );
}

async function record(db: Database, release: string, model: string | null): Promise<void> {
  const run = await startRun(db, { kind: model ? 'encode' : 'ingest', input: { release, ...(model && { model }) } });
  await endRun(db, run, 'done', {});
}

async function makeModel(db: Database, trainedOn: string): Promise<string> {
  const description = {
    method: 'polydis',
    preset: 'compact',
    parameters: ['teff', 'logg'] as const,
    gridId: await ensureGrid(db, grid),
    trainedOn,
    trainedOnId: (await findRelease(db, trainedOn)).id,
    simulated: true,
    config: { spectra: 7, settings: { degree: 2 } },
    metrics: { reconstruction: 0.5 },
    history: [{ step: 1, epoch: 1, loss: 0.5 }],
  };
  const { id } = await storeModel(db, description, new TextEncoder().encode(trainedOn));
  await ensurePartition(db, id);
  return id;
}

async function encode(
  db: Database,
  model: string,
  releaseId: number,
  told: readonly Told[],
  revision?: number,
): Promise<void> {
  await storeLatents(
    db,
    model,
    told.map((one) => ({
      starId: idOf(one),
      releaseId,
      visit: one.visit,
      revision,
      z: one.vector && Float32Array.from(one.vector),
      searched: one.vector && Float32Array.from(one.vector),
      estimate: null,
      extrapolated: false,
      reason: one.vector ? null : 'no Teff',
    })),
  );
}

async function settle(db: Database, releaseId: number, fate: Fate, content: Content): Promise<void> {
  if (fate === 'proprietary') await setProprietary(db, releaseId, content === 'whole');
  if (fate !== 'draft') await publish(db, releaseId);
  if (fate === 'withdrawn') await withdraw(db, releaseId);
}

/**
 * Times that follow from names: archives filled one after the other then differ by their content alone. A draft that was opened is the newest, as
 * a draft is.
 */
async function stopClocks(db: Database, drafts: readonly string[]): Promise<void> {
  const time = (name: string) => `timestamptz '2026-01-01' + ascii(right(${name}, 1)) * interval '1 day'`;
  await db.query(`update data_release set created_at = ${time('name')};
    update data_release set published_at = ${time('name')}, revised_at = ${time('name')} where published_at is not null;
    update abundance_estimator e set created_at = ${time('(select name from data_release r where r.id = e.release_id)')};
    update evaluation set evaluated_at = ${time('set_name')};
    update model set created_at = ${time('trained_on')}, served_at = case when served_at is null then null else ${time('trained_on')} end;
    update run set started_at = ${time(`(input->>'release')`)}, ended_at = ${time(`(input->>'release')`)}, heartbeat_at = null`);
  await db.query(
    `update data_release set published_at = published_at + interval '1 year' where name = any($1::text[]) and published_at is not null`,
    [drafts],
  );
}

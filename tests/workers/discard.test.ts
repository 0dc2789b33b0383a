import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { starId } from '../../src/domain/star.js';
import { findRelease, withdraw } from '../../src/storage/dataRelease.js';
import { endRun, queueRun, startRun } from '../../src/storage/run.js';
import { storeKnownGroups } from '../../src/storage/starGroup.js';
import { discard, discardable } from '../../workers/tasks/discard.js';
import { encode } from '../../workers/tasks/encode.js';
import { type IngestRequest, ingest } from '../../workers/tasks/ingest.js';
import { publish } from '../../workers/tasks/publish.js';
import { reencode } from '../../workers/tasks/reencode.js';
import { rollBack } from '../../workers/tasks/rollBack.js';
import { train } from '../../workers/tasks/train.js';
import { estimate, makeEstimator } from '../api/storedEstimates.js';
import { viewNaming } from '../namedView.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { failing } from './failing.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const STARS = 120;
/** Of the published file that come again with other content, and of a file of other stars. */
const ANEW = 60;
const OTHERS = 40;

let place: TestWorkplace;
let model: string;
let published: string;
let others: string;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    // Several pieces.
    ingest: { ...settings.ingest, batch: 30 },
    check: { withoutLatent: 1, leakageBits: 30, latentDrift: 2, twinOverlap: 0 },
  }));
  published = await writeSyntheticFile(join(place.folder, 'live.h5'), { stars: STARS, seed: 1 });
  others = await writeSyntheticFile(join(place.folder, 'others.h5'), { stars: OTHERS, seed: 9 });
  await read('live', published);
  const request = { release: 'live', method: 'polydis', preset: 'compact', parameters: null, seed: null };
  model = (await train(place, { ...request, settings: { degree: 2 }, resume: false }, course)).model;
  await publish(place, { release: 'live' }, course);
}, 120_000);
afterAll(() => place.close());

const read = (release: string, file: string, more: Partial<IngestRequest> = {}) =>
  ingest(place, { release, format: 'auto', paths: [file], survey: null, visits: false, ...more }, course);

/** Puts all into `live` that can be staged: spectra in the place of published ones, other stars, and what is made of them. */
async function stage(): Promise<void> {
  await writeSyntheticFile(published, { stars: STARS, seed: 1, anew: { stars: ANEW, seed: 2 } });
  expect(await read('live', published)).toMatchObject({ stored: ANEW, revised: ANEW });
  expect(await read('live', others)).toMatchObject({ stored: OTHERS, revised: 0 });
  await writeSyntheticFile(published, { stars: STARS, seed: 1 });
  await encode(place, { release: 'live', model }, course);
  const { id: releaseId, latest } = await findRelease(place.db, 'live');
  const revision = latest + 1;
  const [seen, staged] = [starId('synthetic', '1-000100'), starId('synthetic', '9-000001')];
  const member = (group: string, starId: typeof seen, revision: number) => ({ group, starId, revision });
  await storeKnownGroups(place.db, releaseId, 'cluster', [member('new', staged, revision)]);
  const estimator = await makeEstimator(place.db, { modelId: model, method: 'linear', releaseId, revision });
  await estimate(place.db, estimator, [{ starId: seen, releaseId, revision: 1, Fe: 0, Mg: 0 }]);
}

/** All rows of all tables but those of runs, by table. */
async function content(): Promise<Record<string, string[]>> {
  const tables = await place.db.query<{ name: string }>(
    `select table_name as name from information_schema.tables
     where table_schema = current_schema() and table_type = 'BASE TABLE' and table_name not in ('run', 'run_part') and table_name not like 'latent\\_%-%' order by 1`,
  );
  const rows: Record<string, string[]> = {};
  for (const { name } of tables)
    rows[name] = (
      await place.db.query<{ row: string }>(`select md5(to_jsonb(t)::text) as row from "${name}" t order by 1`)
    ).map(({ row }) => row);
  return rows;
}

describe('what is staged of a published release', { timeout: 120_000 }, () => {
  let before: Awaited<ReturnType<typeof content>>;
  beforeEach(async () => {
    before = await content();
    expect(before.spectrum.length).toBeGreaterThanOrEqual(STARS);
  });

  test('is thrown away without a trace in any table, and can be ingested and thrown away again', async () => {
    for (const _ of ['once', 'again']) {
      await stage();
      const told = { spectra: ANEW + OTHERS, stars: ANEW + OTHERS, replaced: ANEW, estimators: 1, evaluations: 0 };
      expect(await discardable(place.db, 'live')).toMatchObject({ staged: told, models: [] });
      expect(await content()).not.toEqual(before);
      expect(await discard(place, 'live', course)).toMatchObject({ staged: told });
      expect(await content()).toEqual(before);
    }
  });

  test('is gone to the same end when that is killed at any statement; nobody adds to the rest or publishes it', async () => {
    await stage();
    let [kills, refused] = [0, 0];
    for (let statements = 1; ; statements = Math.ceil(statements * 1.2)) {
      try {
        await discard({ ...place, db: failing(place.db, statements) }, 'live', course);
        break;
      } catch (error) {
        expect((error as Error).message).toBe('killed');
        kills++;
      }
      await place.db.query(`update run set state = 'lost', ended_at = now() where ended_at is null`);
      const { discarding, revision } = await findRelease(place.db, 'live');
      expect(revision).toBe(1);
      if (!discarding) continue;
      refused++;
      const conflict = { code: 'CONFLICT', remedy: expect.stringContaining('release discard live --yes') };
      await expect(publish(place, { release: 'live' }, course)).rejects.toMatchObject(conflict);
      await expect(read('live', others)).rejects.toMatchObject(conflict);
    }
    expect([kills > 8, refused > 3]).toEqual([true, true]);
    expect(await content()).toEqual(before);
  });

  test('is left to a run that works on it, or waits to', async () => {
    await stage();
    for (const input of [{ release: 'live' }, { release: 'other', into: 'live' }]) {
      const run = await startRun(place.db, { kind: 'renormalise', input });
      const busy = { code: 'BUSY', message: expect.stringContaining(`run ${run} (renormalise) works`) };
      await expect(discard(place, 'live', course)).rejects.toMatchObject(busy);
      await endRun(place.db, run, 'stopped', {});
    }
    const queued = await queueRun(place.db, { kind: 'encode', input: { release: 'live' } });
    const waits = { message: expect.stringContaining('waits to work'), remedy: expect.stringContaining('worker') };
    await expect(discard(place, 'live', course)).rejects.toMatchObject(waits);
    await endRun(place.db, queued, 'stopped', {});
    await discard(place, 'live', course);
  });

  test('is thrown away after a kill as soon as the silent run counts as lost, and until then the error says when that is', async () => {
    await stage();
    await expect(discard({ ...place, db: failing(place.db, 45) }, 'live', course)).rejects.toThrow('killed');
    const killed = async (silent: number) => {
      const state = `state = 'running', ended_at = null, worker = 'host:7', heartbeat_at = now() - make_interval(secs => $1)`;
      await place.db.query(`update run set ${state} where id = (select max(id) from run)`, [silent]);
    };
    await killed(20);
    const remedy = expect.stringMatching(/stop its process \(host:7\); if that was killed, ask again in (10|11) s/);
    await expect(discard(place, 'live', course)).rejects.toMatchObject({ code: 'BUSY', remedy });
    await killed(31);
    await discard(place, 'live', course);
    expect(await content()).toEqual(before);
  });

  test('is thrown away of a withdrawn release, too, which stays withdrawn', async () => {
    await stage();
    await withdraw(place.db, (await findRelease(place.db, 'live')).id);
    expect(await discard(place, 'live', course)).toMatchObject({ release: { state: 'withdrawn' } });
    await place.db.query(`update data_release set state = 'published'`);
    expect(await content()).toEqual(before);
  });

  test('is asked for in vain where there is nothing, or no such release', async () => {
    await expect(discard(place, 'live', course)).rejects.toMatchObject({
      code: 'CONFLICT',
      message: 'nothing is staged of release "live", and what was published once is kept',
      // Its spectra never changed: there is no way back.
      remedy: 'to hide it: npx starkin release withdraw live',
    });
    await expect(discard(place, 'none', course)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('files that a schedule read into what is thrown away are new to it, those of before are not', {
  timeout: 60_000,
}, async () => {
  const request = { folders: [place.folder], release: 'live', format: 'auto', visits: false, train: 'never' } as const;
  const strict = {
    ...place,
    settings: { ...place.settings, check: { ...place.settings.check, leakageBits: -1, withoutLatent: -1 } },
  };
  await expect(reencode(strict, request, course)).rejects.toMatchObject({ code: 'NOT_READY' });
  const noted = () => place.db.query('select path from source_file order by path');
  expect(await noted()).toEqual([{ path: published }, { path: others }]);
  await discard(place, 'live', course);
  expect(await noted()).toEqual([]);
  expect(await reencode(place, request, course)).toMatchObject({ files: 2, stored: OTHERS });
  expect(await noted()).toHaveLength(2);
  const more = await writeSyntheticFile(join(place.folder, 'more.h5'), { stars: 6, seed: 11 });
  await expect(reencode(strict, request, course)).rejects.toMatchObject({ code: 'NOT_READY' });
  await discard(place, 'live', course);
  expect(await noted()).toEqual([{ path: published }, { path: others }]);
  expect(await read('live', more)).toMatchObject({ stored: 6 });
  await discard(place, 'live', course);
});

test('what was rolled back was published once and stays, what came after it goes', { timeout: 60_000 }, async () => {
  await writeSyntheticFile(published, { stars: STARS, seed: 1, anew: { stars: ANEW, seed: 3 } });
  await read('live', published);
  await publish(place, { release: 'live' }, course);
  const changed = { code: 'CONFLICT', remedy: expect.stringContaining('npx starkin release rollback live') };
  await expect(discard(place, 'live', course)).rejects.toMatchObject(changed);
  await rollBack(place, 'live', course);
  const before = await content();
  const kept = { code: 'CONFLICT', message: expect.stringContaining('what was published once is kept') };
  await expect(discard(place, 'live', course)).rejects.toMatchObject(kept);
  await writeSyntheticFile(published, { stars: STARS, seed: 1, anew: { stars: 10, seed: 4 } });
  expect(await read('live', published)).toMatchObject({ stored: ANEW });
  expect(await discard(place, 'live', course)).toMatchObject({ staged: { spectra: ANEW, replaced: ANEW } });
  expect(await content()).toEqual(before);
});

test('a draft goes as a whole, with its name and a survey that nothing else is of', { timeout: 60_000 }, async () => {
  const before = await content();
  const mistaken = { survey: 'mistaken' };
  await read('draft', others, mistaken);
  await read('draft', published, { survey: 'synthetic' });
  await encode(place, { release: 'draft', model }, course);
  const { id: releaseId } = await findRelease(place.db, 'draft');
  const member = { group: 'g', starId: starId('synthetic', '1-000000'), revision: 1 };
  await storeKnownGroups(place.db, releaseId, 'binary', [member]);
  const estimator = await makeEstimator(place.db, { modelId: model, method: 'linear', releaseId, revision: 1 });
  await estimate(place.db, estimator, [{ ...member, releaseId, Fe: 0, Mg: 0 }]);
  const request = { release: 'draft', method: 'polydis', preset: 'compact', parameters: null, seed: null };
  const { model: own } = await train(place, { ...request, settings: { degree: 1 }, resume: false }, course);
  expect(await discardable(place.db, 'draft')).toMatchObject({
    staged: { spectra: OTHERS + STARS, stars: OTHERS + STARS, replaced: 0, groups: 1 + (OTHERS + STARS) / 2 },
    models: [own],
  });
  await expect(discard({ ...place, db: failing(place.db, 45) }, 'draft', course)).rejects.toThrow('killed');
  await place.db.query(`update run set state = 'lost', ended_at = now() where ended_at is null`);
  const rest = await discardable(place.db, 'draft');
  expect(rest.release.discarding).toBe(true);
  expect(rest.staged.spectra).toBeLessThan(OTHERS + STARS);
  // Half of it is shown to nobody, not to a token that names it either.
  expect((await viewNaming(place.db, 'draft')).releases.map(({ name }) => name)).toEqual(['live']);
  await discard(place, 'draft', course);
  const { model: models, model_artefact: _, ...after } = await content();
  expect(models).toHaveLength(before.model.length + 1);
  expect({ ...before, model: models, ...after }).toEqual({ ...before, model: models });
  expect(await place.db.query(`select name from survey where name = 'mistaken'`)).toEqual([]);
  await expect(findRelease(place.db, 'draft')).rejects.toThrow('no release "draft"');
  expect(await read('draft', others, mistaken)).toMatchObject({ stored: OTHERS, skipped: 0 });
});

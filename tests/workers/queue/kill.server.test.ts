import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from '../../../src/storage/database.js';
import { ensureRelease, findRelease } from '../../../src/storage/dataRelease.js';
import { listRuns, type Run } from '../../../src/storage/run.js';
import { listParts } from '../../../src/storage/runPart.js';
import { openServer } from '../../../src/storage/server.js';
import { encode } from '../../../workers/tasks/encode.js';
import type { RunningProgram } from '../../starkin.js';
import { copyHalf } from '../../storage/halfCopy.js';
import { writeSyntheticFile } from '../../syntheticFile.js';
import { course } from '../workplace.js';
import { openQueueArchive, type QueueArchive, STARS } from './queueArchive.js';

/** Rows of the file that is read while the worker is killed. */
const ROWS = 1500;
const ended = ({ endedAt }: Run) => endedAt !== null;

let archive: QueueArchive;
let holder: Database;
let worker: RunningProgram;

beforeAll(async () => {
  archive = await openQueueArchive({
    ingest: { batch: 50 },
    encode: { batch: 20 },
    index: { minimumRows: 1 },
    worker: { jobSpectra: 100 },
  });
  holder = await openServer(archive.url, { idleTransactionTimeout: 0 });
}, 240_000);
afterAll(async () => {
  await holder.close();
  await archive.close();
});

/** Opens a transaction that holds up whoever needs what it takes. @returns how it is ended */
async function hold(sql: string, parameters: readonly unknown[] = []): Promise<() => Promise<void>> {
  const [held, ending] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const done = holder.transaction(async (tx) => {
    await tx.query(sql, parameters);
    held.resolve();
    await ending.promise;
  });
  await Promise.race([held.promise, done]);
  return async () => {
    ending.resolve();
    await done;
  };
}

/** Waits until some rows are there, and then lets nobody store more. */
async function holdInTheMiddle(count: () => Promise<number>, sql: string, parameters: readonly unknown[]) {
  while ((await count()) === 0) await delay(10);
  return hold(sql, parameters);
}

const latentsOf = (model: string) => () => archive.count('from latent where model_id = $1', [model]);
const LATENTS_OF = 'select pg_advisory_xact_lock(hashtextextended($1, 0))';
const holdLatents = (model: string) => holdInTheMiddle(latentsOf(model), LATENTS_OF, [`latent ${model}`]);
const rowsOfNew = () => archive.count(`from spectrum join data_release r on r.id = release_id where r.name = 'new'`);

describe('a worker that is killed in the middle of an ingest, a training, an encoding and an index', {
  timeout: 240_000,
}, () => {
  let runs: Run[];

  beforeAll(async () => {
    const { models, place } = archive;
    await encode(place, { release: 'toy', model: models[0] }, course);
    await ensureRelease(archive.db, 'new', { simulated: true });
    const paths = [await writeSyntheticFile(join(archive.folder, 'new.h5'), { stars: ROWS, seed: 3 })];
    const training = { release: 'toy', method: 'faderdis', preset: 'compact', parameters: null, seed: 1 };
    const letIndex = await hold(`lock table "latent_${models[0]}" in row exclusive mode`);
    worker = await archive.startWorker();
    const ids = [
      await archive.detach('ingest', { release: 'new', format: 'hdf5', paths, survey: null, visits: false }),
      await archive.detach('train', { ...training, settings: { batch: 32, epochs: 40 }, resume: false }),
      await archive.detach('encode', { release: 'toy', model: models[1] }),
      await archive.detach('publish', { release: 'toy' }),
    ];
    const holds = await Promise.all([
      holdInTheMiddle(rowsOfNew, `select 1 from data_release where name = 'new' for update`, []),
      holdLatents(models[1]),
    ]);
    await archive.until(ids[1], ({ progress }) => progress?.stage === 'train');
    await archive.until(ids[3], async ({ id }) =>
      (await listParts(archive.db, id)).some(({ kind, state }) => kind === 'index' && state === 'running'),
    );
    await worker.end('SIGKILL');
    expect(await rowsOfNew()).toBeLessThan(ROWS);
    expect(await latentsOf(models[1])()).toBeLessThan(STARS);
    for (const release of [...holds, letIndex]) await release();
    worker = await archive.startWorker();
    runs = await Promise.all(ids.map((id) => archive.until(id, ended)));
  }, 240_000);

  test('leaves runs that another worker finishes', () => {
    expect(runs.map(({ kind, state }) => [kind, state])).toEqual([
      ['ingest', 'done'],
      ['train', 'done'],
      ['encode', 'done'],
      ['publish', 'done'],
    ]);
  });

  test('loses no spectrum and stores none twice', async () => {
    expect(await rowsOfNew()).toBe(ROWS);
    expect(await archive.count('from star where name like $1', ['3-%'])).toBe(ROWS);
  });

  test('leaves every spectrum encoded once', async () => {
    expect(await latentsOf(archive.models[1])()).toBe(STARS);
  });

  test('leaves one model of the training, and one index that is whole', async () => {
    expect(await archive.count(`from model where method = 'faderdis'`)).toBe(1);
    expect(
      await archive.count('from pg_index where indisvalid and indexrelid = to_regclass($1)', [
        `"latent_${archive.models[0]}_hnsw"`,
      ]),
    ).toBe(1);
    expect(await findRelease(archive.db, 'toy')).toMatchObject({ state: 'published', revision: 1 });
  });

  test('is told in the rows: versions, checksums, who did it, and nothing in the dead letters', async () => {
    for (const run of runs)
      expect(run).toMatchObject({ worker: expect.stringContaining(':'), versions: { continuum: 1 } });
    expect(runs[2].checksums).toEqual({
      spectra: expect.stringMatching(/^[0-9a-f]{64}$/),
      model: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(await archive.queue.deadLetters()).toEqual([]);
  });
});

/** Who waits for a lock in this database. */
const WAITING = `datname = current_database() and wait_event_type = 'Lock'`;

describe('a worker', { timeout: 120_000 }, () => {
  const encodeAgain = async () => {
    await archive.db.query('delete from latent where model_id = $1', [archive.models[1]]);
    return archive.detach('encode', { release: 'toy', model: archive.models[1] });
  };

  /** An encoding whose first batch waits to be stored until it is let go. */
  const encodeHeldUp = async () => {
    const letGo = await hold(LATENTS_OF, [`latent ${archive.models[1]}`]);
    const id = await encodeAgain();
    while (!(await archive.count(`from pg_stat_activity where ${WAITING}`))) await delay(10);
    return { id, letGo };
  };

  test('that is told to end stops at its next batch, puts back what it has, and another goes on', async () => {
    const { id, letGo } = await encodeHeldUp();
    const first = worker;
    const exit = first.end('SIGTERM');
    while (!first.stderr().includes('stops, and puts back')) await delay(10);
    await letGo();
    expect(await exit).toBe(0);
    const left = await archive.until(id, () => true);
    worker = await archive.startWorker();
    expect(first.stderr()).toMatch(/encode \(run \d+, part \d+.*: put back, as this worker stops/);
    expect(left).toMatchObject({ state: 'queued' });
    expect(await archive.until(id, ended)).toMatchObject({ state: 'done' });
    expect(await latentsOf(archive.models[1])()).toBe(STARS);
  });

  test('whose connection breaks tries the job again', async () => {
    const { id, letGo } = await encodeHeldUp();
    await archive.db.query(`select pg_terminate_backend(pid) from pg_stat_activity where ${WAITING}`);
    await letGo();
    expect(await archive.until(id, ended)).toMatchObject({ state: 'done' });
    expect(worker.stderr()).toMatch(/encode \(run \d+, part \d+.*: to be tried again: /);
    expect(await latentsOf(archive.models[1])()).toBe(STARS);
  });

  test('shares an encoding with another', async () => {
    const second = await archive.startWorker('--only', 'encode');
    const id = await encodeAgain();
    const { counts } = await archive.until(id, ended);
    expect(counts).toMatchObject({ encoded: STARS });
    const parts = await listParts(archive.db, id);
    expect(parts.map(({ state, done, total }) => [state, done, total])).toEqual(
      Array.from({ length: STARS / 100 }, () => ['done', 100, 100]),
    );
    expect(new Set(parts.map((part) => part.worker)).size).toBe(2);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('that slept so long that its jobs are another’s leaves them to it', async () => {
    const id = await encodeAgain();
    while ((await latentsOf(archive.models[1])()) === 0) await delay(10);
    worker.send('SIGSTOP');
    const said = worker.stderr().length;
    const second = await archive.startWorker();
    // As if it had slept for a minute already.
    await archive.db.query(
      `update pgboss.job set heartbeat_on = now() - interval '1 minute' where state = 'active' and name in ('run', 'encode')`,
    );
    expect(await archive.until(id, ended)).toMatchObject({ state: 'done' });
    worker.send('SIGCONT');
    // It finds its job taken, or finishes what is done already: both leave the row as it is.
    while (!worker.stderr().slice(said).includes(`(run ${id}, `)) await delay(50);
    expect(await archive.until(id, ended)).toMatchObject({ state: 'done', error: null });
    expect(await latentsOf(archive.models[1])()).toBe(STARS);
    expect(await archive.queue.deadLetters(id)).toEqual([]);
    expect(await second.end('SIGTERM')).toBe(0);
  });

  test('waits not long for what a process holds that was stopped in the middle of a COPY', async () => {
    const half = await copyHalf(archive.url, { lock: `latent ${archive.models[1]}` });
    const id = await encodeAgain();
    expect(await archive.until(id, ended)).toMatchObject({ state: 'done' });
    expect(await half.ended).toMatch(/administrator command/);
    await half.close();
    expect(worker.stderr()).toContain('ended 1 COPY whose process had fallen silent in the middle of it');
    expect(await latentsOf(archive.models[1])()).toBe(STARS);
  });

  test('makes the run of a job that a schedule made, and does the whole of it', async () => {
    const folder = join(archive.folder, 'watched');
    await mkdir(folder);
    await writeSyntheticFile(join(folder, 'a.h5'), { stars: 40, seed: 9 });
    const input = { folders: [folder], release: 'live', format: 'auto', visits: false, train: 'never' };
    await archive.queue.send(archive.db, 'run', [{ run: null, part: null, kind: 'reencode', release: 'live', input }]);
    const scheduled = async () => (await listRuns(archive.db, 20)).find(({ kind }) => kind === 'reencode');
    while (!(await scheduled())) await delay(50);
    const { id } = (await scheduled()) as Run;
    expect(await archive.until(id, ended)).toMatchObject({ state: 'done', input, counts: { files: 1, stored: 40 } });
    expect(await findRelease(archive.db, 'live')).toMatchObject({ state: 'published' });
  });

  test('lets what can never succeed fail at once, with its tag and message', async () => {
    await ensureRelease(archive.db, 'empty', { simulated: true });
    const id = await archive.detach('publish', { release: 'empty' });
    expect(await archive.until(id, ended)).toMatchObject({
      state: 'failed',
      error: 'NOT_READY: release "empty" has no spectra',
    });
    let letters = await archive.queue.deadLetters(id);
    while (!letters.length) {
      await delay(50);
      letters = await archive.queue.deadLetters(id);
    }
    expect(letters).toMatchObject([
      { job: { run: id, kind: 'publish', release: 'empty' }, message: 'NOT_READY: release "empty" has no spectra' },
    ]);
  });
});

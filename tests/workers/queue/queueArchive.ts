import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startCompute } from '../../../src/compute/pool.js';
import { defaultSettings } from '../../../src/config.js';
import type { Database } from '../../../src/storage/database.js';
import { findRun, type Run } from '../../../src/storage/run.js';
import { openServer } from '../../../src/storage/server.js';
import { detach } from '../../../workers/queue/detach.js';
import { JobQueue } from '../../../workers/queue/jobQueue.js';
import type { RunKind } from '../../../workers/queue/runTasks.js';
import { ingest } from '../../../workers/tasks/ingest.js';
import type { Workplace } from '../../../workers/tasks/task.js';
import { train } from '../../../workers/tasks/train.js';
import { type RunningProgram, startProgram } from '../../starkin.js';
import { writeSyntheticFile } from '../../syntheticFile.js';
import { cloneDatabase, testServer } from '../../testArchive.js';
import { course } from '../workplace.js';

/** Stars of the release `toy`, all of them with a spectrum of 300 pixels. */
export const STARS = 600;

/** An archive on a server, with its queue and workers that are programs of their own. */
export interface QueueArchive {
  readonly url: string;
  readonly db: Database;
  readonly queue: JobQueue;
  readonly place: Workplace;
  readonly folder: string;
  /** Two models of the release; the first is served, and neither has encoded anything. */
  readonly models: readonly [string, string];
  startWorker(...args: string[]): Promise<RunningProgram>;
  /** Puts a run into the queue. @returns its id */
  detach(kind: RunKind, input: Record<string, unknown>): Promise<number>;
  /** The run, once it is as it is waited for. */
  until(id: number, is: (run: Run) => boolean | Promise<boolean>): Promise<Run>;
  count(sql: string, parameters?: readonly unknown[]): Promise<number>;
  close(): Promise<void>;
}

/** @param settings of the workers; small batches make a task long enough to be met in the middle */
export async function openQueueArchive(settings: object): Promise<QueueArchive> {
  if (!testServer) throw new Error('the queue is on a Postgres server');
  const folder = await mkdtemp(join(tmpdir(), 'starkin-queue-'));
  const { url, drop } = await cloneDatabase(testServer);
  const db = await openServer(url);
  const compute = startCompute({ backend: 'auto' });
  const place: Workplace = { db, compute, settings: defaultSettings(), folder };
  const paths = [await writeSyntheticFile(join(folder, 'toy.h5'), { stars: STARS, seed: 1 })];
  await ingest(place, { release: 'toy', format: 'hdf5', paths, survey: null, visits: false }, course);
  const request = { release: 'toy', method: 'polydis', preset: 'compact', parameters: null, seed: null, resume: false };
  const models = [
    (await train(place, { ...request, settings: { degree: 4 } }, course)).model,
    (await train(place, { ...request, settings: { degree: 2 } }, course)).model,
  ] as const;
  await writeFile(join(folder, 'starkin.json'), JSON.stringify(settings));
  const queue = await JobQueue.open(url, { works: false });
  const workers: RunningProgram[] = [];
  return {
    url,
    db,
    queue,
    place,
    folder,
    models,
    async startWorker(...args) {
      const env = { DATABASE_URL: url, STARKIN_DATA: folder };
      const worker = await startProgram(['worker', ...args], env, /takes jobs/);
      workers.push(worker);
      return worker;
    },
    detach: (kind, input) => detach(db, queue, kind, input),
    async until(id, is) {
      for (;;) {
        const run = await findRun(db, id);
        if (await is(run)) return run;
        if (run.state === 'failed') throw new Error(`run ${id} (${run.kind}) failed: ${run.error}`);
        await delay(50);
      }
    },
    async count(sql, parameters = []) {
      const [{ count }] = await db.query<{ count: number }>(`select count(*)::int as count ${sql}`, parameters);
      return count;
    },
    async close() {
      for (const worker of workers) await worker.end('SIGKILL');
      await queue.close();
      await compute.close();
      await db.close();
      await drop();
      await rm(folder, { recursive: true });
    },
  };
}

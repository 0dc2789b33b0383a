import type { Database } from '../../src/storage/database.js';
import { queueRun } from '../../src/storage/run.js';
import { describeRun } from '../recordedRun.js';
import { aboutOf, type QueueName } from './job.js';
import type { JobQueue } from './jobQueue.js';
import type { RunKind } from './runTasks.js';

/** Trainings go to those workers that train; all others hand their parts out. */
export function queueOf(kind: string): QueueName {
  return kind === 'train' ? 'train' : 'run';
}

/** Puts a run into the queue of the archive. @returns its id */
export async function detach(
  db: Database,
  queue: JobQueue,
  kind: RunKind,
  input: Readonly<Record<string, unknown>>,
): Promise<number> {
  const described = await describeRun(db, kind, input);
  return db.transaction(async (tx) => {
    const run = await queueRun(tx, described);
    await queue.send(tx, queueOf(kind), [{ run, part: null, kind, ...aboutOf(input) }]);
    return run;
  });
}

import { setTimeout as delay } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { JobError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import {
  addParts,
  endPart,
  endQueuedParts,
  listParts,
  type NewPart,
  type PartKind,
  partsState,
  type RunPart,
} from '../../src/storage/runPart.js';
import type { Crew, ShownParts, TaskCourse } from '../tasks/task.js';
import { aboutOf } from './job.js';
import type { JobQueue } from './jobQueue.js';

/** How often the parts of a run are counted: one indexed statement. */
const LOOK_EVERY_MS = 500;
/** How often it is asked whether the queue gave a part up, whose workers died one after the other. */
const LOOK_FOR_DEAD_EVERY = 20;

/** The workers that share a queue, as a task that hands them its parts sees them. */
export class QueueCrew implements Crew {
  constructor(
    private readonly db: Database,
    private readonly queue: JobQueue,
  ) {}

  async finish(course: TaskCourse, shown: ShownParts): Promise<void> {
    const run = runOf(course);
    if ((await partsState(this.db, run, null)).unended > 0) await this.wait(run, null, course, shown);
  }

  async share(kind: PartKind, parts: readonly NewPart[], course: TaskCourse, shown: ShownParts): Promise<RunPart[]> {
    const run = runOf(course);
    const handedOut = await listParts(this.db, run);
    const before = parts.map((part) => handedOut.find((earlier) => isSame(earlier, kind, part))?.part);
    const fresh = parts.filter((_, i) => before[i] === undefined);
    const added = fresh.length ? await this.handOut(run, kind, fresh) : [];
    await this.wait(run, kind, course, shown);
    const wanted = new Set([...added, ...before]);
    return (await listParts(this.db, run)).filter(({ part }) => wanted.has(part));
  }

  /** The rows and their jobs together: a part without a job would be waited for for ever. */
  private handOut(run: number, kind: PartKind, fresh: readonly NewPart[]): Promise<number[]> {
    return this.db.transaction(async (tx) => {
      const numbers = await addParts(tx, run, kind, fresh);
      await this.queue.send(
        tx,
        kind,
        numbers.map((part, i) => ({ run, part, kind, ...aboutOf(fresh[i].task) })),
      );
      return numbers;
    });
  }

  private async wait(
    run: number,
    kind: PartKind | null,
    { report, signal }: TaskCourse,
    { stage, unit, detail }: ShownParts,
  ): Promise<void> {
    for (let look = 1; ; look++) {
      signal.throwIfAborted();
      if (look % LOOK_FOR_DEAD_EVERY === 0) await this.failDead(run);
      const { parts, unended, running, failed, done, total, error } = await partsState(this.db, run, kind);
      const working = running ? `${running} of ${unended} jobs at work` : 'waiting for a worker';
      report({ stage, done, total, unit, detail: unended ? `${detail}, ${working}` : detail });
      if (failed && !running) {
        await endQueuedParts(this.db, run, 'another part of the run failed');
        throw new JobError(`${failed} of ${parts} parts of run ${run}`, String(error));
      }
      if (!unended) return;
      await delay(LOOK_EVERY_MS, undefined, { signal });
    }
  }

  /** A part whose workers were killed too often has nobody left who could say so. */
  private async failDead(run: number): Promise<void> {
    for (const { job, message } of await this.queue.deadLetters(run))
      if (job.part !== null)
        await endPart(this.db, { runId: run, part: job.part }, { state: 'failed', error: message });
  }
}

/**
 * Whether an earlier attempt at the run handed out the same part, so that it is not done twice. A range that was encoded is another matter: if it is asked for again,
 * spectra came in.
 */
function isSame(earlier: RunPart, kind: PartKind, { task }: NewPart): boolean {
  const counts =
    earlier.state === 'queued' || earlier.state === 'running' || (earlier.state === 'done' && kind !== 'encode');
  return counts && earlier.kind === kind && isDeepStrictEqual(earlier.task, JSON.parse(JSON.stringify(task)));
}

function runOf({ run }: TaskCourse): number {
  if (!run) throw new Error('parts are shared by a recorded run only');
  return run.id;
}

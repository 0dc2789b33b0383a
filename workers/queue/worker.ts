import { setTimeout as delay } from 'node:timers/promises';
import { BusyError } from '../../src/domain/errors.js';
import {
  endLostRuns,
  endRun,
  failRuns,
  findRun,
  queuedRuns,
  queueRun,
  returnRun,
  takeRun,
} from '../../src/storage/run.js';
import { endPart, findPart, notePart, takePart } from '../../src/storage/runPart.js';
import { SilentCopies } from '../../src/storage/silentCopies.js';
import { describe, workerName } from '../recordedRun.js';
import { RunReport } from '../runReport.js';
import type { TaskCourse, Workplace } from '../tasks/task.js';
import { QueueCrew } from './crew.js';
import { type Job, type QueueName, tagOf } from './job.js';
import type { HeldJob, JobQueue, Settled } from './jobQueue.js';
import { partTasks } from './partTasks.js';
import { findRunTask } from './runTasks.js';
import { isTransient } from './transient.js';

export interface WorkerOptions {
  /** The queues to take jobs of. */
  readonly queues: readonly QueueName[];
  /** Hears of every job: what it is, how it ended. */
  readonly log: (line: string) => void;
}

/** A run that waits for its parts costs nothing: several may wait here at once. Of the other queues a worker has one job in hand each. */
const RUNS_AT_ONCE = 4;
/** How often lost runs, runs that the queue gave up and silent copies are looked for. */
const LOOK_AFTER_MS = 10_000;

/**
 * Takes jobs until the signal aborts; then the one in hand is stopped at its next batch and put back, and the promise resolves. Memory is bounded by one job of
 * each queue; to use more of a machine, start more workers.
 */
export async function work(
  place: Workplace,
  queue: JobQueue,
  options: WorkerOptions,
  signal: AbortSignal,
): Promise<{ readonly done: number; readonly failed: number }> {
  const worker = new Worker({ ...place, crew: new QueueCrew(place.db, queue) }, queue, options, signal);
  for (const name of options.queues)
    await queue.work(name, name === 'run' ? RUNS_AT_ONCE : 1, (held) => worker.settle(held));
  while (!signal.aborted) {
    await worker
      .lookAfterOthers()
      .catch((error: unknown) => options.log(`cannot look after others: ${describe(error)}`));
    await delay(LOOK_AFTER_MS, undefined, { signal }).catch(() => {});
  }
  options.log('stops, and puts back what it has in hand');
  await queue.close();
  return worker.count;
}

/** A job whose run is known. */
type RunJob = Job & { readonly run: number };

class Worker {
  readonly count = { done: 0, failed: 0 };
  private readonly copies: SilentCopies;

  constructor(
    private readonly place: Workplace,
    private readonly queue: JobQueue,
    private readonly options: WorkerOptions,
    private readonly stopped: AbortSignal,
  ) {
    this.copies = new SilentCopies(place.db);
  }

  /** Does a job, and says what becomes of it. */
  async settle(held: HeldJob): Promise<Settled> {
    const { log } = this.options;
    const job = { ...held.job, run: held.job.run ?? (await this.scheduledRun(held)) };
    const started = performance.now();
    const course = { report: () => {}, signal: AbortSignal.any([this.stopped, takenAway(held.signal)]) };
    try {
      const output = job.part === null ? await this.doRun(job, course) : await this.doPart(job, job.part, course);
      this.count.done++;
      log(`${tagOf(job)}: done in ${((performance.now() - started) / 1000).toFixed(1)} s${await this.faultsOf(job)}`);
      return { end: 'done', output: { ...output } };
    } catch (error) {
      const message = describe(error);
      if (this.stopped.aborted && (await this.putBack(held.queue, job))) {
        log(`${tagOf(job)}: put back, as this worker stops`);
        return { end: 'done', output: { putBack: true } };
      }
      const again = !held.last && isTransient(error);
      if (!held.signal.aborted) await this.note(job, again, message).catch(() => {});
      if (!again) this.count.failed++;
      log(`${tagOf(job)}: ${again ? 'to be tried again' : 'failed'}: ${message}`);
      return { end: again ? 'again' : 'failed', output: { tag: tagOf(job), message } };
    }
  }

  /** What a run says of its input though it is done: a file that could not be read, a watched folder that is not there. */
  private async faultsOf({ run, part }: RunJob): Promise<string> {
    if (part !== null) return '';
    const { error } = await findRun(this.place.db, run);
    return error === null ? '' : `, but: ${error}`;
  }

  /** Ends what keeps the archive from processes that go on: copies and runs whose process is silent, and runs whose job the queue has given up because its workers were killed. */
  async lookAfterOthers(): Promise<void> {
    const silent = await this.copies.end();
    if (silent > 0) this.options.log(`ended ${silent} COPY whose process had fallen silent in the middle of it`);
    await endLostRuns(this.place.db);
    for (const run of await queuedRuns(this.place.db)) {
      const letter = (await this.queue.deadLetters(run)).find(({ job }) => job.part === null);
      if (letter) await failRuns(this.place.db, [{ run, error: letter.message }]);
    }
  }

  /** A job that a schedule made gets its run now, the same at every attempt. */
  private scheduledRun({ id, job }: HeldJob): Promise<number> {
    return queueRun(this.place.db, { kind: job.kind, input: job.input ?? {} }, id);
  }

  private async doRun({ run: id, kind }: RunJob, course: TaskCourse): Promise<object> {
    const { db } = this.place;
    const task = findRunTask(kind);
    if (!task) throw new Error(`this version of Starkin knows no run of kind ${kind}`);
    if (!(await takeRun(db, id, workerName))) return { already: true };
    const { input } = await findRun(db, id);
    await task(this.place, input, { ...course, run: { id, begun: false } });
    return { run: id };
  }

  private async doPart({ run, kind }: RunJob, part: number, course: TaskCourse): Promise<object> {
    const { db } = this.place;
    const key = { runId: run, part };
    const found = await findPart(db, key.runId, part);
    // Its run has ended without it, or another worker did it and died before it could say so.
    if (!found || found.state === 'done' || found.state === 'failed') return { already: true };
    const task = partTasks[found.kind];
    if (!task) throw new Error(`this version of Starkin knows no part of kind ${kind}`);
    await takePart(db, key, workerName);
    const row = new RunReport(async (progress) => {
      if (progress) await notePart(db, key, progress.done);
    }, course.report);
    try {
      const counts = await task(this.place, found.task, {
        ...course,
        report: row.report,
        run: { id: run, begun: true },
      });
      await row.stop();
      await endPart(db, key, { state: 'done', counts });
      return counts;
    } finally {
      await row.stop();
    }
  }

  /** Writes into the rows what became of a job that failed. */
  private async note({ run, part }: RunJob, again: boolean, error: string): Promise<void> {
    const { db } = this.place;
    if (part !== null) await endPart(db, { runId: run, part }, { state: again ? 'queued' : 'failed', error });
    else if (again) await returnRun(db, run, error);
    else await endRun(db, run, 'failed', {}, error);
  }

  /** The same job anew, so that a stop does not count among its failures. @returns whether that could be done */
  private async putBack(queue: QueueName, job: RunJob): Promise<boolean> {
    const { db } = this.place;
    const done = db.transaction(async (tx) => {
      if (job.part !== null) await endPart(tx, { runId: job.run, part: job.part }, { state: 'queued' });
      else await returnRun(tx, job.run);
      await this.queue.send(tx, queue, [job]);
    });
    return done.then(
      () => true,
      () => false,
    );
  }
}

/** Aborts with a BusyError when a job is another worker's by now: its row is no longer this one's to end. */
function takenAway(signal: AbortSignal): AbortSignal {
  const taken = new AbortController();
  signal.addEventListener('abort', () =>
    taken.abort(new BusyError('the job was silent for too long, and another worker has it')),
  );
  return taken.signal;
}

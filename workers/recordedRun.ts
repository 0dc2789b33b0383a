import { hostname } from 'node:os';
import { version } from '../src/config.js';
import { BusyError, StarkinError } from '../src/domain/errors.js';
import { CONTINUUM_VERSION } from '../src/science/continuum/continuum.js';
import type { Database } from '../src/storage/database.js';
import { inputChecksums } from '../src/storage/inputChecksum.js';
import { endRun, findRun, type NewRun, noteProgress, startRun, takeRun, unendedStep } from '../src/storage/run.js';
import { RunReport } from './runReport.js';
import type { TaskCourse } from './tasks/task.js';

/** How a task ended, as its row in `run` tells it. */
export type EndState = 'done' | 'partial' | 'failed' | 'stopped';

/** What a task's work returns to be recorded: its end state and figures worth keeping. */
export interface Recorded<T> {
  readonly result: T;
  readonly state: EndState;
  readonly counts: Readonly<Record<string, unknown>>;
  /** What was wrong with the input, of a run that is partial: the first of it is kept in the row. Absent: nothing. */
  readonly faults?: readonly string[];
  /** Of input that is only known when it has been read. */
  readonly checksums?: Readonly<Record<string, string>>;
}

/** This process, as rows name it. */
export const workerName = `${hostname()}:${process.pid}`;

/**
 * Runs `work` with a row in the `run` table around it: what ran, on what input, by which versions, how far it is, how it ended. A throw is recorded as 'failed',
 * or as 'stopped' when the signal asked for it, and thrown on. A task within a task is a row of its own, a step of the other's.
 * @param work gets the course to go on with: its progress is kept in the row as well
 */
export async function recordRun<T>(
  db: Database,
  kind: string,
  input: Readonly<Record<string, unknown>>,
  course: TaskCourse,
  work: (course: TaskCourse) => Promise<Recorded<T>>,
): Promise<T> {
  const run = await beginRun(db, kind, input, course);
  const row = new RunReport((progress) => noteProgress(db, run, progress), course.report);
  let recorded: Recorded<T>;
  try {
    recorded = await work({ ...course, report: row.report, run: { id: run, begun: true } });
  } catch (error) {
    await row.stop();
    const { aborted, reason } = course.signal;
    // One that is another's by now ends with the other.
    if (!(aborted && reason instanceof BusyError))
      // The database may be what failed: its second failure must not hide the first.
      await endRun(db, run, aborted ? 'stopped' : 'failed', {}, aborted ? null : describe(error)).catch(() => {});
    throw error;
  }
  await row.stop();
  const told = tellFaults(recorded.faults ?? []);
  await endRun(db, run, recorded.state, recorded.counts, told, recorded.checksums).catch(async (error: unknown) => {
    // Two at work on the same run did the same; the other has said so already.
    const { state } = await findRun(db, run);
    if (state !== 'done' && state !== 'partial') throw error;
  });
  return recorded.result;
}

/** Faults that a row keeps of a run whose input had thousands. */
const FAULTS_KEPT = 5;

function tellFaults(faults: readonly string[]): string | null {
  if (!faults.length) return null;
  const more = faults.length - FAULTS_KEPT;
  return [...faults.slice(0, FAULTS_KEPT), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
}

/** The row that waits for this very task, the one that an earlier attempt left in the middle, or a new one. */
async function beginRun(
  db: Database,
  kind: string,
  input: Readonly<Record<string, unknown>>,
  { run }: TaskCourse,
): Promise<number> {
  if (run && !run.begun) return run.id;
  const step = run && (await unendedStep(db, run.id, kind, input));
  if (step && (await takeRun(db, step, workerName))) return step;
  const described: NewRun = await describeRun(db, kind, input);
  return startRun(db, { ...described, parentId: run?.id ?? null, worker: workerName });
}

/** A run of the versions at hand, with the checksums of what it starts from; a release that is read into is not what it starts from. */
export async function describeRun(
  db: Database,
  kind: string,
  input: Readonly<Record<string, unknown>>,
): Promise<NewRun> {
  return {
    kind,
    input,
    versions: { starkin: version, continuum: CONTINUUM_VERSION },
    checksums: kind === 'ingest' ? {} : await inputChecksums(db, input),
  };
}

/** An error as a row keeps it: code and message. */
export function describe(error: unknown): string {
  if (error instanceof StarkinError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

import { StarkinError } from '../src/domain/errors.js';
import type { Database } from '../src/storage/database.js';
import { endRun, startRun } from '../src/storage/run.js';

/** How a task ended, as its row in `run` tells it. */
export type EndState = 'done' | 'partial' | 'failed' | 'stopped';

/** What a task's work returns to be recorded: its end state and figures worth keeping. */
export interface Recorded<T> {
  readonly result: T;
  readonly state: EndState;
  readonly counts: Readonly<Record<string, unknown>>;
}

/**
 * Runs `work` with a row in the `run` table around it: what ran, on what input, how it ended. A throw is recorded as 'failed', or as
 * 'stopped' when the signal asked for it, and thrown on.
 */
export async function recordRun<T>(
  db: Database,
  kind: string,
  input: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
  work: () => Promise<Recorded<T>>,
): Promise<T> {
  const run = await startRun(db, kind, input);
  let recorded: Recorded<T>;
  try {
    recorded = await work();
  } catch (error) {
    // The database may be what failed: its second failure must not hide the first.
    await endRun(db, run, signal.aborted ? 'stopped' : 'failed', {}, describe(error)).catch(() => {});
    throw error;
  }
  await endRun(db, run, recorded.state, recorded.counts);
  return recorded.result;
}

function describe(error: unknown): string {
  if (error instanceof StarkinError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}

import { NotFoundError } from '../domain/errors.js';
import type { Database } from './database.js';

export type RunState = 'running' | 'done' | 'partial' | 'failed' | 'stopped';

/** What ran, from what, and how it ended. */
export interface Run {
  readonly id: number;
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly state: RunState;
  readonly counts: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
}

const COLUMNS = 'id, kind, input, state, counts, error, started_at as "startedAt", ended_at as "endedAt"';

/** @returns the run's id */
export async function startRun(db: Database, kind: string, input: Readonly<Record<string, unknown>>): Promise<number> {
  const [{ id }] = await db.query<{ id: number }>('insert into run (kind, input) values ($1, $2) returning id', [
    kind,
    JSON.stringify(input),
  ]);
  return id;
}

/** @throws NotFoundError when no such run is running */
export async function endRun(
  db: Database,
  id: number,
  state: Exclude<RunState, 'running'>,
  counts: Readonly<Record<string, unknown>>,
  error: string | null = null,
): Promise<void> {
  const ended = await db.query(
    `update run set state = $2, counts = $3, error = $4, ended_at = now() where id = $1 and state = 'running' returning id`,
    [id, state, JSON.stringify(counts), error],
  );
  if (ended.length === 0) throw new NotFoundError('running run', String(id));
}

/** The latest runs, the newest first. */
export async function listRuns(db: Database, limit: number): Promise<Run[]> {
  return db.query<Run>(`select ${COLUMNS} from run order by id desc limit $1`, [limit]);
}

/** Ends, as 'stopped', every run that still counts as running: for the one owner of an archive, when it has just opened it. */
export async function endAbandonedRuns(db: Database): Promise<void> {
  await db.query(
    `update run set state = 'stopped', error = 'the process ended', ended_at = now() where state = 'running'`,
  );
}

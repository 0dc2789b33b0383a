import type { Database } from './database.js';

/** The kinds of work that a run is split into. */
export type PartKind = 'ingest' | 'train' | 'encode' | 'index';

/** A piece of a run, of bounded size: ids, paths and ranges of keys, never their content. */
export interface NewPart {
  readonly task: Readonly<Record<string, unknown>>;
  /** What there is to do, in the unit of the run. */
  readonly total: number;
}

export interface RunPart extends NewPart {
  readonly runId: number;
  readonly part: number;
  readonly kind: PartKind;
  readonly state: 'queued' | 'running' | 'done' | 'failed';
  readonly done: number;
  readonly counts: Readonly<Record<string, unknown>> | null;
  readonly error: string | null;
  readonly worker: string | null;
}

/** Of run_part under the alias p. */
const COLUMNS = 'p.run_id as "runId", p.part, p.kind, p.task, p.state, p.done, p.total, p.counts, p.error, p.worker';

/** Adds parts to a run. @returns their numbers */
export async function addParts(
  db: Database,
  runId: number,
  kind: PartKind,
  parts: readonly NewPart[],
): Promise<number[]> {
  const rows = await db.query<{ part: number }>(
    `insert into run_part (run_id, part, kind, task, total)
     select $1, (select coalesce(max(part), 0) from run_part where run_id = $1) + given.row::int, $2, given.task::jsonb, given.total
     from unnest($3::text[], $4::int[]) with ordinality as given(task, total, row) returning part`,
    [runId, kind, parts.map(({ task }) => JSON.stringify(task)), parts.map(({ total }) => total)],
  );
  return rows.map(({ part }) => part);
}

/** A part and the state of its run; null when there is no such part. */
export async function findPart(
  db: Database,
  runId: number,
  part: number,
): Promise<(RunPart & { readonly runState: string }) | null> {
  const [row] = await db.query<RunPart & { runState: string }>(
    `select ${COLUMNS}, run.state as "runState"
     from run_part p join run on run.id = p.run_id where p.run_id = $1 and p.part = $2`,
    [runId, part],
  );
  return row ?? null;
}

/** The parts of a run, in order. */
export async function listParts(db: Database, runId: number): Promise<RunPart[]> {
  return db.query<RunPart>(`select ${COLUMNS} from run_part p where run_id = $1 order by part`, [runId]);
}

/** How the parts of a run stand, all together. */
export interface PartsState {
  readonly parts: number;
  readonly unended: number;
  readonly running: number;
  readonly failed: number;
  readonly done: number;
  readonly total: number;
  /** Of the first part that failed. */
  readonly error: string | null;
}

/** @param kind only the parts of this kind; null: all of them */
export async function partsState(db: Database, runId: number, kind: PartKind | null): Promise<PartsState> {
  const [state] = await db.query<PartsState>(
    `select count(*)::int as parts, (count(*) filter (where state in ('queued', 'running')))::int as unended,
       (count(*) filter (where state = 'running'))::int as running, (count(*) filter (where state = 'failed'))::int as failed,
       coalesce(sum(case state when 'done' then total else done end), 0)::int as done, coalesce(sum(total), 0)::int as total,
       (array_agg(error order by part) filter (where state = 'failed'))[1] as error
     from run_part where run_id = $1 and ($2::text is null or kind = $2)`,
    [runId, kind],
  );
  return state;
}

export async function takePart(db: Database, { runId, part }: PartKey, worker: string): Promise<void> {
  await db.query(
    `update run_part set state = 'running', worker = $3, done = 0, error = null, started_at = now(), ended_at = null
     where run_id = $1 and part = $2 and state <> 'done'`,
    [runId, part, worker],
  );
}

export async function notePart(db: Database, { runId, part }: PartKey, done: number): Promise<void> {
  await db.query(`update run_part set done = least($3, total) where run_id = $1 and part = $2 and state = 'running'`, [
    runId,
    part,
    done,
  ]);
}

export async function endPart(
  db: Database,
  { runId, part }: PartKey,
  end: { state: 'queued' | 'done' | 'failed'; counts?: object | null; error?: string | null },
): Promise<void> {
  await db.query(
    `update run_part set state = $3::text, counts = $4, error = $5, ended_at = case $3::text when 'queued' then null else now() end
     where run_id = $1 and part = $2 and state <> 'done'`,
    [runId, part, end.state, end.counts ? JSON.stringify(end.counts) : null, end.error ?? null],
  );
}

/** Ends, as 'failed', the parts that nobody began. */
export async function endQueuedParts(db: Database, runId: number, error: string): Promise<void> {
  await db.query(
    `update run_part set state = 'failed', error = $2, ended_at = now() where run_id = $1 and state = 'queued'`,
    [runId, error],
  );
}

type PartKey = Pick<RunPart, 'runId' | 'part'>;

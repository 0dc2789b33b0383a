import { NotFoundError } from '../domain/errors.js';
import type { Database } from './database.js';
import type { Release } from './dataRelease.js';

export type RunState = 'queued' | 'running' | 'done' | 'partial' | 'failed' | 'stopped' | 'lost';

/** How far a run is. */
export interface RunProgress {
  readonly stage: string;
  readonly done: number;
  /** 0 while it is not known. */
  readonly total: number;
  readonly unit: string;
  /** Units per second of late; null while it cannot be told. */
  readonly rate: number | null;
  readonly detail?: string;
}

/** What ran, from what, and how it ended. */
export interface Run {
  readonly id: number;
  /** The run that this one is a step of. */
  readonly parentId: number | null;
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
  /** Whether a release that it was about was thrown away since: one of that name now is another. */
  readonly releaseGone: boolean;
  readonly state: RunState;
  readonly versions: Readonly<Record<string, string | number>>;
  readonly checksums: Readonly<Record<string, string>>;
  readonly counts: Readonly<Record<string, unknown>> | null;
  readonly progress: RunProgress | null;
  readonly error: string | null;
  /** host:process */
  readonly worker: string | null;
  readonly queuedAt: Date | null;
  readonly startedAt: Date;
  readonly heartbeatAt: Date | null;
  readonly endedAt: Date | null;
}

export interface NewRun {
  readonly kind: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly parentId?: number | null;
  readonly versions?: Readonly<Record<string, string | number>>;
  readonly checksums?: Readonly<Record<string, string>>;
  readonly worker?: string | null;
}

/** A run that was not heard of for so long is lost, s; it reports every second. */
const LOST_AFTER = 30;
/** Seconds since then. */
const SILENT = 'extract(epoch from now() - coalesce(heartbeat_at, started_at))::float8';
const LOST = `(state = 'running' and ${SILENT} > ${LOST_AFTER})`;

const COLUMNS = `id, parent_id as "parentId", kind, input, release_gone as "releaseGone", state, versions, checksums, counts, progress, error, worker, queued_at as "queuedAt",
  started_at as "startedAt", heartbeat_at as "heartbeatAt", ended_at as "endedAt"`;

/** @returns the run's id */
export async function startRun(db: Database, run: NewRun): Promise<number> {
  const [{ id }] = await db.query<{ id: number }>(
    `insert into run (kind, input, parent_id, versions, checksums, worker, heartbeat_at)
     values ($1, $2, $3, $4, $5, $6, now()) returning id`,
    [...described(run), run.worker ?? null],
  );
  return id;
}

/**
 * Makes a run that waits for a worker.
 * @param job of the queue: a second call with the same one finds the run that the first one made
 * @returns the run's id
 */
export async function queueRun(db: Database, run: NewRun, job: string | null = null): Promise<number> {
  const [{ id }] = await db.query<{ id: number }>(
    `insert into run (kind, input, parent_id, versions, checksums, job, state, queued_at)
     values ($1, $2, $3, $4, $5, $6, 'queued', now())
     on conflict (job) do update set job = excluded.job returning id`,
    [...described(run), job],
  );
  return id;
}

function described({ kind, input, parentId, versions, checksums }: NewRun): unknown[] {
  const json = (value: unknown) => JSON.stringify(value ?? {});
  return [kind, json(input), parentId ?? null, json(versions), json(checksums)];
}

/**
 * Takes up a run that waits, or one that was left in the middle.
 * @returns whether there is still something to do: false for a run that has ended
 */
export async function takeRun(db: Database, id: number, worker: string): Promise<boolean> {
  const taken = await db.query(
    `update run set state = 'running', worker = $2, heartbeat_at = now(), ended_at = null, error = null,
       started_at = case state when 'queued' then now() else started_at end
     where id = $1 and state in ('queued', 'running', 'stopped', 'lost') returning id`,
    [id, worker],
  );
  return taken.length > 0;
}

/** Puts a run back into the queue, to be tried again. @param error what went wrong */
export async function returnRun(db: Database, id: number, error: string | null = null): Promise<void> {
  await db.query(
    `update run set state = 'queued', ended_at = null, error = $2, worker = null
     where id = $1 and state in ('running', 'stopped', 'lost', 'failed')`,
    [id, error],
  );
}

/** The step of this kind and input that an earlier attempt at a run left in the middle, if it did. */
export async function unendedStep(
  db: Database,
  parentId: number,
  kind: string,
  input: Readonly<Record<string, unknown>>,
): Promise<number | null> {
  const [row] = await db.query<{ id: number }>(
    `select id from run where parent_id = $1 and kind = $2 and input = $3::jsonb and state in ('queued', 'running', 'stopped', 'lost')
     order by id desc limit 1`,
    [parentId, kind, JSON.stringify(input)],
  );
  return row?.id ?? null;
}

/** Notes that a run is alive, and how far it is. */
export async function noteProgress(db: Database, id: number, progress: RunProgress | null): Promise<void> {
  await db.query(
    `update run set heartbeat_at = now(), progress = coalesce($2::jsonb, progress), state = 'running', ended_at = null
     where id = $1 and state in ('running', 'lost')`,
    [id, progress && JSON.stringify(progress)],
  );
}

/**
 * @param checksums those that are known only now, beside those noted at the start
 * @throws NotFoundError when no such run is running
 */
export async function endRun(
  db: Database,
  id: number,
  state: Exclude<RunState, 'queued' | 'running'>,
  counts: Readonly<Record<string, unknown>>,
  error: string | null = null,
  checksums: Readonly<Record<string, string>> = {},
): Promise<void> {
  const ended = await db.query(
    `update run set state = $2, counts = $3, error = $4, checksums = checksums || $5::jsonb, heartbeat_at = now(), ended_at = now()
     where id = $1 and state in ('queued', 'running', 'lost') returning id`,
    [id, state, JSON.stringify(counts), error, JSON.stringify(checksums)],
  );
  if (ended.length === 0) throw new NotFoundError('running run', String(id));
}

/** Which of the runs; all where nothing is said. */
export interface RunSelection {
  /** Only those that come after the one of this `place`, in a list of the same releases. */
  readonly before?: number | null;
  /** Only those that are about these releases, about no other one, be it a former one of the same name, and about no model that was trained on another one and never answered; null: all. */
  readonly releases?: readonly Pick<Release, 'id' | 'name'>[] | null;
  /** Only those that have not ended. */
  readonly unended?: boolean;
}

/** As `loadVisibleModels` has it: who may not know of a model may not know what was done with it. */
const MODEL_SEEN = `not exists (
  select 1 from model where model.id in (input->>'model', counts->>'model') and served_at is null and coalesce(trained_on_id <> all($5::int[]), true))`;

export interface ListedRun extends Run {
  /** Its number in the list from the oldest on; among runs of some releases it counts those alone, and tells of no other. */
  readonly place: number;
}

/** The latest runs, the newest first. One whose process is silent counts as lost. */
export async function listRuns(
  db: Database,
  limit: number,
  { before = null, releases = null, unended = false }: RunSelection = {},
): Promise<ListedRun[]> {
  const rows = await db.query<ListedRun & { silent: boolean }>(
    `select * from (
       select ${COLUMNS}, ${LOST} as silent,
         case when $3::text[] is null then id else (row_number() over (order by id))::int end as place
       from run where (not $4::boolean or ended_at is null) and ($3::text[] is null or (not release_gone and input->>'release' = any($3) and coalesce(input->>'into' = any($3), true) and ${MODEL_SEEN}))
     ) as listed
     where $2::int is null or place < $2 order by id desc limit $1`,
    [limit, before, releases?.map(({ name }) => name) ?? null, unended, releases?.map(({ id }) => id) ?? null],
  );
  return rows.map(({ silent, ...run }) => (silent ? { ...run, state: 'lost' } : run));
}

/** @throws NotFoundError */
export async function findRun(db: Database, id: number): Promise<Run> {
  const [run] = await db.query<Run>(`select ${COLUMNS} from run where id = $1`, [id]);
  if (!run) throw new NotFoundError('run', String(id), 'npx starkin status');
  return run;
}

/** A run that is at work, or waits to be. */
export interface UnendedRun extends Run {
  /** In so many seconds it counts as lost, unless it is heard of; null while it waits for a worker. */
  readonly lostIn: number | null;
}

/** A run that is about the release of this name and has not ended, the first; null where there is none. @param but a run that does not count */
export async function findRunOn(db: Database, release: string, but: number | null): Promise<UnendedRun | null> {
  const [run] = await db.query<UnendedRun>(
    `select ${COLUMNS}, case when state = 'running' then greatest(0, ${LOST_AFTER} - ${SILENT}) end as "lostIn" from run
     where ended_at is null and not ${LOST} and $1 in (input->>'release', input->>'into') and id is distinct from $2::int order by id limit 1`,
    [release, but],
  );
  return run ?? null;
}

/** Ends, as 'stopped', every run that still counts as running: for the one owner of an archive, when it has just opened it. */
export async function endAbandonedRuns(db: Database): Promise<void> {
  await db.query(
    `update run set state = 'stopped', error = 'the process ended', ended_at = now() where state in ('queued', 'running')`,
  );
}

/** Ends, as 'lost', the runs of processes that are not heard of any more: for a server, where no process knows that it is the only one. */
export async function endLostRuns(db: Database): Promise<void> {
  await db.query(
    `update run set state = 'lost', error = 'nothing was heard of ' || coalesce(worker, 'its process') || ' any more', ended_at = now()
     where ${LOST}`,
  );
}

/** Runs of the queue that have not ended, or of which nothing has been heard since yesterday at most. */
export async function queuedRuns(db: Database): Promise<number[]> {
  const rows = await db.query<{ id: number }>(
    `select id from run
     where queued_at is not null and (ended_at is null or (state = 'lost' and ended_at > now() - interval '1 day')) order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Ends, as 'failed', those of the runs that have not ended. */
export async function failRuns(
  db: Database,
  runs: readonly { readonly run: number; readonly error: string }[],
): Promise<void> {
  if (runs.length === 0) return;
  await db.query(
    `update run set state = 'failed', error = given.error, ended_at = now() from unnest($1::int[], $2::text[]) as given(id, error)
     where run.id = given.id and run.state in ('queued', 'running', 'lost')`,
    [runs.map(({ run }) => run), runs.map(({ error }) => error)],
  );
}

import type { Database } from './database.js';
import { RELEASE_COLUMNS, type Release } from './dataRelease.js';
import { renewStatistics } from './statistics.js';

/**
 * What one request sees: the served model and the visible releases, read once at its start and passed to every query. Rows are
 * immutable under a model and a revision, so that no transaction needs to be held meanwhile.
 */
export interface View {
  readonly modelId: string | null;
  /** Visible releases, newest first, drafts before them; of each the revision that is seen. */
  readonly releases: readonly Release[];
}

/**
 * Reads the view in one round trip: the published releases, proprietary ones only if they are named. A draft that is named shows what its first
 * publication would, so that it can be checked before; a published release shows what is published, whoever asks. A withdrawn
 * one is seen by nobody, nor is a draft that is being thrown away.
 * @param named releases that the request's token names, by number: names are given again
 */
export async function readView(db: Database, named: readonly number[] = []): Promise<View> {
  const rows = await db.query<Release & { modelId: string | null; id: number | null }>(
    `select ${RELEASE_COLUMNS}, served.model_id as "modelId"
     from (values (1)) as one
     left join served_model served on true
     left join data_release on (state = 'published' and not proprietary) or (state <> 'withdrawn' and id = any($1::int[]) and not (state = 'draft' and discarding))
     order by published_at desc nulls first, id desc`,
    [named],
  );
  const releases = rows
    .filter((row) => row.id !== null)
    .map(({ modelId: _, ...release }) =>
      release.state === 'draft' ? { ...release, revision: release.revision + 1 } : release,
    );
  return { modelId: rows[0].modelId, releases };
}

/**
 * Holds what is served until the transaction ends: a model promoted while a release is being published under the former one would otherwise
 * meet a release that is not encoded under it.
 */
export async function holdServing(tx: Database): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('served model', 0))");
}

/** Makes a model the one that answers; the former one is kept beside it. Serving the served one again changes nothing. */
export async function serve(db: Database, modelId: string): Promise<void> {
  await db.query(
    `with public as (update model set served_at = now() where id = $1 and served_at is null)
     insert into served_model (model_id) values ($1)
     on conflict (singleton) do update
       set former_model_id = served_model.model_id, model_id = excluded.model_id, since = now()
       where served_model.model_id <> excluded.model_id`,
    [modelId],
  );
  await renewStatistics(db);
}

/** The view as if only the release of this name were visible; no release at all when it is not. */
export function narrowView(view: View, releaseName: string): View {
  return { ...view, releases: view.releases.filter(({ name }) => name === releaseName) };
}

/** What a visible release is called, which rows need not tell: its name, joined to each of 21 stars, was an eighth of the time of a list. */
export function releaseName({ releases }: View, id: number): string {
  const release = releases.find((visible) => visible.id === id);
  if (!release) throw new Error(`release ${id} is not visible`);
  return release.name;
}

/**
 * The visible releases as a table of a FROM clause, rank 1 being the newest; its parameters $1 and $2 are `visibleParameters(view)`.
 * A row of a release is visible when its revision is at most `visible.revision`.
 */
export const VISIBLE = visibleAs('visible');

/** The same under another alias. */
export function visibleAs(alias: string): string {
  return `unnest($1::int[], $2::int[]) with ordinality as ${alias}(release_id, revision, rank)`;
}

export function visibleParameters(view: View): [number[], number[]] {
  return [view.releases.map(({ id }) => id), view.releases.map(({ revision }) => revision)];
}

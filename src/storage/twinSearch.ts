import { toSql } from 'pgvector';
import type { StarId } from '../domain/star.js';
import { type Bind, binder } from './bind.js';
import type { Database } from './database.js';
import { catalogueOf, filterConditions, type StarFilter } from './starFilter.js';
import { VISIBLE, type View, visibleAs, visibleParameters } from './view.js';

/** Where a page of twins ended. */
export interface TwinCursor {
  readonly distance: number;
  readonly id: StarId;
}

export interface TwinPage {
  readonly first: number;
  readonly after?: TwinCursor | null | undefined;
  readonly filter?: StarFilter | null | undefined;
}

export interface Neighbour {
  readonly starId: StarId;
  /** L2 distance of the searched vectors. */
  readonly distance: number;
}

/** What neighbours are looked for: a star of the archive, or a searched vector that is not in it. */
export type SearchOrigin = StarId | Float32Array;

/**
 * The stars nearest to a star or a vector under a model, by an exact scan, in order of (distance, star id). One latent per star is searched: that of the
 * combined spectrum in the newest visible release; never the star itself. A star without a latent has no neighbours. One statement.
 */
export async function nearest(
  db: Database,
  view: View,
  modelId: string,
  origin: SearchOrigin,
  { first, after, filter }: TwinPage,
): Promise<{ rows: Neighbour[] }> {
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const candidates = candidatesOf(view, modelId, origin, filter, bind);
  const beyond = after ? `where (distance, "starId") > (${bind(after.distance)}::float8, ${bind(after.id)}::text)` : '';
  const rows = await db.query<Neighbour>(
    `with ${candidates}
     select * from (select star_id as "starId", searched <-> (select searched from own) as distance from candidate) as neighbour
     ${beyond} order by distance, "starId" limit ${bind(first)}`,
    parameters,
  );
  return { rows };
}

/** How many stars `nearest` searches: those with a latent that pass the filter, the star itself not counted. */
export async function countCandidates(
  db: Database,
  view: View,
  modelId: string,
  starId: StarId,
  filter?: StarFilter | null,
): Promise<number> {
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const candidates = candidatesOf(view, modelId, starId, filter, bind);
  const [{ count }] = await db.query<{ count: number }>(
    `with ${candidates} select count(*)::int as count from candidate`,
    parameters,
  );
  return count;
}

/**
 * Common table expressions: `own`, the searched vector of the origin (no row, or null, where a star has none), and `candidate`, the searched vectors of
 * the others. The newest release in which a star was encoded under the model counts; with a single visible release that question is left out,
 * which makes the scan a plain pass over the partition.
 */
function candidatesOf(
  view: View,
  modelId: string,
  origin: SearchOrigin,
  filter: StarFilter | null | undefined,
  bind: Bind,
): string {
  const model = `${bind(modelId)}::text`;
  const conditions = filterConditions(view, filter, bind);
  const latents = (table: string, visible: string) =>
    `latent ${table} on ${table}.model_id = ${model} and ${table}.visit = 0
       and ${table}.release_id = ${visible}.release_id and ${table}.revision <= ${visible}.revision`;
  const newest = `not exists (
      select 1 from ${visibleAs('newer')} join ${latents('n', 'newer')} where n.star_id = l.star_id and newer.rank < visible.rank)`;
  const star = typeof origin === 'string' ? `${bind(origin)}::text` : null;
  const own = star
    ? `select l.searched from ${VISIBLE} join ${latents('l', 'visible')} where l.star_id = ${star} order by visible.rank limit 1`
    : `select ${bind(toSql(Array.from(origin as Float32Array)))}::vector as searched`;
  return `own as (
      ${own}
    ), candidate as (
      select l.star_id, l.searched from ${VISIBLE} join ${latents('l', 'visible')}
      ${conditions.length > 0 ? `join star on star.id = l.star_id ${catalogueOf(filter, bind)}` : ''}
      where ${['l.searched is not null', ...(star ? [`l.star_id <> ${star}`] : []), '(select searched from own) is not null', ...(view.releases.length > 1 ? [newest] : []), ...conditions].join(' and ')}
    )`;
}

import { toSql } from 'pgvector';
import type { StarId } from '../domain/star.js';
import { type Bind, binder } from './bind.js';
import { candidates, nearestTo } from './candidates.js';
import type { Database } from './database.js';
import { type EvidenceColumns, type StoredEvidence, toEvidence } from './evidence.js';
import { toFloats } from './latent.js';
import type { SearchPlan } from './searchPlan.js';
import type { StarFilter } from './starFilter.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** Where a page of twins ended. */
export interface TwinCursor {
  readonly distance: number;
  readonly id: StarId;
}

export interface TwinPage {
  readonly first: number;
  readonly after?: TwinCursor | null | undefined;
  readonly filter?: StarFilter | null | undefined;
  /** EXACT when absent. */
  readonly plan?: SearchPlan | undefined;
}

export interface Neighbour {
  readonly starId: StarId;
  /** L2 distance of the searched vectors. */
  readonly distance: number;
  /** Null where the latent is of an older version. */
  readonly evidence: StoredEvidence | null;
}

/** The latent of the combined spectrum in the newest visible release in which a star was encoded. */
export interface OwnLatent {
  /** Name of the release. */
  readonly release: string;
  readonly extrapolated: boolean;
  /** Why there is no latent, and nothing was searched; null where there is one. */
  readonly reason: string | null;
  readonly evidence: StoredEvidence | null;
  /** Null where there is no latent. */
  readonly searched: Float32Array | null;
}

export interface Found {
  readonly own: OwnLatent;
  /** In order of (distance, star id). */
  readonly neighbours: readonly Neighbour[];
}

/**
 * The stars nearest to each of several under a model, in order of (distance, star id), with what a comparison needs of them all. One latent per star is searched: that of the
 * combined spectrum in the newest visible release; never the star itself. Stars that were not encoded are left out of the answer. One statement for all.
 */
export async function findNeighbours(
  db: Database,
  view: View,
  modelId: string,
  stars: readonly StarId[],
  page: TwinPage,
): Promise<Map<StarId, Found>> {
  const { sql, parameters } = statement(view, modelId, page, (bind, model) => ({
    several: stars.length > 1,
    sql: `select distinct on (l.star_id) l.star_id, l.release_id, l.searched
      from ${VISIBLE}
      join latent l on l.model_id = ${model} and l.visit = 0 and l.release_id = visible.release_id and l.revision <= visible.revision
      where l.star_id = any(${bind(stars)}::text[]) order by l.star_id, visible.rank`,
  }));
  const found = new Map<StarId, { own: OwnLatent; neighbours: Neighbour[] }>();
  for (const row of await db.query<FoundColumns & { origin: StarId }>(sql, parameters)) {
    if (row.distance === null) found.set(row.origin, { own: toOwn(row), neighbours: [] });
    else found.get(row.origin)?.neighbours.push(toNeighbour(row, row.distance));
  }
  return found;
}

/** The stars nearest to a searched vector that is not in the archive, as above. One statement. */
export async function findNeighboursOf(
  db: Database,
  view: View,
  modelId: string,
  vector: Float32Array,
  page: TwinPage,
): Promise<Neighbour[]> {
  const { sql, parameters } = statement(view, modelId, page, (bind) => ({
    several: false,
    sql: `select null::text as star_id, null::int as release_id, ${bind(toSql(Array.from(vector)))}::vector as searched`,
  }));
  const rows = await db.query<FoundColumns>(sql, parameters);
  return rows.flatMap((row) => (row.distance === null ? [] : [toNeighbour(row, row.distance)]));
}

/** How many stars are searched: those with a latent that pass the filter, the star itself not counted. One statement. */
export async function countCandidates(
  db: Database,
  view: View,
  modelId: string,
  starId: StarId,
  filter?: StarFilter | null,
): Promise<number> {
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const model = `${bind(modelId)}::text`;
  const [{ count }] = await db.query<{ count: number }>(
    `select count(*)::int as count from (${candidates(view, model, filter, bind)}) as candidate where star_id <> ${bind(starId)}::text`,
    parameters,
  );
  return count;
}

interface Origins {
  readonly several: boolean;
  /** Rows of star_id, release_id and searched. */
  readonly sql: string;
}

/** Rows of FoundColumns: of each origin first its own, which has no distance, then its neighbours in their order. */
function statement(
  view: View,
  modelId: string,
  page: TwinPage,
  originsOf: (bind: Bind, model: string) => Origins,
): { sql: string; parameters: unknown[] } {
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const model = `${bind(modelId)}::text`;
  const origins = originsOf(bind, model);
  // Of one origin as scalar subqueries, so that an exact scan may be shared among the server's processes; of several row by row.
  const origin = origins.several
    ? { id: 'origin.star_id', vector: 'origin.searched' }
    : { id: '(select star_id from origin)', vector: '(select searched from origin)' };
  const near = nearestTo(view, model, origin, page, bind);
  // Several exact searches share one pass through the filter.
  const shared = origins.several ? near.shared : null;
  const sql = `with origin as materialized (${origins.sql}),
     ${shared ? `candidate as materialized (${shared.candidates}),` : ''}
     found as (
       select ${origin.id} as origin, near.star_id, near.release_id, near.distance
       from ${origins.several ? 'origin cross join lateral' : ''} (${(shared ?? near).sql}) as near
       where ${origin.vector} is not null
     ), answer as (
       select star_id as origin, star_id, release_id, null::float8 as distance from origin where star_id is not null
       union all select origin, star_id, release_id, distance from found
     )
     select answer.origin, answer.star_id as "starId", answer.distance, l.searched, l.extrapolated, l.reason, r.name as release, l.information,
       l.information_vector as "informationVector", p.feh, p.feh_error as "fehError"
     from answer
     join ${VISIBLE} on visible.release_id = answer.release_id
     join data_release r on r.id = answer.release_id
     cross join lateral (
       select case when answer.distance is null then l.searched end as searched, l.extrapolated, l.reason, l.information, l.information_vector from latent l
       where l.model_id = ${model} and l.star_id = answer.star_id and l.release_id = answer.release_id and l.visit = 0 limit 1) as l
     left join lateral (
       select p.feh, p.feh_error from star_parameters p
       where p.star_id = answer.star_id and p.release_id = answer.release_id and p.revision <= visible.revision limit 1) as p on true
     order by answer.origin, answer.distance nulls first, answer.star_id`;
  return { sql, parameters };
}

interface FoundColumns extends EvidenceColumns {
  /** Null in the row of an origin itself. */
  readonly distance: number | null;
  readonly extrapolated: boolean;
  readonly reason: string | null;
  readonly release: string;
  /** Of an origin alone. */
  readonly searched: string | null;
}

function toOwn({ release, extrapolated, reason, searched, ...columns }: FoundColumns): OwnLatent {
  return {
    release,
    extrapolated,
    reason,
    evidence: toEvidence(columns),
    searched: searched === null ? null : toFloats(searched),
  };
}

function toNeighbour(row: FoundColumns, distance: number): Neighbour {
  return { starId: row.starId, distance, evidence: toEvidence(row) };
}

import { toSql } from 'pgvector';
import type { StarId } from '../domain/star.js';
import { type Bind, binder } from './bind.js';
import { candidates, nearestTo } from './candidates.js';
import type { Database } from './database.js';
import { EVIDENCE, EVIDENCE_JOIN, type EvidenceColumns, type StoredEvidence, toEvidence } from './evidence.js';
import { toFloats } from './latent.js';
import { stampOf, toStamps } from './latentStamp.js';
import { seenIn } from './revision.js';
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
  /** Tells its latent, and the evidence in it, from any other of the star. */
  readonly stamp: string;
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

/** Stars that are told of at a time, while others are still searched for: what is done with them costs a message or more. */
const AT_A_TIME = 9;

/** Walks from which on two connections share them: each takes .6 ms, and the second statement 1 ms. */
const SHARED_WALKS = 8;

/**
 * The stars nearest to each of several under a model, in order of (distance, star id), and what a comparison needs of those that were asked about; `loadEvidence` has it of their neighbours.
 * One latent per star is searched: that of the combined spectrum in the newest visible release; never the star itself. Stars that were not encoded are left out of the answer. One statement for all;
 * but a server walks along the index on two connections at once, fifty stars in 18 ms instead of 33. (It does not share the walks of one statement among its processes.)
 * @param onFound hears of some stars as soon as they were searched for, and of each once
 */
export async function findNeighbours(
  db: Database,
  view: View,
  modelId: string,
  stars: readonly StarId[],
  page: TwinPage,
  onFound?: (some: ReadonlyMap<StarId, Found>) => void,
): Promise<Map<StarId, Found>> {
  const walks = page.plan?.name === 'HNSW' && db.kind === 'server' ? stars.length : 0;
  if (walks < SHARED_WALKS) return search(db, view, modelId, stars, page, onFound);
  const half = Math.ceil(walks / 2);
  const parts = [stars.slice(0, half), stars.slice(half)];
  const found = await Promise.all(parts.map((part) => search(db, view, modelId, part, page, onFound)));
  return new Map(found.flatMap((some) => [...some]));
}

async function search(
  db: Database,
  view: View,
  modelId: string,
  stars: readonly StarId[],
  page: TwinPage,
  onFound?: (some: ReadonlyMap<StarId, Found>) => void,
): Promise<Map<StarId, Found>> {
  const { sql, parameters } = statement(view, modelId, page, (bind, model) => ({
    several: stars.length > 1,
    sql: `select distinct on (l.star_id) l.star_id, l.searched, l.extrapolated, l.reason, r.name as release, ${EVIDENCE}
      from ${VISIBLE}
      join latent l on l.model_id = ${model} and l.visit = 0 and l.release_id = visible.release_id and ${seenIn('l')}
      join data_release r on r.id = l.release_id ${EVIDENCE_JOIN}
      where l.star_id = any(${bind(stars)}::text[]) order by l.star_id, visible.rank`,
  }));
  const found = new Map<StarId, Found>();
  let some = new Map<StarId, Found>();
  const add = (row: OwnColumns & FoundColumns) => {
    const one = { own: toOwn(row), neighbours: toNeighbours(row) };
    found.set(row.star_id, one);
    some.set(row.star_id, one);
    if (some.size === AT_A_TIME) tell();
  };
  const tell = () => {
    onFound?.(some);
    some = new Map();
  };
  const rows = await db.query<OwnColumns & FoundColumns>(sql, parameters, { onRow: onFound && add });
  for (const row of rows.slice(found.size)) add(row);
  if (some.size > 0) tell();
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
    sql: `select null::text as star_id, ${bind(toSql(Array.from(vector)))}::vector as searched`,
  }));
  const [row] = await db.query<FoundColumns>(sql, parameters);
  return toNeighbours(row);
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
  /** Rows with star_id and searched. */
  readonly sql: string;
}

/** A row for each origin: what its own query says, and its neighbours. */
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
  const sql = `with origin as materialized (${origins.sql})
     ${shared ? `, candidate as materialized (${shared.candidates})` : ''}
     select origin.*, found.* from origin cross join lateral (
       select json_agg(star_id) as "starIds", string_agg(float8send(distance), '') as distances, string_agg(${stampOf('place', 'since')}, '') as stamps
       from (${(shared ?? near).sql}) as near where ${origin.vector} is not null
     ) as found`;
  return { sql, parameters };
}

/**
 * The neighbours in their order, null where there are none. Not rows: 300 for each star take several times as long to be sent and read; and packed, for as lists of JSON those of fifty stars took
 * 40 ms, of which 28 find them, where these take 33.
 */
interface FoundColumns {
  readonly starIds: readonly StarId[] | null;
  /** 64-bit floats, big-endian. */
  readonly distances: Uint8Array | null;
  readonly stamps: Uint8Array | null;
}

interface OwnColumns extends EvidenceColumns {
  readonly star_id: StarId;
  readonly extrapolated: boolean;
  readonly reason: string | null;
  readonly release: string;
  readonly searched: string | null;
}

function toOwn({ release, extrapolated, reason, searched, ...columns }: OwnColumns): OwnLatent {
  return {
    release,
    extrapolated,
    reason,
    evidence: toEvidence(columns),
    searched: searched === null ? null : toFloats(searched),
  };
}

function toNeighbours({ starIds, distances, stamps }: FoundColumns): Neighbour[] {
  if (!starIds || !distances || !stamps) return [];
  const far = new DataView(distances.buffer, distances.byteOffset);
  const told = toStamps(stamps);
  return starIds.map((starId, i) => ({ starId, distance: far.getFloat64(8 * i), stamp: told[i] }));
}

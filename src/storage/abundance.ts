import type { StarId } from '../domain/star.js';
import type { CopyTarget, Database } from './database.js';
import { stagedRevisions } from './dataRelease.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleAs, visibleParameters } from './view.js';

export interface AbundanceRow {
  readonly starId: StarId;
  readonly element: string;
  /** [Fe/H] for Fe, [X/Fe] for the others, dex. */
  readonly value: number;
  /** 1 sigma, dex; null: exact. */
  readonly sigma: number | null;
}

const TARGET: CopyTarget = {
  table: 'abundance',
  columns: [
    { name: 'star_id', type: 'text' },
    { name: 'release_id', type: 'int4' },
    { name: 'revision', type: 'int4' },
    { name: 'method', type: 'text' },
    { name: 'element', type: 'text' },
    { name: 'value', type: 'float8' },
    { name: 'sigma', type: 'float8' },
  ],
};

/**
 * Stores the abundances that a simulation knows (method 'truth'), all of a star together. A star that has such abundances in this release
 * already keeps them. By COPY: 18 elements a star are the most rows of any ingest.
 */
export async function storeAbundances(db: Database, releaseId: number, rows: readonly AbundanceRow[]): Promise<void> {
  if (rows.length === 0) return;
  await atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [releaseId])).get(releaseId);
    const known = await tx.query<{ starId: StarId }>(
      `select distinct star_id as "starId" from abundance where star_id = any($1::text[]) and release_id = $2 and method = 'truth'`,
      [[...new Set(rows.map(({ starId }) => starId))], releaseId],
    );
    const done = new Set(known.map(({ starId }) => starId));
    const fresh = rows.filter(({ starId }) => !done.has(starId));
    await tx.copy(
      TARGET,
      fresh.map(({ starId, element, value, sigma }) => [starId, releaseId, revision, 'truth', element, value, sigma]),
    );
  });
}

/** The abundances that a simulation knows of the stars of a release: [Fe/H], then [X/Fe], dex, by element. */
export async function loadTrueAbundances(
  db: Database,
  releaseId: number,
): Promise<Map<StarId, Readonly<Record<string, number>>>> {
  const rows = await db.query<{ starId: StarId; abundances: Record<string, number> }>(
    `select star_id as "starId", jsonb_object_agg(element, value) as abundances
     from abundance where release_id = $1 and method = 'truth' group by star_id`,
    [releaseId],
  );
  return new Map(rows.map(({ starId, abundances }) => [starId, abundances]));
}

/** What a simulation knows of a star, in one release. */
export interface ReleasedAbundances {
  /** Name of the release. */
  readonly release: string;
  readonly abundances: readonly Pick<AbundanceRow, 'element' | 'value' | 'sigma'>[];
}

/** The abundances that a simulation knows of each star, from the newest visible release that has them. One statement. */
export async function loadVisibleTruth(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, ReleasedAbundances>> {
  const rows = await db.query<ReleasedAbundances & { starId: StarId }>(
    `select distinct on (a.star_id) a.star_id as "starId", r.name as release,
       jsonb_agg(jsonb_build_object('element', a.element, 'value', a.value, 'sigma', a.sigma) order by a.element <> 'Fe', a.element) as abundances
     from ${VISIBLE}
     join abundance a on a.release_id = visible.release_id and a.revision <= visible.revision
     join data_release r on r.id = a.release_id
     where a.method = 'truth' and a.star_id = any($3::text[])
     group by a.star_id, r.name, visible.rank
     order by a.star_id, visible.rank`,
    [...visibleParameters(view), ids],
  );
  return new Map(rows.map((row) => [row.starId, row]));
}

/** Species whose true abundances a visible release tells, [Fe/H] first: those of its first star. One statement. */
export async function loadTruthElements(db: Database, view: View): Promise<string[]> {
  const rows = await db.query<{ element: string }>(
    `select a.element from ${VISIBLE}
     join abundance a on a.release_id = visible.release_id and a.revision <= visible.revision
     where a.method = 'truth' and a.star_id = (
       select first.star_id from ${visibleAs('seen')} join abundance first on first.release_id = seen.release_id and first.revision <= seen.revision
       where first.method = 'truth' order by first.star_id limit 1)
     order by a.element <> 'Fe', a.element`,
    visibleParameters(view),
  );
  return rows.map(({ element }) => element);
}

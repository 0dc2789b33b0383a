import type { StarId, StarIdentity } from '../domain/star.js';
import { starId } from '../domain/star.js';
import type { Database } from './database.js';
import { stagedRevisions } from './dataRelease.js';
import { seenIn } from './revision.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

export interface StoredStar extends StarIdentity {
  readonly id: StarId;
  readonly survey: string;
  /** Whether its survey is a simulation. */
  readonly simulated: boolean;
}

/**
 * Makes stars known under their survey, with the positions and aliases that a release tells, to become visible at its next publication. Within a release
 * what is published stays, what is missing is filled in, and other values replace those not yet published.
 * @returns the stars' ids, in the order given
 */
export async function storeStars(
  db: Database,
  releaseId: number,
  survey: string,
  stars: readonly StarIdentity[],
): Promise<StarId[]> {
  const distinct = [...new Map(stars.map((star) => [star.name, star])).values()];
  await atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [releaseId])).get(releaseId);
    await tx.query(
      `insert into star (id, survey, name) select $1 || ':' || name, $1, name from unnest($2::text[]) as name on conflict do nothing`,
      [survey, distinct.map(({ name }) => name)],
    );
    const placed = distinct.filter(({ ra, dec }) => ra !== null || dec !== null);
    if (placed.length > 0)
      await tx.query(
        `insert into star_position as p (release_id, revision, star_id, ra, dec)
         select $1, $2, * from unnest($3::text[], $4::float8[], $5::float8[])
         on conflict (star_id, release_id) do update set ra = excluded.ra, dec = excluded.dec where p.revision = excluded.revision`,
        [
          releaseId,
          revision,
          placed.map(({ name }) => starId(survey, name)),
          placed.map(({ ra }) => ra),
          placed.map(({ dec }) => dec),
        ],
      );
    const aliases = distinct.flatMap(({ name, aliases }) =>
      Object.entries(aliases).map(([catalogue, alias]) => ({ id: starId(survey, name), catalogue, alias })),
    );
    if (aliases.length > 0)
      await tx.query(
        `insert into star_alias as a (release_id, revision, star_id, catalogue, alias)
         select $1, $2, * from unnest($3::text[], $4::text[], $5::text[])
         on conflict (star_id, release_id, catalogue) do update set alias = excluded.alias where a.revision = excluded.revision`,
        [
          releaseId,
          revision,
          aliases.map(({ id }) => id),
          aliases.map(({ catalogue }) => catalogue),
          aliases.map(({ alias }) => alias),
        ],
      );
  });
  return stars.map(({ name }) => starId(survey, name));
}

/**
 * The stars of these ids, those that are known, in any order. Each catalogue's alias, and the position, are those of the newest visible release
 * that tells them; whether a visible release has a spectrum of the star does not matter. One statement.
 */
export async function loadStars(db: Database, view: View, ids: readonly StarId[]): Promise<StoredStar[]> {
  return db.query<StoredStar>(`select ${STAR_COLUMNS} from star ${STAR_JOINS} where star.id = any($3::text[])`, [
    ...visibleParameters(view),
    ids,
  ]);
}

/** What a StoredStar is made of, after a FROM clause that has `star` and STAR_JOINS. */
export const STAR_COLUMNS = `star.id, star.survey, star.name, place.ra, place.dec, survey.simulated, coalesce(named.aliases, '{}') as aliases`;
export const STAR_JOINS = `
     join survey on survey.name = star.survey
     left join lateral (
       select p.ra, p.dec from ${VISIBLE}
       join star_position p on p.star_id = star.id and p.release_id = visible.release_id and p.revision <= visible.revision
       order by visible.rank limit 1) as place on true
     left join lateral (
       select jsonb_object_agg(newest.catalogue, newest.alias) as aliases from (
         select distinct on (a.catalogue) a.catalogue, a.alias from ${VISIBLE}
         join star_alias a on a.star_id = star.id and a.release_id = visible.release_id and a.revision <= visible.revision
         order by a.catalogue, visible.rank) as newest) as named on true`;

/**
 * Finds stars by what a user calls them: a star id ('survey:name'), a survey's own name, or an alias that a visible release tells. Only stars
 * with a spectrum in a visible release are found. A star id is always unique; a name or alias that fits several stars yields them
 * all, in order of id. One statement.
 */
export async function resolveStars(
  db: Database,
  view: View,
  references: readonly string[],
): Promise<Map<string, StarId[]>> {
  const rows = await db.query<{ reference: string; id: StarId }>(
    `with ${FOUND} select reference, id from found order by reference, id`,
    [...visibleParameters(view), references],
  );
  return grouped(rows, ({ id }) => id);
}

/** The same stars, as `loadStars` has them. One statement. */
export async function findStars(
  db: Database,
  view: View,
  references: readonly string[],
): Promise<Map<string, StoredStar[]>> {
  const rows = await db.query<StoredStar & { reference: string }>(
    `with ${FOUND} select reference, ${STAR_COLUMNS} from found join star on star.id = found.id ${STAR_JOINS} order by reference, star.id`,
    [...visibleParameters(view), references],
  );
  return grouped(rows, ({ reference: _, ...star }) => star);
}

function grouped<Row extends { reference: string }, T>(rows: readonly Row[], of: (row: Row) => T): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const some = found.get(row.reference);
    if (some) some.push(of(row));
    else found.set(row.reference, [of(row)]);
  }
  return found;
}

/** Whether `star` has a spectrum, were it of one visit, in a visible release. */
const SEEN = `exists (
  select 1 from ${VISIBLE}
  join spectrum s on s.release_id = visible.release_id and ${seenIn('s')}
  where s.star_id = star.id)`;

/** The stars that the references $3 find, as a table of a WITH clause. */
const FOUND = `wanted as (select distinct reference collate "C" as reference from unnest($3::text[]) as reference),
     by_id as (select reference, id from wanted join star on star.id = reference where ${SEEN}),
     -- An id that only a hidden release knows must not keep the name or alias of a visible star from being found.
     found as (
       select reference, id from by_id
       union select reference, id from wanted join star on star.name = reference
         where reference not in (select reference from by_id) and ${SEEN}
       union select reference, star.id from wanted join star_alias on alias = reference join star on star.id = star_id
         where reference not in (select reference from by_id) and ${SEEN} and exists (
           select 1 from ${VISIBLE} where release_id = star_alias.release_id and star_alias.revision <= visible.revision)
     )`;

import type { StarId, StarIdentity } from '../domain/star.js';
import { starId } from '../domain/star.js';
import type { Database } from './database.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

export interface StoredStar extends StarIdentity {
  readonly id: StarId;
  readonly survey: string;
  /** Whether its survey is a simulation. */
  readonly simulated: boolean;
}

/**
 * Makes stars known under their survey. Storing them again changes nothing, except that positions and aliases that were missing are filled in.
 * @returns the stars' ids, in the order given
 */
export async function storeStars(db: Database, survey: string, stars: readonly StarIdentity[]): Promise<StarId[]> {
  const ids = stars.map(({ name }) => starId(survey, name));
  const distinct = [...new Map(stars.map((star) => [star.name, star])).values()];
  await db.query(
    `insert into star (id, survey, name, ra, dec)
     select $1 || ':' || name, $1, name, ra, dec from unnest($2::text[], $3::float8[], $4::float8[]) as given(name, ra, dec)
     on conflict (id) do update set ra = coalesce(star.ra, excluded.ra), dec = coalesce(star.dec, excluded.dec)
       where (star.ra is null and excluded.ra is not null) or (star.dec is null and excluded.dec is not null)`,
    [survey, distinct.map(({ name }) => name), distinct.map(({ ra }) => ra), distinct.map(({ dec }) => dec)],
  );
  const aliases = distinct.flatMap(({ name, aliases }) =>
    Object.entries(aliases).map(([catalogue, alias]) => ({ id: starId(survey, name), catalogue, alias })),
  );
  if (aliases.length > 0)
    await db.query(
      `insert into star_alias (star_id, catalogue, alias)
       select * from unnest($1::text[], $2::text[], $3::text[]) on conflict do nothing`,
      [aliases.map(({ id }) => id), aliases.map(({ catalogue }) => catalogue), aliases.map(({ alias }) => alias)],
    );
  return ids;
}

/** The stars of these ids, those that are known, in any order; whether they are visible does not matter. One statement. */
export async function loadStars(db: Database, ids: readonly StarId[]): Promise<StoredStar[]> {
  return db.query<StoredStar>(
    `select star.id, star.survey, star.name, star.ra, star.dec, survey.simulated,
       coalesce((select jsonb_object_agg(catalogue, alias) from star_alias where star_id = star.id), '{}') as aliases
     from star join survey on survey.name = star.survey
     where star.id = any($1::text[])`,
    [ids],
  );
}

/**
 * Finds stars by what a user calls them: a star id ('survey:name'), a survey's own name, or an alias. Only stars with a spectrum in a
 * visible release are found. A star id is always unique; a name or alias that fits several stars yields them all, in order of id.
 * One statement.
 */
export async function resolveStars(
  db: Database,
  view: View,
  references: readonly string[],
): Promise<Map<string, StarId[]>> {
  const rows = await db.query<{ reference: string; id: StarId }>(
    `with wanted as (select distinct reference collate "C" as reference from unnest($3::text[]) as reference),
     by_id as (select reference, id from wanted join star on star.id = reference),
     found as (
       select reference, id from by_id
       union select reference, id from wanted join star on star.name = reference where reference not in (select reference from by_id)
       union select reference, star_id from wanted join star_alias on alias = reference where reference not in (select reference from by_id)
     )
     select reference, id from found
     where exists (
       select 1 from ${VISIBLE}
       join spectrum s on s.release_id = visible.release_id and s.revision <= visible.revision
       where s.star_id = found.id)
     order by reference, id`,
    [...visibleParameters(view), references],
  );
  const found = new Map<string, StarId[]>();
  for (const { reference, id } of rows) found.set(reference, [...(found.get(reference) ?? []), id]);
  return found;
}

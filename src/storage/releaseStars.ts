import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';

/**
 * The stars of a release, staged ones too, that users call by these names: a survey's own name, or an alias in this release. One that fits several stars
 * yields them all, in order of id. One statement.
 */
export async function starsOfRelease(
  db: Database,
  releaseId: number,
  names: readonly string[],
): Promise<Map<string, StarId[]>> {
  const rows = await db.query<{ name: string; id: StarId }>(
    `with wanted as (select distinct name collate "C" as name from unnest($2::text[]) as name),
     found as (
       select wanted.name, star.id from wanted join star on star.name = wanted.name or star.id = wanted.name
       union select wanted.name, a.star_id from wanted join star_alias a on a.alias = wanted.name and a.release_id = $1
     )
     select name, id from found
     where exists (select 1 from spectrum s where s.star_id = found.id and s.release_id = $1)
     order by name, id`,
    [releaseId, names],
  );
  const found = new Map<string, StarId[]>();
  for (const { name, id } of rows) found.set(name, [...(found.get(name) ?? []), id]);
  return found;
}

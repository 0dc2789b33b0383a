import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { stagedRevisions } from './dataRelease.js';
import { atomically } from './transaction.js';

/**
 * Stores pairs of true twins of a simulation as groups of kind 'truth'; the same pair again changes nothing.
 * A pair with a star that is not in the release is left out.
 */
export async function storeTwins(
  db: Database,
  releaseId: number,
  pairs: readonly (readonly [StarId, StarId])[],
): Promise<void> {
  if (pairs.length === 0) return;
  const sorted = pairs.map(([a, b]) => (a < b ? [a, b] : [b, a]));
  await atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [releaseId])).get(releaseId);
    await tx.query(
      `with pair as (
         select distinct a, b, a || ' ' || b as name from unnest($3::text[], $4::text[]) as pair(a, b)
         where exists (select 1 from spectrum s where s.star_id = a and s.release_id = $1)
           and exists (select 1 from spectrum s where s.star_id = b and s.release_id = $1)
       ), made as (
         insert into sibling_group (release_id, revision, kind, name) select $1, $2, 'truth', name from pair
         on conflict (release_id, kind, name) do nothing returning id, name
       )
       insert into sibling_group_member (group_id, star_id)
       select made.id, member.star_id from made join pair using (name) cross join lateral (values (a), (b)) as member(star_id)`,
      [releaseId, revision, sorted.map(([a]) => a), sorted.map(([, b]) => b)],
    );
  });
}

/** The true twins of a release, each pair once and in order of id. */
export async function loadTwins(db: Database, releaseId: number): Promise<[StarId, StarId][]> {
  const rows = await db.query<{ a: StarId; b: StarId }>(
    `select min(star_id) as a, max(star_id) as b
     from sibling_group join sibling_group_member on group_id = id
     where release_id = $1 and kind = 'truth' group by id order by a, b`,
    [releaseId],
  );
  return rows.map(({ a, b }) => [a, b]);
}

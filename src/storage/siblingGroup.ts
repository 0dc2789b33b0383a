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

/**
 * Stores members of the groups that a simulation has stars born in, of kind 'truth' too; a member again changes nothing. A group grows as its stars come in: its members
 * become visible with the publications that show them.
 */
export async function storeBirthGroups(
  db: Database,
  releaseId: number,
  members: readonly { readonly group: string; readonly starId: StarId }[],
): Promise<void> {
  if (members.length === 0) return;
  await atomically(db, async (tx) => {
    const revision = (await stagedRevisions(tx, [releaseId])).get(releaseId);
    const names = members.map(({ group }) => group);
    await tx.query(
      `insert into sibling_group (release_id, revision, kind, name)
       select distinct $1::int, $2::int, 'truth', name from unnest($3::text[]) as name on conflict (release_id, kind, name) do nothing`,
      [releaseId, revision, names],
    );
    await tx.query(
      `insert into sibling_group_member (group_id, star_id, revision)
       select g.id, member.star_id, $2 from unnest($3::text[], $4::text[]) as member(name, star_id)
       join sibling_group g on g.release_id = $1 and g.kind = 'truth' and g.name = member.name on conflict do nothing`,
      [releaseId, revision, names, members.map(({ starId }) => starId)],
    );
  });
}

/** The true twins of a release, each pair once and in order of id. */
export async function loadTwins(db: Database, releaseId: number): Promise<[StarId, StarId][]> {
  const rows = await db.query<{ a: StarId; b: StarId }>(
    `select min(star_id) as a, max(star_id) as b
     from sibling_group join sibling_group_member on group_id = id
     where release_id = $1 and kind = 'truth' group by id having count(*) = 2 order by a, b`,
    [releaseId],
  );
  return rows.map(({ a, b }) => [a, b]);
}

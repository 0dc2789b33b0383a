import type { StarId } from '../domain/star.js';
import { findAnalysis, type NewAnalysis, storeAnalysis, VISIBLE_ANALYSIS } from './analysis.js';
import type { Database } from './database.js';
import { toFloats } from './latent.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** truth: born together in a simulation; cluster, binary: known from a list; found: by a finder. */
export type GroupKind = 'truth' | 'cluster' | 'binary' | 'found';
export type GroupMethod = 'kmeans' | 'hdbscan';

/** A group that a finder found. */
export interface NewGroup {
  readonly members: readonly StarId[];
  /** Mean searched vector of the members. */
  readonly centre: Float32Array;
  /** Root mean square distance of the members from it. */
  readonly spread: number;
  readonly score: number;
  readonly significance: number;
  readonly falsePositiveRate: number;
}

/** A group as a view shows it. */
export interface StoredGroup {
  /** What it is asked for by: `<kind>:<name>`, of a group that was found `found:<model>:<method>:<number>`. */
  readonly key: string;
  readonly kind: GroupKind;
  readonly name: string;
  readonly memberCount: number;
  /** Rows of the table that it is made of: one for each visible release that tells of it. */
  readonly rows: readonly number[];
  /** Names of the releases that tell of it, or that it was found in, newest first. */
  readonly releases: readonly string[];
  /** Null unless it was found, like all that follows. */
  readonly method: GroupMethod | null;
  readonly modelId: string | null;
  readonly centre: Float32Array | null;
  readonly spread: number | null;
  readonly score: number | null;
  readonly significance: number | null;
  readonly falsePositiveRate: number | null;
  /** Of the stars that the selection names those that are in it. */
  readonly asked: readonly StarId[];
}

/** Stores the groups that a finder found, the strongest first, with its analysis; the same one again changes nothing. */
export async function storeFoundGroups(
  db: Database,
  analysis: NewAnalysis,
  groups: readonly NewGroup[],
): Promise<void> {
  await atomically(db, async (tx) => {
    if (await findAnalysis(tx, analysis)) return;
    const id = await storeAnalysis(tx, analysis);
    for (const [i, group] of groups.entries()) {
      const [row] = await tx.query<{ id: number }>(
        `insert into sibling_group (analysis_id, kind, name, centre, spread, score, significance, false_positive_rate)
         values ($1, 'found', $2, $3::vector, $4, $5, $6, $7) returning id`,
        [
          id,
          String(i + 1),
          JSON.stringify(Array.from(group.centre)),
          group.spread,
          group.score,
          group.significance,
          group.falsePositiveRate,
        ],
      );
      await tx.query(
        'insert into sibling_group_member (group_id, star_id) select $1, star_id from unnest($2::text[]) as star_id',
        [row.id, group.members],
      );
    }
  });
}

/** Members of a list of known siblings, as far as a release has them. */
export interface KnownMember {
  readonly group: string;
  readonly starId: StarId;
  /** Seen from this revision of the release on. */
  readonly revision: number;
}

/** Stores the members of known groups of one kind in a release, in place of those that the groups of these names had there. */
export async function storeKnownGroups(
  db: Database,
  releaseId: number,
  kind: 'cluster' | 'binary',
  members: readonly KnownMember[],
): Promise<void> {
  const names = [...new Set(members.map(({ group }) => group))];
  await atomically(db, async (tx) => {
    await tx.query('delete from sibling_group where release_id = $1 and kind = $2 and name = any($3::text[])', [
      releaseId,
      kind,
      names,
    ]);
    await tx.query(
      `with made as (
         insert into sibling_group (release_id, kind, name) select $1, $2, name from unnest($3::text[]) as name returning id, name
       )
       insert into sibling_group_member (group_id, star_id, revision)
       select made.id, member.star_id, member.revision
       from unnest($4::text[], $5::text[], $6::int[]) as member(name, star_id, revision) join made using (name)`,
      [
        releaseId,
        kind,
        names,
        members.map(({ group }) => group),
        members.map(({ starId }) => starId),
        members.map(({ revision }) => revision),
      ],
    );
  });
}

/** Which groups. */
export interface GroupSelection {
  /** Whose groups that were found count; null: none were. */
  readonly modelId: string | null;
  /** Absent: known ones (clusters and binaries) and found ones. */
  readonly kind?: GroupKind | null | undefined;
  /** Only those found by this method. */
  readonly method?: GroupMethod | null | undefined;
  /** Only these, by key. */
  readonly keys?: readonly string[] | null | undefined;
  /** Only those that one of these stars is in. */
  readonly stars?: readonly StarId[] | null | undefined;
  /** Only those that come after this one. */
  readonly after?: GroupPlace | null | undefined;
  /** Absent: all. */
  readonly first?: number | undefined;
}

/** Where a group stands in the list: known ones by kind and name, then the found ones by method and strength. */
export interface GroupPlace {
  readonly kind: string;
  readonly method: string;
  readonly number: number;
  readonly name: string;
}

export function placeOf({ kind, method, name }: StoredGroup): GroupPlace {
  return { kind, method: method ?? '', number: kind === 'found' ? Number(name) : 0, name };
}

/**
 * The groups that a view shows, known ones first, found ones from the strongest on. A group has those members that the view shows in it; one without any is not there. Of the
 * groups that were found, those of one visible analysis by each method count: of that which was made from most releases, the newest. One statement.
 */
export async function loadGroups(db: Database, view: View, selection: GroupSelection): Promise<StoredGroup[]> {
  const { modelId, kind, method, keys, stars, after, first } = selection;
  const rows = await db.query<
    Omit<StoredGroup, 'centre' | 'releases'> & { centre: string | null; releaseIds: number[] }
  >(
    `${SHOWN}
     select key, kind, name, count(distinct star_id)::int as "memberCount", json_agg(distinct id) as rows,
       coalesce(json_agg(distinct star_id) filter (where star_id = any($7)), '[]') as asked,
       json_agg(distinct release_id) as "releaseIds", min(method) as method, min(model_id) as "modelId", min(centre) as centre, min(spread) as spread,
       min(score) as score, min(significance) as significance, min(false_positive_rate) as "falsePositiveRate"
     from shown
     where ($4::text is null or kind = $4) and ($5::text is null or method = $5) and ($6::text[] is null or key = any($6))
       and ($7::text[] is null or key in (select mine.key from shown as mine where mine.star_id = any($7)))
       and ($8::text is null or (kind, coalesce(method, ''), number, name) > ($8, $9, $10, $11))
     group by key, kind, method, number, name order by kind, coalesce(method, ''), number, name limit $12`,
    [
      ...visibleParameters(view),
      modelId,
      kind ?? null,
      method ?? null,
      keys ?? null,
      stars ?? null,
      after?.kind ?? null,
      after?.method ?? null,
      after?.number ?? null,
      after?.name ?? null,
      first ?? null,
    ],
  );
  return rows.map(({ centre, releaseIds, ...row }) => ({
    ...row,
    centre: centre === null ? null : toFloats(centre),
    releases: view.releases.filter(({ id }) => releaseIds.includes(id)).map(({ name }) => name),
  }));
}

/** The groups that each of these stars is in, in the order of loadGroups. One statement. */
export async function loadGroupsOf(
  db: Database,
  view: View,
  modelId: string | null,
  stars: readonly StarId[],
): Promise<Map<StarId, StoredGroup[]>> {
  const found = new Map<StarId, StoredGroup[]>();
  for (const group of await loadGroups(db, view, { modelId, stars }))
    for (const star of group.asked) {
      const groups = found.get(star) ?? [];
      groups.push(group);
      found.set(star, groups);
    }
  return found;
}

/** How many `loadGroups` would list in all. */
export async function countGroups(
  db: Database,
  view: View,
  { modelId, kind, method }: GroupSelection,
): Promise<number> {
  const [{ count }] = await db.query<{ count: number }>(
    `${SHOWN}
     select count(distinct key)::int as count from shown
     where ($4::text is null or kind = $4) and ($5::text is null or method = $5)`,
    [...visibleParameters(view), modelId, kind ?? null, method ?? null],
  );
  return count;
}

/** Every visible membership, a row each and release; its parameters are the view's, $3 the model and $4 the kind: truths are pairs by the thousand, and left out unless asked for. */
export const SHOWN = `with newest as (
    select distinct on (a.method) a.* from analysis a
    where a.model_id = $3 and a.method in ('kmeans', 'hdbscan') and ${VISIBLE_ANALYSIS}
    order by a.method, cardinality(a.release_ids) desc, a.id desc
  ), shown as (
    select g.id, g.kind, g.name, g.kind || ':' || g.name as key, 0 as number, visible.release_id, m.star_id,
      null::text as method, null::text as model_id, null::text as centre, null::float8 as spread, null::float8 as score,
      null::float8 as significance, null::float8 as false_positive_rate
    from ${VISIBLE} join sibling_group g on g.release_id = visible.release_id and g.revision <= visible.revision
      and (g.kind <> 'truth' or $4::text = 'truth')
    join sibling_group_member m on m.group_id = g.id and m.revision <= visible.revision
    union all
    select g.id, g.kind, g.name, 'found:' || newest.model_id || ':' || newest.method || ':' || g.name, g.name::int, used.release_id, m.star_id,
      newest.method, newest.model_id, g.centre::text, g.spread, g.score, g.significance, g.false_positive_rate
    from newest join sibling_group g on g.analysis_id = newest.id join sibling_group_member m on m.group_id = g.id
    cross join unnest(newest.release_ids) as used(release_id)
  )`;

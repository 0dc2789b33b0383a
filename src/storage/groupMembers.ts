import type { StarId } from '../domain/star.js';
import { binder } from './bind.js';
import type { Database } from './database.js';
import { seenIn } from './revision.js';
import { SEEN_MEMBER } from './starFilter.js';
import { type ListedColumns, type ListedStar, STARS_OF_PAGE, toListed } from './starList.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

export interface MemberPage {
  readonly first: number;
  /** Where the page before ended. */
  readonly after: StarId | null;
}

/** Of the rows of a group, given by `asked.rows`: who is seen in it, as `m`; with conditions to follow. */
const SEEN_MEMBERS = `from jsonb_array_elements_text(asked.rows) as part(id)
         join sibling_group g on g.id = part.id::int
         join sibling_group_member m on m.group_id = g.id
         where ${SEEN_MEMBER} and exists (
           select 1 from ${VISIBLE} join spectrum s on s.release_id = visible.release_id and s.visit = 0 and ${seenIn('s')}
           where s.star_id = m.star_id)`;

/**
 * A page of the members of each of several groups, in order of id, as `listStars` has them with a filter of the group.
 * @param groups of each the rows that it is made of (see starGroup.ts)
 * @returns a page for each group, in their order. One statement
 */
export async function listMembers(
  db: Database,
  view: View,
  groups: readonly (readonly number[])[],
  { first, after }: MemberPage,
): Promise<ListedStar[][]> {
  const parameters: unknown[] = [...visibleParameters(view)];
  const bind = binder(parameters);
  const rows = await db.query<ListedColumns & { group: number }>(
    `with page as materialized (
       select asked.number as "group", member.star_id as id, null::float8 as value, row_number() over (order by asked.number, member.star_id) as row
       from jsonb_array_elements(${bind(JSON.stringify(groups))}::jsonb) with ordinality as asked(rows, number)
       cross join lateral (
         select distinct m.star_id ${SEEN_MEMBERS} ${after === null ? '' : `and m.star_id > ${bind(after)}::text`}
         order by m.star_id limit ${bind(first)}) as member
     )
     select page."group"::int as "group", ${STARS_OF_PAGE}`,
    parameters,
  );
  const pages = groups.map((): ListedStar[] => []);
  for (const { group, ...row } of rows) pages[group - 1].push(toListed(view, row));
  return pages;
}

/** How many members each of several groups has over all pages of `listMembers`. One statement. */
export async function countMembers(
  db: Database,
  view: View,
  groups: readonly (readonly number[])[],
): Promise<number[]> {
  const rows = await db.query<{ count: number }>(
    `select (select count(distinct m.star_id)::int ${SEEN_MEMBERS}) as count
     from jsonb_array_elements($3::jsonb) with ordinality as asked(rows, number) order by asked.number`,
    [...visibleParameters(view), JSON.stringify(groups)],
  );
  return rows.map(({ count }) => count);
}

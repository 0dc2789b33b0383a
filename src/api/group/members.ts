import type { Context } from '../context.js';
import { checkFirst } from '../relay/connection.js';
import type { StarConnection } from '../star/connection.js';
import { readStarCursor, starListKey } from '../star/cursor.js';
import { toPage } from '../star/list.js';
import type { Group } from './type.js';

/** A page of a group's stars in order of id; those of all groups of a level in one statement, and how many they are in another. Its cursors are those of `stars` with a filter of the group. */
export async function listMembers(
  context: Context,
  group: Group,
  first: number,
  after: string | null,
): Promise<StarConnection> {
  checkFirst(first, context.settings.api.maximumPage);
  const list = starListKey({ group: group.id }, 'ID ASC');
  const place = after == null ? null : readStarCursor(after, list);
  const rows = await context.loaders.members({ first: first + 1, after: place?.id ?? null }).load(group.rows);
  const page = toPage(context, rows, { list, first, after, separated: false });
  return { ...page, count: () => context.loaders.memberCount.load(group.rows), missing: [] };
}

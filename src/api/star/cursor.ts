import { z } from 'zod';
import type { StarId } from '../../domain/star.js';
import type { StarCursor } from '../../storage/starList.js';
import { decodeCursor, digest, encodeCursor, foreignCursor } from '../relay/cursor.js';
import type { StarFilter } from './inputs.js';

/** The shape of a StarId in a cursor; the store's text holds no NUL. */
export const starIdShape = z.custom<StarId>((id) => typeof id === 'string' && /^[^:\0]+:[^\0]+$/.test(id));

/** What a page of stars belongs to: digests of its filter and order. */
export interface StarListKey {
  readonly filter: string;
  readonly order: string;
}

const shape = z.strictObject({
  filter: z.string(),
  order: z.string(),
  value: z.number().nullable(),
  id: starIdShape,
});

/** @param order its words */
export function starListKey(filter: StarFilter | null | undefined, order: string): StarListKey {
  return { filter: digest(filter ?? {}), order };
}

export function writeStarCursor(list: StarListKey, { value, id }: StarCursor): string {
  return encodeCursor({ ...list, value, id });
}

/** @throws InputError for text that is no cursor, or one of another filter or order */
export function readStarCursor(text: string, list: StarListKey): StarCursor {
  const { filter, order, value, id } = decodeCursor(text, shape);
  if (filter !== list.filter) throw foreignCursor('filter');
  if (order !== list.order) throw foreignCursor('order');
  return { value, id };
}

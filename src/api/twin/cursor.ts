import { z } from 'zod';
import type { StarId } from '../../domain/star.js';
import type { TwinCursor } from '../../storage/twinSearch.js';
import { decodeCursor, encodeCursor, foreignCursor } from '../relay/cursor.js';
import { starIdShape } from '../star/cursor.js';

/** What a page of twins belongs to; a cursor of another search is refused, for its pages would repeat and skip. */
export interface TwinSearchKey {
  readonly star: StarId;
  readonly model: string;
  /** Digest of the filter. */
  readonly filter: string;
}

/** `segment` names the order that the place stands in: only 'distance', (distance, id), so far. */
const shape = z.strictObject({
  star: z.string(),
  model: z.string(),
  filter: z.string(),
  segment: z.literal('distance'),
  distance: z.number().nonnegative(),
  id: starIdShape,
});

export function writeTwinCursor(search: TwinSearchKey, place: TwinCursor): string {
  return encodeCursor({ ...search, segment: 'distance', ...place });
}

/** @throws InputError for text that is no cursor, or one of another star, model or filter */
export function readTwinCursor(text: string, search: TwinSearchKey): TwinCursor {
  const { distance, id, star, model, filter } = decodeCursor(text, shape);
  if (star !== search.star) throw foreignCursor('star');
  if (model !== search.model)
    throw foreignCursor('model', `leave \`after\` out to start again, or pass model: "${model}" to go on`);
  if (filter !== search.filter) throw foreignCursor('filter');
  return { distance, id };
}

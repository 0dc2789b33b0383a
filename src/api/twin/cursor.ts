import { z } from 'zod';
import type { StarId } from '../../domain/star.js';
import { decodeCursor, encodeCursor, foreignCursor } from '../relay/cursor.js';
import { starIdShape } from '../star/cursor.js';

/** What a page of twins belongs to; a cursor of another search is refused, for its pages would repeat and skip. */
export interface TwinSearchKey {
  readonly star: StarId;
  readonly model: string;
  /** Digest of the filter. */
  readonly filter: string;
}

/**
 * Where a page of twins ended. `segment` names the order that the place stands in, `key` is its first part, the id its second: 'ranked', the nearest stars by
 * (log Bayes factor descending, id); 'distance', all stars beyond those, or all of them where nothing can be ranked, by (distance, id).
 */
export interface TwinPlace {
  readonly segment: 'ranked' | 'distance';
  readonly key: number;
  readonly id: StarId;
}

const shape = z.strictObject({
  star: z.string(),
  model: z.string(),
  filter: z.string(),
  segment: z.enum(['ranked', 'distance']),
  key: z.number(),
  id: starIdShape,
});

export function writeTwinCursor(search: TwinSearchKey, place: TwinPlace): string {
  return encodeCursor({ ...search, ...place });
}

/** @throws InputError for text that is no cursor, or one of another star, model or filter */
export function readTwinCursor(text: string, search: TwinSearchKey): TwinPlace {
  const { star, model, filter, ...place } = decodeCursor(text, shape);
  if (star !== search.star) throw foreignCursor('star');
  if (model !== search.model)
    throw foreignCursor('model', `leave \`after\` out to start again, or pass model: "${model}" to go on`);
  if (filter !== search.filter) throw foreignCursor('filter');
  return place;
}

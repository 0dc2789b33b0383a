import { z } from 'zod';
import type { StarId } from '../../domain/star.js';
import type { SearchPlan } from '../../storage/searchPlan.js';
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
export type TwinPlace = RankedPlace | DistancePlace;

export interface RankedPlace {
  readonly segment: 'ranked';
  /** Null for a star that cannot be compared: those come last. */
  readonly key: number | null;
  readonly id: StarId;
  /** How the page was searched; those that follow are searched alike. */
  readonly plan: SearchPlan['name'];
  /** Where the ranked ones end: how many they are, and the distance of the farthest. The density of stars there tells how many false twins to expect. */
  readonly edge: RankedEdge;
}

export interface RankedEdge {
  readonly stars: number;
  readonly distance: number;
}

interface DistancePlace extends Omit<RankedPlace, 'segment' | 'key'> {
  readonly segment: 'distance';
  readonly key: number;
}

const common = {
  star: z.string(),
  model: z.string(),
  filter: z.string(),
  id: starIdShape,
  plan: z.enum(['EXACT', 'HNSW']),
  edge: z.strictObject({ stars: z.int().nonnegative(), distance: z.number().nonnegative() }),
};
const shape = z.discriminatedUnion('segment', [
  z.strictObject({ ...common, segment: z.literal('ranked'), key: z.number().nullable() }),
  z.strictObject({ ...common, segment: z.literal('distance'), key: z.number() }),
]);

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

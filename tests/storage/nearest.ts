import type { StarId } from '../../src/domain/star.js';
import type { Database } from '../../src/storage/database.js';
import { findNeighbours, findNeighboursOf, type TwinPage } from '../../src/storage/twinSearch.js';
import type { View } from '../../src/storage/view.js';

/** Where a star was found. */
export interface Measured {
  readonly starId: StarId;
  readonly distance: number;
}

/** The stars nearest to a star or a vector, without what is told of them; none for a star that was not encoded. */
export async function nearest(
  db: Database,
  view: View,
  modelId: string,
  origin: StarId | Float32Array,
  page: TwinPage,
): Promise<{ rows: Measured[] }> {
  const found =
    typeof origin === 'string'
      ? ((await findNeighbours(db, view, modelId, [origin], page)).get(origin)?.neighbours ?? [])
      : await findNeighboursOf(db, view, modelId, origin, page);
  return { rows: found.map(({ starId, distance }) => ({ starId, distance })) };
}

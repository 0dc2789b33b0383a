import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import type { StarFilter } from './starList.js';
import type { View } from './view.js';

/** Where a page of twins ended. */
export interface TwinCursor {
  readonly distance: number;
  readonly id: StarId;
}

export interface TwinPage {
  readonly first: number;
  readonly after?: TwinCursor | null | undefined;
  readonly filter?: StarFilter | null | undefined;
}

export interface Neighbour {
  readonly starId: StarId;
  /** L2 distance of the searched vectors. */
  readonly distance: number;
}

/**
 * The stars nearest to a star under a model, by an exact scan, in order of (distance, star id). One latent per star is searched: that of the
 * combined spectrum in the newest visible release; never the star itself. A star without a latent has no neighbours. One statement.
 */
export async function nearest(
  db: Database,
  view: View,
  modelId: string,
  starId: StarId,
  page: TwinPage,
): Promise<{ rows: Neighbour[] }> {
  throw new Error('not written');
}

/** How many stars `nearest` searches: those with a latent that pass the filter, the star itself not counted. */
export async function countCandidates(
  db: Database,
  view: View,
  modelId: string,
  starId: StarId,
  filter?: StarFilter | null,
): Promise<number> {
  throw new Error('not written');
}

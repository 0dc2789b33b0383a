import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import type { View } from './view.js';

/** Both ends are inclusive; an end that is absent or null is open. A star whose value is unknown is in no range. */
export interface Range {
  readonly min?: number | null | undefined;
  readonly max?: number | null | undefined;
}

/** All conditions must hold; an absent one (undefined or null) holds always. */
export interface StarFilter {
  readonly ids?: readonly StarId[] | null | undefined;
  /** Name of a release: only stars with a combined spectrum there, and parameters and snr are taken from it. */
  readonly release?: string | null | undefined;
  /** Beginning of the survey's own name of the star. */
  readonly namePrefix?: string | null | undefined;
  /** K */
  readonly teff?: Range | null | undefined;
  /** dex */
  readonly logg?: Range | null | undefined;
  /** dex */
  readonly feh?: Range | null | undefined;
  /** Of the combined spectrum. */
  readonly snr?: Range | null | undefined;
}

export type StarOrder = 'ID' | 'TEFF' | 'LOGG' | 'FEH' | 'SNR';

/** Where a page ended: the value that orders it (null for ID, and where it is unknown) and the star. */
export interface StarCursor {
  readonly value: number | null;
  readonly id: StarId;
}

export interface StarPage {
  readonly first: number;
  readonly after?: StarCursor | null | undefined;
  /** 'ID' when absent. */
  readonly orderBy?: StarOrder | undefined;
  readonly descending?: boolean | undefined;
  readonly filter?: StarFilter | null | undefined;
}

/**
 * A page of visible stars: those with a combined spectrum in a visible release, parameters and snr from the newest one. Unknown values come last
 * in both directions; stars of the same value follow each other by id, ascending. Keyset paging: pages never repeat or skip.
 * @returns the cursors of the page's stars; `loadStars` has the rest
 */
export async function listStars(db: Database, view: View, page: StarPage): Promise<StarCursor[]> {
  throw new Error('not written');
}

/** How many stars `listStars` would list in all. */
export async function countStars(db: Database, view: View, filter?: StarFilter | null): Promise<number> {
  throw new Error('not written');
}

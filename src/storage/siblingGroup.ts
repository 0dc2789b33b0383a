import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';

/**
 * Stores pairs of true twins of a simulation as groups of kind 'truth'; the same pair again changes nothing.
 * A pair with a star that is not in the archive is left out.
 */
export async function storeTwins(
  db: Database,
  releaseId: number,
  pairs: readonly (readonly [StarId, StarId])[],
): Promise<void> {
  throw new Error('not written');
}

/** The true twins of a release, each pair once and in order of id. */
export async function loadTwins(db: Database, releaseId: number): Promise<[StarId, StarId][]> {
  throw new Error('not written');
}

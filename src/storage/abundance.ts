import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';

export interface AbundanceRow {
  readonly starId: StarId;
  readonly element: string;
  /** [Fe/H] for Fe, [X/Fe] for the others, dex. */
  readonly value: number;
  /** 1 sigma, dex; null: exact. */
  readonly sigma: number | null;
}

/** Stores the abundances that a simulation knows (method 'truth'); the same key again changes nothing. */
export async function storeAbundances(db: Database, releaseId: number, rows: readonly AbundanceRow[]): Promise<void> {
  throw new Error('not written');
}

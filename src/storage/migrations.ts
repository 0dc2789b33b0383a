import type { Database } from './database.js';

/** Applies the migrations that are missing. @returns the names of those applied now */
export async function migrate(db: Database): Promise<string[]> {
  throw new Error('not written');
}

/** Names of the migrations that are missing, without changing anything. */
export async function pending(db: Database): Promise<string[]> {
  throw new Error('not written');
}

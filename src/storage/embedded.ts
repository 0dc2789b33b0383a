import type { Database } from './database.js';

/** @param folder null: in memory, for tests */
export async function openEmbedded(folder: string | null): Promise<Database> {
  throw new Error('not written');
}

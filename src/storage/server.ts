import type { Database } from './database.js';

export async function openServer(url: string): Promise<Database> {
  throw new Error('not written');
}

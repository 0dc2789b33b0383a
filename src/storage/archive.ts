import type { Environment } from '../config.js';
import type { Database } from './database.js';

export interface Archive {
  readonly db: Database;
  close(): Promise<void>;
}

export async function openArchive(
  environment: Pick<Environment, 'data' | 'databaseUrl'>,
  options: { create: boolean },
): Promise<Archive> {
  throw new Error('not written');
}

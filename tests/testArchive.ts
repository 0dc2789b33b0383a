import type { Database } from '../src/storage/database.js';

/** An empty, migrated archive in memory: a database of its own, to be closed by the test. */
export async function openTestDatabase(): Promise<Database> {
  throw new Error('not written');
}

/** The same database, with a list of the statements that went through it (COPY and transactions included). */
export function countStatements(db: Database): Database & { readonly statements: string[] } {
  throw new Error('not written');
}

export interface TestDatabase {
  readonly name: string;
  open(): Promise<Database>;
}

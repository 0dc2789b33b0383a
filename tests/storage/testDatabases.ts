import type { Database } from '../../src/storage/database.js';
import { openTestDatabase, testServer } from '../testArchive.js';

export interface TestDatabase {
  readonly name: string;
  /** An empty, migrated database of its own, to be closed by the test. */
  open(): Promise<Database>;
}

/**
 * The engine of the project that a test runs in, for `describe.each`: its name then stands in the names of the tests. The projects of
 * vitest.config.ts run them once on each engine.
 */
export const testDatabases: readonly TestDatabase[] = [
  { name: testServer ? `PostgreSQL ${testServer.version}` : 'embedded', open: openTestDatabase },
];

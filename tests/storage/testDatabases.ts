import { afterAll } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { migrate } from '../../src/storage/migrations.js';
import { openServer } from '../../src/storage/server.js';
import { openTestDatabase } from '../testArchive.js';
import { type PostgresServer, startPostgres } from './postgresServer.js';

export interface TestDatabase {
  readonly name: string;
  /** An empty, migrated database of its own, to be closed by the test. */
  open(): Promise<Database>;
}

/** The server of this test file, or why there is none; stopped when the file's tests have run. */
export const server: PostgresServer | { readonly missing: string } = await startPostgres().catch((error: Error) => ({
  missing: error.message,
}));

/** Both kinds of database: the tests of the store run over each. Where no server can be had, server.test.ts says so. */
export const testDatabases: TestDatabase[] = [{ name: 'embedded', open: openTestDatabase }];

if ('url' in server) {
  const template = 'migrated';
  const admin = await openServer(server.url('postgres'), { connections: 1 });
  await admin.query(`create database ${template}`);
  const migrated = await openServer(server.url(template));
  await migrate(migrated);
  await migrated.close();
  let count = 0;
  testDatabases.push({
    name: 'server',
    async open() {
      const name = `test_${++count}`;
      await admin.query(`create database ${name} template ${template}`);
      return openServer(server.url(name));
    },
  });
  afterAll(async () => {
    await admin.close();
    await server.stop();
  });
}

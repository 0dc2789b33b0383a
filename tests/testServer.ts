import type { TestProject } from 'vitest/node';
import { migrate } from '../src/storage/migrations.js';
import { openServer } from '../src/storage/server.js';
import { type PostgresVersion, startPostgres } from './storage/postgresServer.js';

/** The Postgres server that the tests of a project share. */
export interface TestServer {
  readonly version: PostgresVersion;
  /** Of a database on it, without the database's name. */
  readonly url: string;
}

/** Name of the migrated database that every test database is cloned from. */
export const TEMPLATE = 'migrated';

declare module 'vitest' {
  interface ProvidedContext {
    /** Missing in the project whose tests run on the embedded database. */
    readonly postgres: TestServer;
  }
}

/** Starts the server of a project called 'postgres-<version>' before its first test file, and stops it after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const version = Number(project.name.split('-')[1]) as PostgresVersion;
  const server = await startPostgres(version);
  const admin = await openServer(server.url('postgres'), { connections: 1 });
  await admin.query(`create database ${TEMPLATE}`);
  const migrated = await openServer(server.url(TEMPLATE), { connections: 1 });
  await migrate(migrated);
  await migrated.close();
  // A template that somebody is connected to cannot be cloned.
  await admin.query(`alter database ${TEMPLATE} with allow_connections false`);
  await admin.close();
  project.provide('postgres', { version, url: server.url('') });
  return () => server.stop();
}

import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { projectRoot } from '../src/config.js';
import type { Database } from '../src/storage/database.js';
import { openEmbedded } from '../src/storage/embedded.js';
import { migrate, migrationsFolder } from '../src/storage/migrations.js';
import { openServer } from '../src/storage/server.js';
import { TEMPLATE, type TestServer } from './testServer.js';

/** The server that this project's tests run on; null where they run on the embedded database. */
export const testServer: TestServer | null = inject('postgres') ?? null;

/**
 * An empty, migrated archive: a database of its own, to be closed by the test, on the engine of the project that the test runs in. Both kinds
 * start from a migrated one: a server clones a template; in memory a dump is read, kept in the temporary folder under a name that follows
 * from the migrations and PGlite's version.
 */
export async function openTestDatabase(): Promise<Database> {
  if (testServer) return openClone(testServer);
  const file = join(tmpdir(), `starkin-test-template-${templateKey()}.tar`);
  if (!existsSync(file)) await makeTemplate(file);
  return openEmbedded(null, new Uint8Array(await readFile(file)));
}

/** A new database on a server; dropped when the test closes it. */
async function openClone(server: TestServer): Promise<Database> {
  const { url, drop } = await cloneDatabase(server);
  const db = await openServer(url);
  const close = db.close.bind(db);
  db.close = async () => {
    await close();
    await drop();
  };
  return db;
}

/** @param template the database to start from: the migrated one, or an empty one of Postgres */
export async function cloneDatabase(
  server: TestServer,
  template: string = TEMPLATE,
): Promise<{ url: string; drop(): Promise<void> }> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(server, `create database ${name} template ${template}`);
  return { url: `${server.url}${name}`, drop: () => administer(server, `drop database ${name} with (force)`) };
}

async function administer(server: TestServer, sql: string): Promise<void> {
  const admin = await openServer(`${server.url}postgres`, { connections: 1 });
  try {
    await admin.query(sql);
  } finally {
    await admin.close();
  }
}

async function makeTemplate(file: string): Promise<void> {
  const db = await openEmbedded(null);
  await migrate(db);
  const partial = `${file}.${randomUUID()}`;
  await writeFile(partial, await db.dump());
  await db.close();
  await rename(partial, file);
}

function templateKey(): string {
  const folder = migrationsFolder();
  const project = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { dependencies: unknown };
  const hash = createHash('sha256').update(JSON.stringify(project.dependencies));
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  return hash.digest('hex').slice(0, 16);
}

/** The same database, with a list of the statements that went through it, those of transactions and COPY included. */
export function countStatements(db: Database): Database & { readonly statements: string[] } {
  const statements: string[] = [];
  return { ...counted(db, statements), statements };
}

function counted(db: Database, statements: string[]): Database {
  return {
    kind: db.kind,
    inTransaction: db.inTransaction,
    ...(db.load && { load: db.load.bind(db) }),
    query: (sql, parameters, course) => {
      statements.push(sql);
      return db.query(sql, parameters, course);
    },
    copy: (target, rows) => {
      statements.push(`copy ${target.table}`);
      return db.copy(target, rows);
    },
    transaction: (work) => db.transaction((tx) => work(counted(tx, statements))),
    close: () => db.close(),
  };
}

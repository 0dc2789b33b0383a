import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../src/config.js';
import type { Database } from '../src/storage/database.js';
import { openEmbedded } from '../src/storage/embedded.js';
import { migrate, migrationsFolder } from '../src/storage/migrations.js';

/**
 * An empty, migrated archive in memory: a database of its own, to be closed by the test. It starts from a dump of a migrated one
 * (about a third of the time), kept in the temporary folder under a name that follows from the migrations and PGlite's version.
 */
export async function openTestDatabase(): Promise<Database> {
  const file = join(tmpdir(), `starkin-test-template-${templateKey()}.tar`);
  if (!existsSync(file)) await makeTemplate(file);
  return openEmbedded(null, new Uint8Array(await readFile(file)));
}

async function makeTemplate(file: string): Promise<void> {
  const db = await openEmbedded(null);
  await migrate(db);
  const partial = `${file}.${process.pid}`;
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
    query: (sql, parameters) => {
      statements.push(sql);
      return db.query(sql, parameters);
    },
    copy: (target, rows) => {
      statements.push(`copy ${target.table}`);
      return db.copy(target, rows);
    },
    transaction: (work) => db.transaction((tx) => work(counted(tx, statements))),
    close: () => db.close(),
  };
}

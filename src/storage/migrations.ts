import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ConflictError, NotReadyError } from '../domain/errors.js';
import type { Database } from './database.js';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly sha256: string;
}

const FILE_NAME = /^(\d{4})_[a-z0-9_]+\.sql$/;
/** Any number: the same in every process that migrates. */
const ADVISORY_LOCK = 4_179_006;

/**
 * Applies the migrations that are missing, all or none, in one transaction under an advisory lock: processes that start together take turns.
 * @returns the names of those applied now
 * @throws ConflictError when a file differs from what was applied; NotReadyError when the archive is ahead of this version
 */
export async function migrate(db: Database, folder = migrationsFolder()): Promise<string[]> {
  const migrations = readMigrations(folder);
  return db.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [ADVISORY_LOCK]);
    await tx.query(
      `create table if not exists schema_migration (
         version integer primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`,
    );
    const missing = await findMissing(tx, migrations);
    for (const { version, name, sql, sha256 } of missing) {
      await tx.query(sql);
      await tx.query('insert into schema_migration (version, name, sha256) values ($1, $2, $3)', [
        version,
        name,
        sha256,
      ]);
    }
    return missing.map(({ name }) => name);
  });
}

/** Names of the migrations that are missing, without changing anything. @throws as `migrate` does */
export async function pending(db: Database, folder = migrationsFolder()): Promise<string[]> {
  const migrations = readMigrations(folder);
  const [{ known }] = await db.query<{ known: boolean }>(`select to_regclass('schema_migration') is not null as known`);
  return (known ? await findMissing(db, migrations) : migrations).map(({ name }) => name);
}

/** The project's own: beside src, from the sources as from dist. */
export function migrationsFolder(): string {
  const fromSources = fileURLToPath(new URL('../../migrations', import.meta.url));
  return existsSync(fromSources) ? fromSources : fileURLToPath(new URL('../../../migrations', import.meta.url));
}

async function findMissing(db: Database, migrations: readonly Migration[]): Promise<Migration[]> {
  const applied = await db.query<{ version: number; name: string; sha256: string }>(
    'select version, name, sha256 from schema_migration order by version',
  );
  for (const { version, name, sha256 } of applied) {
    const file = migrations[version - 1];
    if (!file)
      throw new NotReadyError(
        `the archive was migrated by a later version of Starkin: ${name} is not known here`,
        'update Starkin',
      );
    if (file.sha256 !== sha256)
      throw new ConflictError(
        `migration ${file.name} differs from ${name} as it was applied (sha256 ${file.sha256.slice(0, 12)}…, applied ${sha256.slice(0, 12)}…)`,
        'restore the file: a change is a new migration',
      );
  }
  return migrations.slice(applied.length);
}

/** In order; their numbers are 1, 2, 3 … */
function readMigrations(folder: string): Migration[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .sort()
    .map((name, i) => {
      const version = Number(FILE_NAME.exec(name)?.[1]);
      if (version !== i + 1)
        throw new Error(`${join(folder, name)}: expected a name like ${String(i + 1).padStart(4, '0')}_subject.sql`);
      const sql = readFileSync(join(folder, name), 'utf8');
      return { version, name, sql, sha256: createHash('sha256').update(sql).digest('hex') };
    });
}

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Environment } from '../config.js';
import { ConfigError, NotReadyError, StarkinError } from '../domain/errors.js';
import type { Database } from './database.js';
import { type DirectoryLock, lockDirectory } from './directoryLock.js';
import { openEmbedded } from './embedded.js';
import { migrate, pending } from './migrations.js';
import { endAbandonedRuns } from './run.js';
import { openServer } from './server.js';

/** The database of an archive, open and migrated. */
export interface Archive {
  readonly db: Database;
  /** Names of the migrations that were applied when it was opened. */
  readonly migrated: readonly string[];
  close(): Promise<void>;
}

/**
 * Opens the archive: on the server of DATABASE_URL, or embedded in the archive's folder, which this process then owns alone.
 * @param options.create make and migrate it where that is missing
 * @throws NotReadyError when there is none, or it is not migrated, and `create` is false; BusyError naming the process that owns it
 */
export async function openArchive(
  environment: Pick<Environment, 'data' | 'databaseUrl'>,
  options: { create: boolean },
): Promise<Archive> {
  return environment.databaseUrl === null
    ? openFolder(environment.data, options.create)
    : openOnServer(environment.databaseUrl, options.create);
}

/**
 * Opens what the API reads from, beside an open archive. On a server that is a pool of its own, on the server of DATABASE_READ_URL where that is set, whose
 * statements end after a while; the archive's own pool has no such limit, since an index may take hours. An embedded archive has one
 * connection, which is shared.
 * @param statementTimeout s
 * @throws NotReadyError when that database does not answer, or is not migrated
 */
export async function openReads(
  { databaseUrl, databaseReadUrl }: Pick<Environment, 'databaseUrl' | 'databaseReadUrl'>,
  archive: Database,
  statementTimeout: number,
): Promise<{ readonly db: Database; close(): Promise<void> }> {
  if (databaseUrl === null) return { db: archive, close: async () => {} };
  const db = await openServer(databaseReadUrl ?? databaseUrl, {
    statementTimeout: 1000 * statementTimeout,
    prepares: true,
    ...(databaseReadUrl !== null && { variable: 'DATABASE_READ_URL' }),
  });
  await closingOnFailure(db, () => assertMigrated(db));
  return { db, close: () => db.close() };
}

/** Milliseconds between two looks at whether a database is migrated. */
const LOOK = 1000;

/**
 * Waits until the databases of an archive on a server, a replica too, have all migrations: whoever is to serve may start before or while they are made.
 * @param tell hears what is missing, at every look
 * @throws the signal's reason; NotReadyError when one does not answer, or was migrated by a later version
 */
export async function untilMigrated(
  { databaseUrl, databaseReadUrl }: Pick<Environment, 'databaseUrl' | 'databaseReadUrl'>,
  tell: (missing: readonly string[]) => void,
  signal: AbortSignal,
): Promise<void> {
  const ways = [[databaseUrl, 'DATABASE_URL'] as const, [databaseReadUrl, 'DATABASE_READ_URL'] as const];
  for (const [url, variable] of ways) {
    if (url === null) continue;
    const db = await openServer(url, { connections: 1, variable });
    try {
      for (;;) {
        const missing = await pending(db);
        if (missing.length === 0) break;
        tell(missing);
        await setTimeout(LOOK, undefined, { signal });
      }
    } finally {
      await db.close();
    }
  }
}

async function openOnServer(url: string, create: boolean): Promise<Archive> {
  const db = await openServer(url);
  const migrated = await closingOnFailure(db, () => (create ? migrate(db) : assertMigrated(db)));
  return { db, migrated, close: () => db.close() };
}

/** @returns what is missing: nothing. @throws NotReadyError naming it */
async function assertMigrated(db: Database): Promise<readonly string[]> {
  const missing = await pending(db);
  if (missing.length > 0)
    throw new NotReadyError(`the database lacks the migrations ${missing.join(', ')}`, 'npx starkin migrate');
  return missing;
}

async function closingOnFailure<T>(db: Database, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function openFolder(data: string, create: boolean): Promise<Archive> {
  const folder = join(data, 'postgres');
  if (!create && !existsSync(folder))
    throw new NotReadyError(
      `there is no archive in ${data}`,
      'npx starkin demo, or npx starkin migrate for an empty one',
    );
  const lock = await takeFolder(data);
  let db: Database | undefined;
  let migrated: readonly string[];
  try {
    if (!existsSync(folder)) await initialise(folder);
    db = await openEmbedded(folder);
    migrated = await migrate(db);
    await endAbandonedRuns(db);
  } catch (error) {
    await db?.close();
    await lock.release();
    throw error;
  }
  const opened = db;
  return {
    db: opened,
    migrated,
    async close() {
      await opened.close();
      await lock.release();
    },
  };
}

/** @throws ConfigError when the folder cannot be made or written to, BusyError when another process owns it */
async function takeFolder(data: string): Promise<DirectoryLock> {
  try {
    // For its owner alone, like the control socket in it.
    await makeFolder(data);
    return await lockDirectory(join(data, 'archive.lock'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (error instanceof StarkinError || typeof code !== 'string') throw error;
    throw new ConfigError('STARKIN_DATA', `a folder that can be written to (${code})`, data);
  }
}

/** With the folders above it. Node's own way never ends where a parent cannot be written to but is there, as in /proc. */
async function makeFolder(path: string): Promise<void> {
  const make = () =>
    mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  const above = dirname(path);
  if (!existsSync(above)) await makeFolder(above);
  await make();
}

/** Under another name until it is whole: a kill in between must not leave half a database. */
async function initialise(folder: string): Promise<void> {
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await (await openEmbedded(partial)).close();
  await rename(partial, folder);
}

import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { NotFoundError } from '../src/domain/errors.js';
import type { Database } from '../src/storage/database.js';
import { knownFiles, noteFiles, type SourceFile } from '../src/storage/sourceFile.js';
import { checksumOf } from './fileChecksum.js';
import { listFiles } from './inputFiles.js';

/** What was found in watched folders. */
export interface WatchedFiles {
  readonly changed: readonly SourceFile[];
  /** Folders that are not there: a disk that is not mounted brings nothing either. */
  readonly missing: readonly string[];
}

/**
 * The files below watched folders that are new, or differ from what was read into the release before. A file of the size and time that are noted is
 * taken as it was; one that was only touched is told by its checksum, noted with its new time, and left out.
 * @param releaseId null: there is no such release yet, and all is new
 */
export async function changedFiles(
  db: Database,
  releaseId: number | null,
  folders: readonly string[],
  signal: AbortSignal,
): Promise<WatchedFiles> {
  const missing = folders.filter((folder) => !existsSync(folder));
  const { files: paths } = await listFiles(folders).catch((error: unknown) => {
    // An empty folder is no failure: nothing has come yet.
    if (error instanceof NotFoundError) return { files: [] };
    throw error;
  });
  const known = releaseId === null ? new Map<string, SourceFile>() : await knownFiles(db, releaseId, paths);
  const changed: SourceFile[] = [];
  const touched: SourceFile[] = [];
  for (const path of paths) {
    signal.throwIfAborted();
    const { size, mtime } = await stat(path);
    const before = known.get(path);
    // Postgres keeps microseconds, a file system nanoseconds: compared as the milliseconds of a Date.
    if (before?.size === size && before.modifiedAt.getTime() === mtime.getTime()) continue;
    const file = { path, size, modifiedAt: mtime, sha256: await checksumOf(path, signal) };
    (before?.sha256 === file.sha256 ? touched : changed).push(file);
  }
  if (releaseId !== null) await noteFiles(db, releaseId, touched);
  return { changed, missing };
}

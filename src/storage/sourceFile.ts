import type { Database } from './database.js';

/** A file of a watched folder, as it was when it was last read. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  readonly modifiedAt: Date;
  /** SHA-256 of its bytes, hexadecimal. */
  readonly sha256: string;
}

/** Those of the paths that were read into a release before, by path. */
export async function knownFiles(
  db: Database,
  releaseId: number,
  paths: readonly string[],
): Promise<Map<string, SourceFile>> {
  const rows = await db.query<Omit<SourceFile, 'size'> & { size: string }>(
    `select path, size, modified_at as "modifiedAt", sha256 from source_file where release_id = $1 and path = any($2::text[])`,
    [releaseId, paths],
  );
  return new Map(rows.map((row) => [row.path, { ...row, size: Number(row.size) }]));
}

/** Notes files as read, in place of what was noted of them. */
export async function noteFiles(db: Database, releaseId: number, files: readonly SourceFile[]): Promise<void> {
  if (files.length === 0) return;
  await db.query(
    `insert into source_file (release_id, path, size, modified_at, sha256)
     select $1, given.* from unnest($2::text[], $3::bigint[], $4::timestamptz[], $5::text[]) as given
     on conflict (release_id, path) do update
       set size = excluded.size, modified_at = excluded.modified_at, sha256 = excluded.sha256, read_at = now()`,
    [
      releaseId,
      files.map(({ path }) => path),
      files.map(({ size }) => size),
      files.map(({ modifiedAt }) => modifiedAt.toISOString()),
      files.map(({ sha256 }) => sha256),
    ],
  );
}

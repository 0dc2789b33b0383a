import { createHash } from 'node:crypto';
import { FileError } from '../domain/errors.js';
import type { Database } from './database.js';

/** A table of artefacts in parts, with columns part, content and sha256 beside the owner's key. */
export interface ArtefactTable {
  readonly table: string;
  readonly key: string;
}

/** What the tables allow of one part: an artefact of 392 MB is never one value. */
const PART_BYTES = 8 << 20;

export async function storeParts(
  tx: Database,
  { table, key }: ArtefactTable,
  id: string,
  artefact: Uint8Array,
): Promise<void> {
  for (let part = 0; part * PART_BYTES < artefact.length; part++) {
    const content = artefact.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await tx.copy(
      {
        table,
        columns: [
          { name: key, type: 'text' },
          { name: 'part', type: 'int4' },
          { name: 'content', type: 'bytea' },
          { name: 'sha256', type: 'text' },
        ],
      },
      [[id, part, content, sha256(content)]],
    );
  }
}

/** What an artefact must be: its size and the checksum of the whole. */
export interface ExpectedArtefact {
  /** 'model faderdis-…', for messages. */
  readonly owner: string;
  readonly bytes: number;
  readonly checksum: string;
}

/** Fetches an artefact part by part, each and the whole checked against its checksum. @throws FileError naming the part that is damaged */
export async function loadParts(
  db: Database,
  { table, key }: ArtefactTable,
  id: string,
  { owner, bytes, checksum }: ExpectedArtefact,
): Promise<Uint8Array> {
  const artefact = new Uint8Array(bytes);
  for (let part = 0, at = 0; at < artefact.length; part++) {
    const [row] = await db.query<{ content: Uint8Array; sha256: string }>(
      `select content, sha256 from ${table} where ${key} = $1 and part = $2`,
      [id, part],
    );
    const found = row ? sha256(row.content) : 'nothing';
    if (found !== row?.sha256) throw damage(owner, `part ${part}`, row?.sha256 ?? 'some', found);
    if (at + row.content.length > artefact.length)
      throw damage(owner, `part ${part}`, `${artefact.length - at} bytes`, `${row.content.length} bytes`);
    artefact.set(row.content, at);
    at += row.content.length;
  }
  const found = sha256(artefact);
  if (found !== checksum) throw damage(owner, 'the whole', checksum, found);
  return artefact;
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function damage(owner: string, place: string, expected: string, found: string): FileError {
  return new FileError(
    { file: `artefact of ${owner}`, place, expected: `sha256 ${expected}`, found },
    'train it again, or restore the database',
  );
}

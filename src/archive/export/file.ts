import { createHash } from 'node:crypto';
import { type FileHandle, open, rename, rm } from 'node:fs/promises';
import type { Sink } from '../table/column.js';

export interface WrittenFile {
  readonly bytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/**
 * Writes a file under another name and renames it when it is whole: what is there under its own name is never half.
 * @param room is asked before every write whether so many bytes more may be written; it throws where not
 */
export async function writeWhole(
  path: string,
  work: (sink: Sink) => Promise<unknown>,
  room: (bytes: number) => void = () => {},
): Promise<WrittenFile> {
  const partial = partialOf(path);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    const file = await open(partial, 'w');
    try {
      await work(async (chunk) => {
        room(chunk.length);
        bytes += chunk.length;
        hash.update(chunk);
        await writeAll(file, chunk);
      });
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
  return { bytes, sha256: hash.digest('hex') };
}

/** What a file is called until it is whole. */
export function partialOf(path: string): string {
  return `${path}.part`;
}

/** A write may take less than it was given. */
async function writeAll(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let done = 0; done < chunk.length; ) done += (await file.write(chunk, done)).bytesWritten;
}

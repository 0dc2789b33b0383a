import { createReadStream } from 'node:fs';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { FileError } from '../domain/errors.js';
import { describeStart } from './fileSignature.js';

/**
 * Unpacks a gzip file into a temporary one that has no name any more: it goes with its handle. On disk rather than in memory, since a survey's
 * compressed tables hold gigabytes.
 * @param start what the content must start with; anything else is refused before it is unpacked
 * @throws FileError when the file is damaged or truncated, or holds something else
 */
export async function inflateToTemporary(
  path: string,
  expected: string,
  start: string,
): Promise<{ handle: FileHandle; size: number }> {
  const handle = await openUnnamed();
  let size = 0;
  try {
    for await (const chunk of createReadStream(path).pipe(createGunzip()) as AsyncIterable<Buffer>) {
      if (size === 0 && !chunk.toString('latin1').startsWith(start))
        throw refusal(path, expected, `${describeStart(chunk.subarray(0, 64))}, gzip-compressed`);
      for (let written = 0; written < chunk.length; )
        written += (await handle.write(chunk, written, chunk.length - written, size + written)).bytesWritten;
      size += chunk.length;
    }
    if (size === 0) throw refusal(path, expected, 'nothing, gzip-compressed');
    return { handle, size };
  } catch (error) {
    await handle.close();
    const { code, message } = error as NodeJS.ErrnoException;
    if (!code?.startsWith('Z_')) throw error;
    throw refusal(
      path,
      `a whole gzip-compressed file`,
      `${message}: it is damaged or truncated`,
      'fetch the file again',
    );
  }
}

function refusal(file: string, expected: string, found: string, remedy?: string): FileError {
  return new FileError({ file, place: 'file', expected, found }, remedy);
}

async function openUnnamed(): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'starkin-unpacked-'));
  try {
    return await open(join(folder, 'content'), 'wx+');
  } finally {
    await rm(folder, { recursive: true });
  }
}

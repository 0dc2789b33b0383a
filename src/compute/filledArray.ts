import type { FileHandle } from 'node:fs/promises';
import { TrainingError } from '../domain/errors.js';

/** Node reads less than 2 GiB at once. */
const MOST = 1 << 30;

/**
 * Fills an array with the bytes of a training's file from `position` on.
 * @throws TrainingError when the file ends before that
 */
export async function fill(
  handle: FileHandle,
  values: Float32Array | Float64Array | Uint8Array,
  position: number,
): Promise<void> {
  const bytes = bytesOf(values);
  for (let done = 0; done < bytes.length; ) {
    const { bytesRead } = await handle.read(bytes, done, Math.min(MOST, bytes.length - done), position + done);
    if (bytesRead === 0)
      throw new TrainingError(
        `a file of the training: expected ${position + bytes.length} bytes, found ${position + done}`,
      );
    done += bytesRead;
  }
}

/** The array's own memory, as bytes. */
export function bytesOf(values: Float32Array | Float64Array | Uint8Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

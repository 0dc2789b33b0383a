import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { FileError } from '../domain/errors.js';
import { inflateToTemporary } from './gzip.js';

/** Bytes hashed at a time: large enough that the calls do not count, small enough that memory stays bounded. */
const HASH_CHUNK = 1 << 20;
/** First bytes of a gzip file (RFC 1952). */
const GZIP = 0x1f8b;

/** A file being read, by byte range; every read is checked against the file's end. */
export class SourceFile {
  private constructor(
    readonly path: string,
    /** Bytes. */
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  /**
   * @param expected the format in words, for errors: 'a FITS file'
   * @throws FileError when the file is missing, unreadable, not a regular file or empty
   */
  static async open(path: string, expected: string): Promise<SourceFile> {
    const refuse = (found: string) => new FileError({ file: path, place: 'file', expected, found });
    let handle: FileHandle;
    try {
      // Without waiting: a pipe without a writer would hold the reader for ever.
      handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    } catch (error) {
      throw refuse(explain(error));
    }
    try {
      const status = await handle.stat();
      if (!status.isFile()) throw refuse(status.isDirectory() ? 'a folder' : 'something that is not a regular file');
      if (status.size === 0) throw refuse('an empty file');
      return new SourceFile(path, status.size, handle);
    } catch (error) {
      await handle.close();
      throw error instanceof FileError ? error : refuse(explain(error));
    }
  }

  /**
   * The file itself, or, where it is gzip-compressed, what it holds: `checksum` and `size` are then those of the content, so that a file and its
   * compressed copy are the same.
   * @param start what the content must start with, looked at before the rest is unpacked
   * @throws FileError as `open`, and for a compressed file that is damaged, truncated or holds something else
   */
  static async openUnpacked(path: string, expected: string, start: string): Promise<SourceFile> {
    const packed = await SourceFile.open(path, expected);
    try {
      if (packed.size < 2 || (await packed.read(0, 2, 'file')).readUInt16BE() !== GZIP) return packed;
    } catch (error) {
      await packed.close();
      throw error;
    }
    try {
      const { handle, size } = await inflateToTemporary(path, expected, start);
      return new SourceFile(path, size, handle);
    } finally {
      await packed.close();
    }
  }

  /**
   * Exactly `length` bytes from `offset`, in a buffer of its own (so that a typed array can be laid over it).
   * @param place what is read, for errors: 'HDU 2'
   * @throws FileError when the file ends before that
   */
  async read(offset: number, length: number, place: string): Promise<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await this.handle.read(buffer, filled, length - filled, offset + filled);
      if (bytesRead === 0) throw this.truncated(place, offset + length);
      filled += bytesRead;
    }
    return buffer;
  }

  /** The first bytes, at most `length`. */
  start(length: number): Promise<Buffer> {
    return this.read(0, Math.min(length, this.size), 'file');
  }

  /** SHA-256 of the whole file, in hexadecimal. */
  async checksum(): Promise<string> {
    const hash = createHash('sha256');
    for (let offset = 0; offset < this.size; offset += HASH_CHUNK)
      hash.update(await this.read(offset, Math.min(HASH_CHUNK, this.size - offset), 'file'));
    return hash.digest('hex');
  }

  truncated(place: string, needed: number): FileError {
    const fault = {
      file: this.path,
      place,
      expected: `${needed} bytes in the file`,
      found: `${this.size}: it is truncated`,
    };
    return new FileError(fault, 'fetch the file again');
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return 'no such file';
  if (code === 'EACCES') return 'a file that may not be read';
  return message;
}

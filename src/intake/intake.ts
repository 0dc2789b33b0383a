import { StarkinError } from '../domain/errors.js';
import type { SingleSpectrum } from '../domain/observedSpectrum.js';

/** The only door for files of strangers: each is read in a process of its own, with limits, and nothing of it is kept. */
export interface Intake {
  /**
   * The one spectrum of a file (FITS, CSV or HDF5, recognised by its content).
   * @param bytes the file, of at most `mostBytes`
   * @throws FileError when it is too large or cannot be read, takes too long or too much memory; BusyError when too many are being read
   */
  read(bytes: AsyncIterable<Uint8Array>): Promise<SingleSpectrum>;
  /** Ends what is being read. */
  close(): Promise<void>;
}

/** Limits of one file and of all together. */
export interface IntakeLimits {
  readonly mostBytes: number;
  /** Of wall clock, for the upload and for the reading. */
  readonly uploadSeconds: number;
  readonly readSeconds: number;
  /** Of the reading process: its data in all, and JavaScript's heap. */
  readonly megabytes: number;
  readonly heapMegabytes: number;
  /** Files at a time; one more is refused. */
  readonly atOnce: number;
}

export const defaultLimits: IntakeLimits = {
  mostBytes: 16 << 20,
  uploadSeconds: 60,
  readSeconds: 10,
  megabytes: 1024,
  heapMegabytes: 256,
  atOnce: 4,
};

/** A file that made the reader fail in a way that it has no words for: a defect, to be logged; the file is refused all the same. */
export class ReaderFailure extends StarkinError {
  constructor(readonly detail: string) {
    super('BAD_FILE', 'the file: expected one that can be read, found one that makes the reader fail');
  }
}

import { FileError } from '../domain/errors.js';
import { describeStart, HDF5_OFFSETS, isHdf5At } from './fileSignature.js';
import { FitsFile } from './fits/fitsFile.js';
import { SourceFile } from './sourceFile.js';

/** What a file holds, as far as its kind can be told: each format looks at this, and never at the name. */
export interface FileContent {
  readonly path: string;
  readonly kind: 'fits' | 'hdf5' | 'parquet';
  /** The open file where it is FITS, gzip-compressed or not; otherwise null. */
  readonly fits: FitsFile | null;
}

const EXPECTED = 'a FITS, HDF5 or Parquet file of spectra';

/**
 * Opens a file as far as its kind needs, and closes it afterwards.
 * @throws FileError for a file that is missing, empty, or none of the three kinds, saying what it looks like
 */
export async function withContent<T>(path: string, use: (content: FileContent) => T | Promise<T>): Promise<T> {
  const kind = await kindOf(path);
  if (kind !== 'fits') return use({ path, kind, fits: null });
  const fits = await FitsFile.open(path);
  try {
    return await use({ path, kind, fits });
  } finally {
    await fits.close();
  }
}

async function kindOf(path: string): Promise<FileContent['kind']> {
  const source = await SourceFile.open(path, EXPECTED);
  try {
    const start = await source.start(HDF5_OFFSETS[HDF5_OFFSETS.length - 1] + 8);
    if (HDF5_OFFSETS.some((offset) => isHdf5At(start, offset))) return 'hdf5';
    const found = describeStart(start.subarray(0, 64));
    if (found === 'a Parquet file') return 'parquet';
    if (found === 'a FITS file' || found === 'a gzip-compressed file') return 'fits';
    throw new FileError({ file: path, place: 'first bytes', expected: EXPECTED, found });
  } finally {
    await source.close();
  }
}

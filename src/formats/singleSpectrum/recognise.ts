import { FileError } from '../../domain/errors.js';
import type { SingleSpectrum } from '../../domain/observedSpectrum.js';
import { describeStart } from '../fileSignature.js';
import { SourceFile } from '../sourceFile.js';
import { readCsv } from './csv.js';
import { readFits } from './fits.js';
import { readHdf5 } from './hdf5.js';

const EXPECTED = 'one spectrum as a FITS, CSV or HDF5 file';
/** Enough to tell text from numbers. */
const START = 4096;

/**
 * The one spectrum of a file, which is recognised by its content, not by its name.
 * @throws FileError naming place, expected and found
 */
export async function readSingleSpectrum(path: string): Promise<SingleSpectrum> {
  const file = await SourceFile.open(path, EXPECTED);
  const start = await file.start(START).finally(() => file.close());
  const kind = describeStart(start);
  if (kind === 'a FITS file') return readFits(path);
  if (kind === 'an HDF5 file') return readHdf5(path);
  if (isText(start) && /^(text|binary)/.test(kind)) return readCsv(path);
  const remedy = kind.includes('gzip') ? 'unpack it with gunzip first' : undefined;
  throw new FileError({ file: path, place: 'first bytes', expected: EXPECTED, found: kind }, remedy);
}

function isText(bytes: Buffer): boolean {
  return bytes.every((byte) => byte >= 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d);
}

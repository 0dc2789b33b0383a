/** First bytes of the kinds of file that users hand over by mistake. */
const signatures: readonly (readonly [start: string, kind: string])[] = [
  ['SIMPLE  =', 'a FITS file'],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file'],
  ['\x1f\x8b', 'a gzip-compressed file'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['PAR1', 'a Parquet file'],
];

/** Offsets at which the HDF5 signature may stand: 0, or past a user block (HDF5 File Format Specification 3.0, section II.A). */
export const HDF5_OFFSETS = [0, 512, 1024, 2048, 4096, 8192];

export function isHdf5At(bytes: Buffer, offset: number): boolean {
  return describeStart(bytes.subarray(offset, offset + 8)) === 'an HDF5 file';
}

/** What a file looks like, from its first bytes (64 are plenty): for error messages. */
export function describeStart(start: Buffer): string {
  const bytes = start.toString('latin1');
  if (bytes.length === 0) return 'an empty file';
  const signature = signatures.find(([prefix]) => bytes.startsWith(prefix));
  if (signature) return signature[1];
  if (/^\s*<(!doctype html|html)/i.test(bytes)) return 'an HTML page';
  if (/^[\t\n\r\x20-\x7e]+$/.test(bytes)) return `text starting with ${JSON.stringify(bytes.slice(0, 24))}`;
  return `binary data starting with ${start.subarray(0, 8).toString('hex')}`;
}

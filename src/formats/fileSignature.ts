/** First bytes of the kinds of file that users hand over by mistake. */
const signatures: readonly (readonly [start: string, kind: string])[] = [
  ['SIMPLE  =', 'a FITS file'],
  ['\x89HDF\r\n\x1a\n', 'an HDF5 file'],
  ['\x1f\x8b', 'a gzip-compressed file'],
  ['PK\x03\x04', 'a ZIP archive'],
  ['PAR1', 'a Parquet file'],
];

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

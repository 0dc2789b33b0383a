/**
 * What tells a stored latent `l` from any other that its star had or will have: where its row lies, and the transaction that wrote it (PostgreSQL manual, "System Columns"). A latent
 * that is made anew is another row. For scans of many, as columns; `stampOf` packs them.
 */
export const STAMP = 'l.ctid as place, l.xmin as since';

/** Bytes of a stamp. */
export const STAMP_SIZE = 10;

/** A stamp as bytes. @param place, since as columns */
export function stampOf(place: string, since: string): string {
  return `tidsend(${place}) || xidsend(${since})`;
}

/** The stamps that stand in bytes one behind the other, each as a text to be compared with others. */
export function toStamps({ buffer, byteOffset, length }: Uint8Array): string[] {
  const all = Buffer.from(buffer, byteOffset, length).toString('latin1');
  return Array.from({ length: length / STAMP_SIZE }, (_, i) => all.slice(i * STAMP_SIZE, (i + 1) * STAMP_SIZE));
}

/**
 * What tells a stored latent `l` from any other that its star had or will have: where its row lies, and the transaction that wrote it (PostgreSQL manual, "System Columns"). A latent
 * that is made anew is another row. For scans of many, as columns; `stampOf` writes them as text.
 */
export const STAMP = 'l.ctid as place, l.xmin as since';

/** @param place, since as columns */
export function stampOf(place: string, since: string): string {
  return `${place} || ' ' || ${since}`;
}

/**
 * Rows of spectra, parameters, latents and estimates are seen in revisions of their release from `revision` to before `until`. Of one key at most one row is seen in any
 * revision: a row that replaces another begins where that one ends. What was published once never changes but for its end, which is set before anybody could see beyond it.
 *
 * Nor is it deleted. More than the way back hangs on a former spectrum's row: by it its successor is known as one, whose address has the revision in its name (spectrumFile.ts), maps and groups
 * that were made of it are known as outdated (analysis.ts), and requests and exports that began before go on reading it.
 */

/** `until` of a row that nothing replaces. */
export const NEVER = 2_147_483_647;

/** A condition on a table: its row is seen in the revision of a row of VISIBLE (view.ts), or of another table that has one. */
export function seenIn(table: string, visible = 'visible'): string {
  return seenAt(table, `${visible}.revision`);
}

/** A condition on a table: its row is seen in that revision, or was before. */
export function begunBy(table: string, visible = 'visible'): string {
  return `${table}.revision <= ${visible}.revision`;
}

/** The same for any revision. */
export function seenAt(table: string, revision: string): string {
  // Nearly all rows are standing, which Postgres knows from its statistics: of the second half alone it takes a third of them to pass, and sorts 100,000 latents instead of walking along their index.
  return `${table}.revision <= ${revision} and (${standing(table)} or ${table}.until > ${revision})`;
}

/** A condition on a table: its row is the newest of its key, staged or not. */
export function standing(table: string): string {
  return `${table}.until = ${NEVER}`;
}

/** A condition on two tables: there is a revision in which both rows are seen. */
export function seenTogether(a: string, b: string): string {
  return `${a}.revision < ${b}.until and ${a}.until > ${b}.revision`;
}

/** A condition on a table, beside data_release as `r`: its row is seen now or later, or was until rows were replaced the last time, which a way back shows. */
export function keptIn(table: string): string {
  return `${table}.until >= (
    select coalesce(max(other.until), 0) from spectrum other
    where other.release_id = r.id and other.until <= r.revision and other.until < ${NEVER})`;
}

import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { seenIn } from './revision.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** What lists of stars say about a combined spectrum, without its arrays. */
export interface SpectrumSummary {
  readonly starId: StarId;
  /** Name of its release. */
  readonly release: string;
  readonly snr: number | null;
  /** What the survey keeps of it, under its own keywords. */
  readonly properties: Readonly<Record<string, string | number>>;
}

/** Whether the spectra of a release came divided by their continuum already; false for one without any, or that is no more. One row is read. */
export async function cameNormalised(db: Database, releaseId: number | null): Promise<boolean> {
  const rows = await db.query<{ normalised: boolean }>(
    `select continuum_method = 'none' as normalised from spectrum
     where release_id = $1 order by release_id, star_id, visit limit 1`,
    [releaseId],
  );
  return rows[0]?.normalised ?? false;
}

/** The combined spectrum of each star in the newest visible release that has one. One statement; no array is read. */
export async function loadSummaries(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, SpectrumSummary>> {
  const rows = await db.query<SpectrumSummary>(
    `select distinct on (s.star_id) s.star_id as "starId", data_release.name as release, s.snr, s.properties
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and ${seenIn('s')} and s.visit = 0
     join data_release on data_release.id = visible.release_id
     where s.star_id = any($3::text[])
     order by s.star_id, visible.rank`,
    [...visibleParameters(view), ids],
  );
  return new Map(rows.map((row) => [row.starId, row]));
}

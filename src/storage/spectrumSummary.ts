import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** What lists of stars say about a combined spectrum, without its arrays. */
export interface SpectrumSummary {
  readonly starId: StarId;
  /** Name of its release. */
  readonly release: string;
  readonly snr: number | null;
}

/** The combined spectrum of each star in the newest visible release that has one. One statement; no array is read. */
export async function loadSummaries(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, SpectrumSummary>> {
  const rows = await db.query<SpectrumSummary>(
    `select distinct on (s.star_id) s.star_id as "starId", data_release.name as release, s.snr
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and s.revision <= visible.revision and s.visit = 0
     join data_release on data_release.id = visible.release_id
     where s.star_id = any($3::text[])
     order by s.star_id, visible.rank`,
    [...visibleParameters(view), ids],
  );
  return new Map(rows.map((row) => [row.starId, row]));
}

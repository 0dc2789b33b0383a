import type { Visit } from '../domain/spectrum.js';
import type { EncodedArrays } from '../domain/spectrumEncoding.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { seenIn } from './revision.js';
import type { StoredSpectrum } from './spectrum.js';
import type { ContentKey } from './spectrumFile.js';
import { narrowView, VISIBLE, type View, visibleParameters } from './view.js';

/** A stored spectrum without its arrays. */
export type SpectrumHead = ContentKey & Pick<StoredSpectrum, 'gridId' | 'goodPixels' | 'snr' | 'properties'>;

const HEAD = `s.star_id as "starId", r.name as release, s.visit, s.grid_id as "gridId", s.good_pixels as "goodPixels", s.snr, s.properties`;

/**
 * The combined spectrum of each star, or a visit of it, from the newest visible release, or from the release of the given name where that
 * is visible; its arrays as they are stored. One statement.
 */
export async function chooseSpectra(
  db: Database,
  view: View,
  ids: readonly StarId[],
  releaseName: string | null = null,
  visit: Visit = 0,
): Promise<Map<StarId, SpectrumHead & EncodedArrays>> {
  const seen = releaseName === null ? view : narrowView(view, releaseName);
  const rows = await db.query<SpectrumHead & EncodedArrays>(
    `select distinct on (s.star_id) ${HEAD}, s.flux, s.ivar, s.mask
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and ${seenIn('s')}
     join data_release r on r.id = s.release_id
     where s.star_id = any($3::text[]) and s.visit = $4
     order by s.star_id, visible.rank`,
    [...visibleParameters(seen), ids, visit],
  );
  return new Map(rows.map((row) => [row.starId, row]));
}

/** All visible spectra of stars: release by release, the newest first, the combined one before its visits. One statement; no array is read. */
export async function listSpectra(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, SpectrumHead[]>> {
  const rows = await db.query<SpectrumHead>(
    `select ${HEAD}
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and ${seenIn('s')}
     join data_release r on r.id = s.release_id
     where s.star_id = any($3::text[])
     order by s.star_id, visible.rank, s.visit`,
    [...visibleParameters(view), ids],
  );
  return Map.groupBy(rows, ({ starId }) => starId);
}

/** The arrays of many spectra, as they are stored; null for those that no visible release has. One statement. */
export async function loadArrays(
  db: Database,
  view: View,
  keys: readonly ContentKey[],
): Promise<(EncodedArrays | null)[]> {
  const rows = await db.query<EncodedArrays & { row: number }>(
    `select key.row::int as row, s.flux, s.ivar, s.mask
     from unnest($3::text[], $4::text[], $5::int[]) with ordinality as key(star_id, release, visit, row)
     join data_release r on r.name = key.release
     join ${VISIBLE} on visible.release_id = r.id
     join spectrum s on s.star_id = key.star_id and s.release_id = r.id and s.visit = key.visit and ${seenIn('s')}`,
    [
      ...visibleParameters(view),
      keys.map(({ starId }) => starId),
      keys.map(({ release }) => release),
      keys.map(({ visit }) => visit),
    ],
  );
  const found = new Map(rows.map((row) => [row.row, row]));
  return keys.map((_, i) => found.get(i + 1) ?? null);
}

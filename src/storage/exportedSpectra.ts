import { GridError } from '../domain/errors.js';
import type { EncodedArrays } from '../domain/spectrumEncoding.js';
import type { StarId } from '../domain/star.js';
import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { Database } from './database.js';
import type { Release } from './dataRelease.js';
import { keysetBatches } from './keysetBatches.js';
import { seenAt } from './revision.js';
import { loadGrid } from './wavelengthGrid.js';

/** What a table of spectra needs to know before its first row: how many, how long its texts are at most (bytes of UTF-8), and the wavelengths of all of them. */
export interface SpectrumTableShape {
  readonly rows: number;
  readonly idBytes: number;
  readonly nameBytes: number;
  readonly surveyBytes: number;
  /** null where there is no spectrum. */
  readonly grid: WavelengthGrid | null;
}

/** A combined spectrum in one release, its pixels as they are stored. */
export interface ExportedSpectrum extends EncodedArrays {
  readonly id: StarId;
  readonly survey: string;
  readonly name: string;
  readonly snr: number | null;
  readonly goodPixels: number;
}

type Seen = Pick<Release, 'id' | 'name' | 'revision'>;

/** The shape of the table that `scanExportedSpectra` gives. Two statements. @throws GridError where they lie on several grids: no release that was ingested does */
export async function spectrumTableShape(db: Database, { id, name, revision }: Seen): Promise<SpectrumTableShape> {
  const [{ firstGrid, lastGrid, ...shape }] = await db.query<
    Omit<SpectrumTableShape, 'grid'> & { firstGrid: number | null; lastGrid: number | null }
  >(
    `select count(*)::int as rows, coalesce(max(octet_length(star.id)), 0) as "idBytes", coalesce(max(octet_length(star.name)), 0) as "nameBytes",
       coalesce(max(octet_length(star.survey)), 0) as "surveyBytes", min(s.grid_id) as "firstGrid", max(s.grid_id) as "lastGrid"
     from spectrum s join star on star.id = s.star_id
     where s.release_id = $1 and s.visit = 0 and ${seenAt('s', '$2')}`,
    [id, revision],
  );
  if (firstGrid !== lastGrid) throw new GridError(`release ${name}`, String(firstGrid), String(lastGrid));
  return { ...shape, grid: firstGrid === null ? null : await loadGrid(db, firstGrid) };
}

/** Combined spectra of a release in order of star and in batches, each a statement of its own. */
export function scanExportedSpectra(
  db: Database,
  { id, revision }: Seen,
  batch: number,
): AsyncGenerator<ExportedSpectrum[], void, undefined> {
  return keysetBatches(batch, (after) =>
    db.query<ExportedSpectrum>(
      `select s.star_id as id, star.survey, star.name, s.snr, s.good_pixels as "goodPixels", s.flux, s.ivar, s.mask
       from spectrum s join star on star.id = s.star_id and star.id > $3
       where s.release_id = $1 and s.visit = 0 and ${seenAt('s', '$2')} and s.star_id > $3
       order by s.star_id limit $4`,
      [id, revision, after, batch],
    ),
  );
}

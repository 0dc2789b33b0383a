import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import { begunBy, seenIn, seenTogether } from './revision.js';
import { SPECTRUM_COLUMNS, type SpectrumColumns, type StoredSpectrum, toSpectrum } from './spectrum.js';
import { narrowView, VISIBLE, type View, visibleParameters } from './view.js';

/** A spectrum with what a file of its own tells beside it. */
export interface SpectrumFile {
  readonly spectrum: StoredSpectrum;
  /** The star as its survey calls it. */
  readonly name: string;
  readonly survey: string;
  readonly simulated: boolean;
  /** Degrees, ICRS, as the spectrum's release told it with the spectrum or before; null where it did not. */
  readonly ra: number | null;
  readonly dec: number | null;
  /** As of a SpectrumAddress. */
  readonly content: string;
}

export interface FileKey {
  readonly starId: StarId;
  readonly visit: Visit;
  /** Name of the release; the newest visible one that has this exposure where left out. */
  readonly release?: string | undefined;
  /** As of a SpectrumAddress: these very pixels, were they replaced since; absent: what is seen now. */
  readonly content?: string | undefined;
}

/**
 * Of spectrum s: it names the bytes that are stored, and is the same wherever they are stored again. What stands in the place of another one may have its pixels and tell
 * otherwise of the star: its revision is part of the name.
 */
export const CONTENT = `left(encode(sha256(s.flux || s.ivar || s.mask || case when exists (
    select 1 from spectrum former
    where former.star_id = s.star_id and former.release_id = s.release_id and former.visit = s.visit and former.until = s.revision
  ) then int4send(s.revision) else ''::bytea end), 'hex'), 16)`;

/** A spectrum with all that its file tells; null where no visible release has it, or had it in an earlier revision where its content is named. One statement. */
export async function findSpectrumFile(
  db: Database,
  view: View,
  { starId, visit, release, content: wanted }: FileKey,
): Promise<SpectrumFile | null> {
  const seen = release === undefined ? view : narrowView(view, release);
  const [row] = await db.query<SpectrumColumns & Omit<SpectrumFile, 'spectrum'>>(
    `select ${SPECTRUM_COLUMNS}, star.name, star.survey, survey.simulated, place.ra, place.dec, ${CONTENT} as content
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and ${begunBy('s')}
     join data_release r on r.id = s.release_id
     join star on star.id = s.star_id
     join survey on survey.name = star.survey
     left join star_position place
       on place.star_id = s.star_id and place.release_id = s.release_id and place.revision <= s.revision
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and ${begunBy('p')} and ${seenTogether('p', 's')}
     where s.star_id = $3 and s.visit = $4 and case when $5::text is null then s.until > visible.revision else ${CONTENT} = $5 end
     order by visible.rank, s.revision desc limit 1`,
    [...visibleParameters(seen), starId, visit, wanted ?? null],
  );
  if (!row) return null;
  const { name, survey, simulated, ra, dec, content } = row;
  return { spectrum: toSpectrum(row), name, survey, simulated, ra, dec, content };
}

/** Of which spectrum the content is asked for. */
export interface ContentKey {
  readonly starId: StarId;
  readonly release: string;
  readonly visit: Visit;
}

/** What `SpectrumAddress.content` names, for many spectra; null for those that no visible release has. One statement. */
export async function loadContents(db: Database, view: View, keys: readonly ContentKey[]): Promise<(string | null)[]> {
  const rows = await db.query<{ row: number; content: string }>(
    `select key.row::int as row, ${CONTENT} as content
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
  const found = new Map(rows.map(({ row, content }) => [row, content]));
  return keys.map((_, i) => found.get(i + 1) ?? null);
}

/** What a list tells of a spectrum that it leads to. */
export interface ListedSpectrum extends ContentKey {
  readonly content: string;
  readonly gridId: number;
  readonly snr: number | null;
}

/** The combined spectrum of each star in the newest visible release that has one. One statement. */
export async function loadListedSpectra(
  db: Database,
  view: View,
  ids: readonly StarId[],
): Promise<Map<StarId, ListedSpectrum>> {
  const rows = await db.query<ListedSpectrum>(
    `select distinct on (s.star_id) s.star_id as "starId", r.name as release, s.visit, s.grid_id as "gridId", s.snr, ${CONTENT} as content
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and ${seenIn('s')} and s.visit = 0
     join data_release r on r.id = s.release_id
     where s.star_id = any($3::text[])
     order by s.star_id, visible.rank`,
    [...visibleParameters(view), ids],
  );
  return new Map(rows.map((row) => [row.starId, row]));
}

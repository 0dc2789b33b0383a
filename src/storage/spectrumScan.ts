import type { ParameterName } from '../domain/parameters.js';
import type { EncodedPixels } from '../domain/spectrumEncoding.js';
import type { Database } from './database.js';
import { INPUT_COLUMNS, type InputColumns, type LatentInputs, toInputs } from './latentInputs.js';
import { keptIn, seenTogether, standing } from './revision.js';
import {
  SPECTRUM_COLUMNS,
  type SpectrumColumns,
  type SpectrumKey,
  type StoredSpectrum,
  toSpectrum,
} from './spectrum.js';

/** Which spectra of a release; staged ones are always among them, and those that were replaced are not. */
export interface Selection {
  /** Also those replaced ones that are seen still, or were in the revision before: a way back shows them. */
  readonly kept?: boolean | undefined;
  readonly gridId?: number | undefined;
  /** Visits too, not only the combined spectra. */
  readonly visits: boolean;
  /** Only stars whose parameters of these names are all known in this release. */
  readonly parameters?: readonly ParameterName[] | undefined;
  /** Only spectra that have no latent row under this model. */
  readonly notEncodedUnder?: string | undefined;
  /** Only spectra that are not visible before the next publication. */
  readonly staged?: boolean | undefined;
  /** Only spectra normalised by a version of the continuum before this one. */
  readonly continuumBefore?: number | undefined;
  /** Only stars whose ids follow `after`, up to and with `upTo`. */
  readonly range?: StarRange | undefined;
}

/** A range of star ids: beyond the first, up to and with the second. */
export interface StarRange {
  readonly after: string;
  readonly upTo: string;
}

/** Number of spectra in a release: all of them, or those that a scan yields. */
export async function countSpectra(
  db: Database,
  releaseId: number,
  selection: Selection = { visits: true },
): Promise<number> {
  const [{ count }] = await db.query<{ count: number }>(
    `select count(*)::int as count ${SELECTED}`,
    selectionParameters(releaseId, selection),
  );
  return count;
}

export interface Scan extends Selection {
  readonly releaseId: number;
  /** Spectra per batch: what is held in memory. */
  readonly batch: number;
}

/**
 * All spectra of a release, staged ones too, in order of (star id, visit, revision) and in batches. Each batch is a statement of its own that starts
 * after the last key: rows may be stored meanwhile, memory is bounded, and no transaction is held.
 */
export async function* scanSpectra(db: Database, scan: Scan): AsyncGenerator<StoredSpectrum[], void, undefined> {
  for await (const rows of scanRows<SpectrumColumns>(db, SPECTRUM_COLUMNS, scan)) yield rows.map(toSpectrum);
}

/** What a model takes of a spectrum, its pixels as they are stored. */
export interface ModelInput extends SpectrumKey {
  readonly releaseId: number;
  readonly revision: number;
  readonly gridId: number;
  readonly pixels: EncodedPixels;
  readonly inputs: LatentInputs;
}

/** The same, of what a model takes alone: without masks, and not decoded, a spectrum keeps this process busy for 35 us instead of 220. */
export async function* scanModelInputs(db: Database, scan: Scan): AsyncGenerator<ModelInput[], void, undefined> {
  for await (const rows of scanRows<ModelInputColumns>(db, MODEL_INPUT_COLUMNS, scan)) yield rows.map(toModelInput);
}

interface RevisedKey extends SpectrumKey {
  readonly revision: number;
}

async function* scanRows<Row extends RevisedKey>(
  db: Database,
  columns: string,
  scan: Scan,
): AsyncGenerator<Row[], void, undefined> {
  let last: RevisedKey | undefined;
  do {
    const rows = await db.query<Row>(
      `select ${columns} ${SELECTED} and (s.star_id, s.visit, s.revision) > ($11, $12, $13) order by s.star_id, s.visit, s.revision limit $14`,
      [
        ...selectionParameters(scan.releaseId, scan),
        last?.starId ?? '',
        last?.visit ?? -1,
        last?.revision ?? -1,
        scan.batch,
      ],
    );
    if (rows.length > 0) yield rows;
    last = rows.length < scan.batch ? undefined : rows[rows.length - 1];
  } while (last);
}

const MODEL_INPUT_COLUMNS = `
  s.star_id as "starId", s.release_id as "releaseId", s.visit, s.revision, s.grid_id as "gridId", s.flux, s.ivar, ${INPUT_COLUMNS}`;

interface ModelInputColumns extends Omit<ModelInput, 'pixels' | 'inputs'>, EncodedPixels, InputColumns {}

function toModelInput(row: ModelInputColumns): ModelInput {
  const { starId, releaseId, visit, revision, gridId, flux, ivar } = row;
  return { starId, releaseId, visit, revision, gridId, pixels: { flux, ivar }, inputs: toInputs(row) };
}

/** Ranges of stars that hold all spectra of a release which are not encoded under a model, about so many spectra each, in order. */
export async function rangesToEncode(
  db: Database,
  releaseId: number,
  modelId: string,
  size: number,
): Promise<CountedRange[]> {
  return ranges(db, releaseId, { visits: true, kept: true, notEncodedUnder: modelId }, size);
}

/** Ranges of stars that hold all spectra of a release, about so many each, in order. */
export async function rangesOfStars(db: Database, releaseId: number, size: number): Promise<CountedRange[]> {
  return ranges(db, releaseId, { visits: true }, size);
}

export interface CountedRange extends StarRange {
  readonly spectra: number;
}

/** Latents are asked for spectrum by spectrum, along their key: for `not exists` Postgres reads all of a model's with every batch (90 ms of 60,000, where a batch takes 10). */
const SELECTED = `
  from spectrum s
  join data_release r on r.id = s.release_id
  left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and ${seenTogether('p', 's')}
  where s.release_id = $1
    and ($2::boolean or s.visit = 0)
    and ($3::int is null or s.grid_id = $3)
    and ('teff' <> all($4::text[]) or p.teff is not null)
    and ('logg' <> all($4::text[]) or p.logg is not null)
    and ('feh' <> all($4::text[]) or p.feh is not null)
    and ($5::text is null or (
      select 1 from latent l
      where l.model_id = $5 and l.star_id = s.star_id and l.release_id = s.release_id and l.visit = s.visit and l.revision = s.revision) is null)
    and ($6::text is null or s.star_id > $6)
    and ($7::text is null or s.star_id <= $7)
    and (not $8::boolean or s.revision > r.revision)
    and ($9::int is null or s.continuum_version < $9)
    and (${standing('s')} or ($10::boolean and ${keptIn('s')}))`;

function selectionParameters(
  releaseId: number,
  { visits, gridId, parameters, notEncodedUnder, range, staged, continuumBefore, kept }: Selection,
): unknown[] {
  return [
    releaseId,
    visits,
    gridId ?? null,
    parameters ?? [],
    notEncodedUnder ?? null,
    range?.after ?? null,
    range?.upTo ?? null,
    staged ?? false,
    continuumBefore ?? null,
    kept ?? false,
  ];
}

async function ranges(db: Database, releaseId: number, selection: Selection, size: number): Promise<CountedRange[]> {
  const rows = await db.query<{ upTo: string; spectra: number }>(
    `select max(star_id) as "upTo", count(*)::int as spectra from (
       select s.star_id, (row_number() over (order by s.star_id, s.visit) - 1) / $11 as part ${SELECTED}) as numbered
     group by part order by part`,
    [...selectionParameters(releaseId, selection), size],
  );
  return rows.map(({ upTo, spectra }, i) => ({ after: i ? rows[i - 1].upTo : '', upTo, spectra }));
}

import { ConflictError } from '../domain/errors.js';
import type { ParameterName, StellarParameters } from '../domain/parameters.js';
import type { Continuum, Spectrum, Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { CopyTarget, Database } from './database.js';
import { stagedRevisions } from './dataRelease.js';
import { decodeSpectrum, type EncodedSpectrum, encodeSpectrum } from './spectrumEncoding.js';
import { PARAMETER_COLUMNS, type ParameterColumns, toParameters } from './starParameters.js';
import { atomically } from './transaction.js';
import { narrowView, VISIBLE, type View, visibleParameters } from './view.js';
import { loadGrid } from './wavelengthGrid.js';

/** Within a release. */
export interface SpectrumKey {
  readonly starId: StarId;
  readonly visit: Visit;
}

/** A normalised spectrum to be stored; the store itself sets the revision and counts the good pixels. */
export interface NewSpectrum extends SpectrumKey {
  readonly releaseId: number;
  readonly gridId: number;
  /** Flux relative to the continuum. */
  readonly spectrum: Spectrum;
  readonly continuum: Continuum;
  readonly snr: number | null;
  /** SHA-256 of the source's content, hexadecimal. */
  readonly checksum: string;
  readonly source: string;
  readonly properties: Readonly<Record<string, string | number>>;
}

/** The same, encoded already: where many threads encode and one stores. */
export interface EncodedRow extends Omit<NewSpectrum, 'spectrum'> {
  readonly encoded: EncodedSpectrum;
}

export interface SpectrumRow extends NewSpectrum {
  /** Pixels with ivar above 0. */
  readonly goodPixels: number;
  readonly revision: number;
}

export interface StoredSpectrum extends SpectrumRow {
  /** Name of its release. */
  readonly release: string;
  /** The star's parameters in the same release. */
  readonly parameters: StellarParameters | null;
}

/** A key as one string, for a Map. */
export function spectrumKey({ starId, visit }: SpectrumKey): string {
  return `${starId} ${visit}`;
}

/** Checksums of those spectra of a release that are stored, staged ones too, by `spectrumKey`. One statement. */
export async function knownChecksums(
  db: Database,
  releaseId: number,
  keys: readonly SpectrumKey[],
): Promise<Map<string, string>> {
  const rows = await db.query<SpectrumKey & { checksum: string }>(
    `select s.star_id as "starId", s.visit, s.checksum
     from unnest($2::text[], $3::int[]) as key(star_id, visit)
     join spectrum s on s.star_id = key.star_id and s.release_id = $1 and s.visit = key.visit`,
    [releaseId, keys.map(({ starId }) => starId), keys.map(({ visit }) => visit)],
  );
  return new Map(rows.map((row) => [spectrumKey(row), row.checksum]));
}

export interface StoredCounts {
  /** Spectra newly stored. */
  readonly stored: number;
  /** Spectra that were there already, with the same checksum. */
  readonly known: number;
  /** Pixels, over all stored spectra, whose flux the encoding cannot hold; they were flagged. */
  readonly overflowPixels: number;
}

/** Encodes and stores spectra: see storeEncoded. */
export async function storeSpectra(db: Database, rows: readonly NewSpectrum[]): Promise<StoredCounts> {
  // Encoded before the release is held: other writers wait for the copying alone.
  return storeEncoded(
    db,
    rows.map((row) => ({ ...row, encoded: encodeSpectrum(row.spectrum) })),
  );
}

/**
 * Stores spectra by COPY, all or none, staged for the next publication of their releases. The stars must be known.
 * Spectra that are there already are left as they are.
 * @throws ConflictError naming a spectrum that is stored with another checksum
 */
export async function storeEncoded(db: Database, rows: readonly EncodedRow[]): Promise<StoredCounts> {
  return atomically(db, async (tx) => {
    const revisions = await stagedRevisions(tx, [...new Set(rows.map(({ releaseId }) => releaseId))]);
    const fresh = new Map<string, EncodedRow>();
    for (const releaseId of revisions.keys()) {
      const ofRelease = rows.filter((row) => row.releaseId === releaseId);
      const known = await knownChecksums(tx, releaseId, ofRelease);
      for (const row of ofRelease) {
        const key = spectrumKey(row);
        const earlier = known.get(key) ?? fresh.get(`${releaseId} ${key}`)?.checksum;
        if (earlier === undefined) fresh.set(`${releaseId} ${key}`, row);
        else if (earlier !== row.checksum) throw contentConflict(row, earlier);
      }
    }
    await tx.copy(
      TARGET,
      [...fresh.values()].map((row) => copyRow(row, revisions.get(row.releaseId) ?? 0)),
    );
    let overflowPixels = 0;
    for (const { encoded } of fresh.values()) overflowPixels += encoded.overflowPixels;
    return { stored: fresh.size, known: rows.length - fresh.size, overflowPixels };
  });
}

function contentConflict({ source, starId, visit, checksum }: EncodedRow, earlier: string): ConflictError {
  return new ConflictError(
    `${source}: ${starId} visit ${visit} is in this release already with another content (sha256 ${earlier.slice(0, 12)}…, this one ${checksum.slice(0, 12)}…)`,
    'ingest a second reduction into a release of its own',
  );
}

const TARGET: CopyTarget = {
  table: 'spectrum',
  columns: [
    { name: 'star_id', type: 'text' },
    { name: 'release_id', type: 'int4' },
    { name: 'visit', type: 'int4' },
    { name: 'revision', type: 'int4' },
    { name: 'grid_id', type: 'int4' },
    { name: 'flux', type: 'bytea' },
    { name: 'ivar', type: 'bytea' },
    { name: 'mask', type: 'bytea' },
    { name: 'snr', type: 'float8' },
    { name: 'good_pixels', type: 'int4' },
    { name: 'overflow_pixels', type: 'int4' },
    { name: 'continuum_method', type: 'text' },
    { name: 'continuum_version', type: 'int4' },
    { name: 'continuum_coefficients', type: 'jsonb' },
    { name: 'checksum', type: 'text' },
    { name: 'source', type: 'text' },
    { name: 'properties', type: 'jsonb' },
  ],
};

function copyRow(row: EncodedRow, revision: number): unknown[] {
  const { encoded } = row;
  return [
    row.starId,
    row.releaseId,
    row.visit,
    revision,
    row.gridId,
    encoded.flux,
    encoded.ivar,
    encoded.mask,
    row.snr,
    encoded.goodPixels,
    encoded.overflowPixels,
    row.continuum.method,
    row.continuum.version,
    row.continuum.coefficients.map((chip) => [...chip]),
    row.checksum,
    row.source,
    row.properties,
  ];
}

/** Which spectra of a release; staged ones are always among them. */
export interface Selection {
  readonly gridId?: number | undefined;
  /** Visits too, not only the combined spectra. */
  readonly visits: boolean;
  /** Only stars whose parameters of these names are all known in this release. */
  readonly parameters?: readonly ParameterName[] | undefined;
  /** Only spectra that have no latent row of their own revision under this model. */
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

/** The wavelength grid of a release, that of its first spectrum; null while it is empty. */
export async function releaseGrid(
  db: Database,
  releaseId: number,
): Promise<{ id: number; grid: WavelengthGrid } | null> {
  const [row] = await db.query<{ gridId: number }>(
    'select grid_id as "gridId" from spectrum where release_id = $1 order by star_id, visit limit 1',
    [releaseId],
  );
  return row ? { id: row.gridId, grid: await loadGrid(db, row.gridId) } : null;
}

export interface Scan extends Selection {
  readonly releaseId: number;
  /** Spectra per batch: what is held in memory. */
  readonly batch: number;
}

/**
 * All spectra of a release, staged ones too, in order of (star id, visit) and in batches. Each batch is a statement of its own that starts
 * after the last key: rows may be stored meanwhile, memory is bounded, and no transaction is held.
 */
export async function* scanSpectra(db: Database, scan: Scan): AsyncGenerator<StoredSpectrum[], void, undefined> {
  let last: SpectrumKey | undefined;
  do {
    const rows = await db.query<SpectrumColumns>(
      `select ${SPECTRUM_COLUMNS} ${SELECTED} and (s.star_id, s.visit) > ($10, $11) order by s.star_id, s.visit limit $12`,
      [...selectionParameters(scan.releaseId, scan), last?.starId ?? '', last?.visit ?? -1, scan.batch],
    );
    if (rows.length > 0) yield rows.map(toSpectrum);
    last = rows.length < scan.batch ? undefined : rows[rows.length - 1];
  } while (last);
}

/**
 * The combined spectrum of each star, or a visit of it, from the newest visible release, or from the release of the given name where that
 * is visible. One statement.
 */
export async function loadSpectra(
  db: Database,
  view: View,
  ids: readonly StarId[],
  releaseName?: string,
  visit: Visit = 0,
): Promise<Map<StarId, StoredSpectrum>> {
  const seen = releaseName === undefined ? view : narrowView(view, releaseName);
  const rows = await db.query<SpectrumColumns>(
    `select distinct on (s.star_id) ${SPECTRUM_COLUMNS}
     from ${VISIBLE}
     join spectrum s on s.release_id = visible.release_id and s.revision <= visible.revision
     join data_release r on r.id = s.release_id
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and p.revision <= visible.revision
     where s.star_id = any($3::text[]) and s.visit = $4
     order by s.star_id, visible.rank`,
    [...visibleParameters(seen), ids, visit],
  );
  return new Map(rows.map((row) => [row.starId, toSpectrum(row)]));
}

const SELECTED = `
  from spectrum s
  join data_release r on r.id = s.release_id
  left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id
  where s.release_id = $1
    and ($2::boolean or s.visit = 0)
    and ($3::int is null or s.grid_id = $3)
    and ('teff' <> all($4::text[]) or p.teff is not null)
    and ('logg' <> all($4::text[]) or p.logg is not null)
    and ('feh' <> all($4::text[]) or p.feh is not null)
    and ($5::text is null or not exists (
      select 1 from latent l
      where l.model_id = $5 and l.star_id = s.star_id and l.release_id = s.release_id and l.visit = s.visit and l.revision >= s.revision))
    and ($6::text is null or s.star_id > $6)
    and ($7::text is null or s.star_id <= $7)
    and (not $8::boolean or s.revision > r.revision)
    and ($9::int is null or s.continuum_version < $9)`;

function selectionParameters(
  releaseId: number,
  { visits, gridId, parameters, notEncodedUnder, range, staged, continuumBefore }: Selection,
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
  ];
}

/** Ranges of stars that hold all spectra of a release which are not encoded under a model, about so many spectra each, in order. */
export async function rangesToEncode(
  db: Database,
  releaseId: number,
  modelId: string,
  size: number,
): Promise<CountedRange[]> {
  return ranges(db, releaseId, { visits: true, notEncodedUnder: modelId }, size);
}

/** Ranges of stars that hold all spectra of a release, about so many each, in order. */
export async function rangesOfStars(db: Database, releaseId: number, size: number): Promise<CountedRange[]> {
  return ranges(db, releaseId, { visits: true }, size);
}

export interface CountedRange extends StarRange {
  readonly spectra: number;
}

async function ranges(db: Database, releaseId: number, selection: Selection, size: number): Promise<CountedRange[]> {
  const rows = await db.query<{ upTo: string; spectra: number }>(
    `select max(star_id) as "upTo", count(*)::int as spectra from (
       select s.star_id, (row_number() over (order by s.star_id, s.visit) - 1) / $10 as part ${SELECTED}) as numbered
     group by part order by part`,
    [...selectionParameters(releaseId, selection), size],
  );
  return rows.map(({ upTo, spectra }, i) => ({ after: i ? rows[i - 1].upTo : '', upTo, spectra }));
}

/** Of spectrum s, data_release r and star_parameters p; `toSpectrum` reads them. */
export const SPECTRUM_COLUMNS = `
  s.star_id as "starId", s.release_id as "releaseId", r.name as release, s.visit, s.revision, s.grid_id as "gridId", s.flux, s.ivar, s.mask,
  s.snr, s.good_pixels as "goodPixels", s.continuum_method as "continuumMethod", s.continuum_version as "continuumVersion",
  s.continuum_coefficients as "continuumCoefficients", s.checksum, s.source, s.properties, p.star_id is not null as "hasParameters", ${PARAMETER_COLUMNS}`;

export interface SpectrumColumns
  extends ParameterColumns,
    Omit<StoredSpectrum, 'spectrum' | 'continuum' | 'parameters'> {
  readonly flux: Uint8Array;
  readonly ivar: Uint8Array;
  readonly mask: Uint8Array;
  readonly continuumMethod: string;
  readonly continuumVersion: number;
  readonly continuumCoefficients: number[][];
  readonly hasParameters: boolean;
}

export function toSpectrum(row: SpectrumColumns): StoredSpectrum {
  return {
    starId: row.starId,
    releaseId: row.releaseId,
    release: row.release,
    visit: row.visit,
    revision: row.revision,
    gridId: row.gridId,
    spectrum: decodeSpectrum(row),
    continuum: {
      method: row.continuumMethod,
      version: row.continuumVersion,
      coefficients: row.continuumCoefficients.map((chip) => Float64Array.from(chip)),
    },
    snr: row.snr,
    goodPixels: row.goodPixels,
    checksum: row.checksum,
    source: row.source,
    properties: row.properties,
    parameters: row.hasParameters ? toParameters(row) : null,
  };
}

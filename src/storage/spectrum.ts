import { ConflictError } from '../domain/errors.js';
import type { StellarParameters } from '../domain/parameters.js';
import type { Continuum, Spectrum, Visit } from '../domain/spectrum.js';
import { decodeSpectrum, type EncodedSpectrum, encodeSpectrum } from '../domain/spectrumEncoding.js';
import type { StarId } from '../domain/star.js';
import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { CopyTarget, Database } from './database.js';
import { stagedRevisions } from './dataRelease.js';
import { seenIn, standing } from './revision.js';
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

/** Checksums of those spectra of a release that are stored, staged ones too, by `spectrumKey`; of those that were replaced none. One statement. */
export async function knownChecksums(
  db: Database,
  releaseId: number,
  keys: readonly SpectrumKey[],
): Promise<Map<string, string>> {
  const rows = await db.query<SpectrumKey & { checksum: string }>(
    `select s.star_id as "starId", s.visit, s.checksum
     from unnest($2::text[], $3::int[]) as key(star_id, visit)
     join spectrum s on s.star_id = key.star_id and s.release_id = $1 and s.visit = key.visit and ${standing('s')}`,
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
     join spectrum s on s.release_id = visible.release_id and ${seenIn('s')}
     join data_release r on r.id = s.release_id
     left join star_parameters p on p.star_id = s.star_id and p.release_id = s.release_id and ${seenIn('p')}
     where s.star_id = any($3::text[]) and s.visit = $4
     order by s.star_id, visible.rank`,
    [...visibleParameters(seen), ids, visit],
  );
  return new Map(rows.map((row) => [row.starId, toSpectrum(row)]));
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

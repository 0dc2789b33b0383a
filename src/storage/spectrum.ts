import type { ParameterName, StellarParameters } from '../domain/parameters.js';
import type { Continuum, Spectrum, Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { Database } from './database.js';
import type { View } from './view.js';

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
  throw new Error('not written');
}

export interface StoredCounts {
  /** Spectra newly stored. */
  readonly stored: number;
  /** Spectra that were there already, with the same checksum. */
  readonly known: number;
  /** Pixels, over all stored spectra, whose flux the encoding cannot hold; they were flagged. */
  readonly overflowPixels: number;
}

/**
 * Stores spectra by COPY, all or none, staged for the next publication of their releases. The stars must be known.
 * Spectra that are there already are left as they are.
 * @throws ConflictError naming a spectrum that is stored with another checksum
 */
export async function storeSpectra(db: Database, rows: readonly NewSpectrum[]): Promise<StoredCounts> {
  throw new Error('not written');
}

/** Which spectra of a release; staged ones are always among them. */
export interface Selection {
  readonly gridId?: number | undefined;
  /** Visits too, not only the combined spectra. */
  readonly visits: boolean;
  /** Only stars whose parameters of these names are all known in this release. */
  readonly parameters?: readonly ParameterName[] | undefined;
  /** Only spectra that have no latent row under this model. */
  readonly notEncodedUnder?: string | undefined;
}

/** Number of spectra in a release: all of them, or those that a scan yields. */
export async function countSpectra(
  db: Database,
  releaseId: number,
  selection: Selection = { visits: true },
): Promise<number> {
  throw new Error('not written');
}

/** The wavelength grid of a release, that of its first spectrum; null while it is empty. */
export async function releaseGrid(
  db: Database,
  releaseId: number,
): Promise<{ id: number; grid: WavelengthGrid } | null> {
  throw new Error('not written');
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
  throw new Error('not written');
}

/**
 * The combined spectrum of each star from the newest visible release, or from the release of the given name where that is
 * visible. One statement.
 */
export async function loadSpectra(
  db: Database,
  view: View,
  ids: readonly StarId[],
  releaseName?: string,
): Promise<Map<StarId, StoredSpectrum>> {
  throw new Error('not written');
}

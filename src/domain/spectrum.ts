import type { StellarParameters } from './parameters.js';
import type { StarIdentity } from './star.js';
import type { WavelengthGrid } from './wavelengthGrid.js';

/**
 * Flux per pixel with what is known of it; three arrays of the grid's length.
 * `ivar` is the inverse variance of the flux (in the flux's unit to the power -2); 0 means that the pixel says nothing, and then
 * nothing downstream may depend on its flux. `mask` holds the survey's own bits, kept as they came.
 */
export interface Spectrum {
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  readonly mask: Uint32Array;
}

/** How the continuum was removed: enough to restore the observed flux and to tell when it must be done again. */
export interface Continuum {
  /** 'chebyshev', or 'none' for spectra that came normalised. */
  readonly method: string;
  /** Rises whenever the method's result changes. */
  readonly version: number;
  /** Chebyshev coefficients per chip of the grid, lowest order first; empty for 'none'. */
  readonly coefficients: readonly Float64Array[];
}

/** Which exposure of a star: 0 is the combined spectrum, n the survey's n-th visit. */
export type Visit = number;

/** One spectrum as a survey's file gives it, before normalisation. */
export interface SpectrumRecord {
  /** The survey it belongs to, where the file tells; otherwise `ingest` decides. */
  readonly survey: string | null;
  readonly star: StarIdentity;
  readonly visit: Visit;
  readonly grid: WavelengthGrid;
  readonly spectrum: Spectrum;
  /** True when the flux is continuum-normalised already. */
  readonly normalised: boolean;
  /** Signal to noise per pixel, as the survey states it. */
  readonly snr: number | null;
  readonly parameters: StellarParameters | null;
  /** Where it came from: the path of a file, then ` row N` or ` (…)` where the file holds several (`sourceFile`). */
  readonly source: string;
  /** SHA-256 of the source's content, in hexadecimal: the file, or the row of a file that holds many. */
  readonly checksum: string;
  /** Pixels whose flux or error could not be used (not finite, or an error that is not positive) and that were given ivar 0. */
  readonly unusablePixels: number;
  /**
   * Further values of the survey worth keeping, under its own keywords: fibre, field, flags. Two have names of ours: `telescope` (apo25m, lco25m,
   * apo1m), and `reduction`, the survey's version of its processing (see reduction.ts).
   */
  readonly properties: Readonly<Record<string, string | number>>;
  /** What the file lacks or leaves out, worth telling whoever ingests it: 'visit 3 of 3 has no spectrum'. */
  readonly notes?: readonly string[];
  /** What a simulation knows; never read by training. */
  readonly truth: Truth | null;
}

/** The file of a SpectrumRecord's source. */
export function sourceFile(source: string): string {
  return source.replace(/ (?:row \d+|\([^()]*\))$/, '');
}

/** The truth of a simulated star: abundances in dex ([Fe/H], then [X/Fe]) by element symbol, the name of its chemical twin, and that of the group it was born in. */
export interface Truth {
  readonly abundances: Readonly<Record<string, number>>;
  readonly twin: string | null;
  /** Absent: none. */
  readonly group?: string;
}

/** Whether a pixel says anything. */
export function usable(flux: number, ivar: number): boolean {
  return ivar > 0 && ivar < Number.POSITIVE_INFINITY && Number.isFinite(flux);
}

/** Number of pixels that carry information. */
export function goodPixels(spectrum: Pick<Spectrum, 'ivar'>): number {
  let good = 0;
  for (const w of spectrum.ivar) if (w > 0) good++;
  return good;
}

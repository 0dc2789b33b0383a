import type { Visit } from './spectrum.js';
import type { StarId } from './star.js';

/** A stored spectrum as its file is asked for. */
export interface SpectrumAddress {
  readonly starId: StarId;
  /** Name of its release. */
  readonly release: string;
  readonly visit: Visit;
  /** The first 16 hexadecimal digits of the SHA-256 of what is stored of it. */
  readonly content: string;
}

/** Formats of a spectrum's file, by the ending of its address. */
export const spectrumFileFormats = ['fits', 'csv', 'bin'] as const;
export type SpectrumFileFormat = (typeof spectrumFileFormats)[number];

/** Path and query of a spectrum's file. They name its content, so that what is found there never changes. */
export function spectrumPath(
  { starId, release, visit, content }: SpectrumAddress,
  format: SpectrumFileFormat = 'fits',
): string {
  const query = new URLSearchParams({ release, ...(visit !== 0 && { visit: String(visit) }), content });
  return `/spectra/${encodeURIComponent(starId)}.${format}?${query}`;
}

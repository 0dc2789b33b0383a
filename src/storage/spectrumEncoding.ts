import type { Spectrum } from '../domain/spectrum.js';

export interface EncodedSpectrum {
  readonly flux: Uint8Array;
  readonly ivar: Uint8Array;
  readonly mask: Uint8Array;
  readonly goodPixels: number;
  /** Pixels whose flux cannot be held; they were flagged. */
  readonly overflowPixels: number;
}

export function encodeSpectrum(spectrum: Spectrum): EncodedSpectrum {
  throw new Error('not written');
}

export function decodeSpectrum(encoded: Pick<EncodedSpectrum, 'flux' | 'ivar' | 'mask'>): Spectrum {
  throw new Error('not written');
}

import { decodeRows, type EncodedPixels } from '../domain/spectrumEncoding.js';

/** Decodes one batch after another into the same arrays: made anew for each, the 18 MB of 256 APOGEE spectra had V8 collect all its garbage once a batch. */
export class StoredPixels {
  #flux = new Float32Array();
  #ivar = new Float32Array();

  /**
   * @returns arrays of spectra x pixels, until the next call
   * @throws as `decodeRows`
   */
  decode(
    spectra: readonly EncodedPixels[],
    pixels: number,
  ): { readonly flux: Float32Array; readonly ivar: Float32Array } {
    const size = spectra.length * pixels;
    if (this.#flux.length < size) [this.#flux, this.#ivar] = [new Float32Array(size), new Float32Array(size)];
    const [flux, ivar] = [this.#flux.subarray(0, size), this.#ivar.subarray(0, size)];
    decodeRows(spectra, flux, ivar);
    return { flux, ivar };
  }
}

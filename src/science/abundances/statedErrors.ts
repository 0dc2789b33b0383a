import type { Tensors } from '../artefact/tensors.js';

/** What an estimator says of its errors. */
export interface StatedErrors {
  /**
   * Half-widths of the intervals of 68.3 and 95 %, dex.
   * @param noise 1 sigma of the star's own part, dex
   * @param snr signal to noise per pixel
   * @param parameter the first parameter that the model removes: Teff, K
   */
  halfWidths(species: number, noise: number, snr: number, parameter: number): [number, number];
  toTensors(): Tensors;
}

import { usable } from '../../domain/spectrum.js';
import type { Random } from '../networks/random.js';

/**
 * Adds Gaussian noise to a spectrum, in place, such that of the inverse variance of every good pixel a share is left; nothing ever becomes less noisy.
 * @param share 0 to 1: the squared ratio of the signals to noise
 */
export function makeNoisier(flux: Float32Array, ivar: Float32Array, share: number, random: Random): void {
  if (!(share < 1)) return;
  const factor = Math.sqrt(1 / share - 1);
  for (let i = 0; i < flux.length; i++) {
    if (!usable(flux[i], ivar[i])) continue;
    flux[i] += (factor * random.normal()) / Math.sqrt(ivar[i]);
    ivar[i] *= share;
  }
}

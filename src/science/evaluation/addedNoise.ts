import { usable } from '../../domain/spectrum.js';
import { Random } from '../networks/random.js';

/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0xadd;

/** Which noise: the same row gets the same deviates at an SNR, whichever model looks at it. */
export interface NoiseKey {
  readonly seed: number;
  readonly row: number;
  /** Per pixel, of continuum-normalised flux. */
  readonly snr: number;
}

/**
 * Gaussian noise of 1 / snr on every good pixel of a spectrum without noise, in place; its ivar becomes snr², but never more than the error floor allows.
 * @param floor smallest error believed
 */
export function addNoise(flux: Float32Array, ivar: Float32Array, { seed, row, snr }: NoiseKey, floor: number): void {
  const random = new Random(seed, STREAM, row, Math.round(1000 * snr));
  const weight = Math.min(snr ** 2, floor ** -2);
  for (let i = 0; i < flux.length; i++) {
    if (!usable(flux[i], ivar[i])) continue;
    flux[i] += random.normal() / snr;
    ivar[i] = weight;
  }
}

/** A signal to noise of each row's own, log-uniform between two bounds. */
export function logUniformSnr(seed: number, row: number, [low, high]: readonly [number, number]): number {
  return low * (high / low) ** new Random(seed, STREAM, row).uniform();
}

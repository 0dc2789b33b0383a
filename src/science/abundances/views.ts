import { Random } from '../networks/random.js';
import { type LatentBatch, pickLatents, thinLatents } from './latentBatch.js';

/** Lowest signal to noise per pixel that stars are thinned to. */
export const LEAST_SNR = 15;

/** Held-out stars, each seen at its own signal to noise and at lower ones. */
export interface Views {
  readonly latents: LatentBatch;
  /** Row of the reference set that a view shows. */
  readonly row: Int32Array;
  /** Signal to noise per pixel of each view. */
  readonly snr: Float64Array;
}

/** @param thinned views of each star beside its own */
export function viewsOf(
  latents: LatentBatch,
  snr: Float64Array,
  rows: Int32Array,
  thinned: number,
  seed: number,
): Views {
  const random = new Random(seed, 0x71e75);
  const row = Int32Array.from({ length: rows.length * (thinned + 1) }, (_, i) => rows[i % rows.length]);
  const seen = Float64Array.from(row, (each, i) => (i < rows.length ? snr[each] : lowerSnr(snr[each], random)));
  const shares = seen.map((value, i) => (value / snr[row[i]]) ** 2);
  return { latents: thinLatents(pickLatents(latents, row), shares, random), row, snr: seen };
}

/** The stars at lower signal to noise, each its own. */
export function redraw(latents: LatentBatch, snr: ArrayLike<number>, random: Random): LatentBatch {
  const shares = Float64Array.from({ length: latents.rows }, (_, i) => (lowerSnr(snr[i], random) / snr[i]) ** 2);
  return thinLatents(latents, shares, random);
}

/** Log-uniform between the lowest and the star's own. */
function lowerSnr(own: number, random: Random): number {
  const low = Math.min(own, LEAST_SNR);
  return low * (own / low) ** random.uniform();
}

/**
 * Signal to noise per pixel of every star: as the survey states it, else as its information tells, which grows with its square.
 * @param perInformation snr / √(trace L / n) of the reference set
 */
export function completeSnr(snr: ArrayLike<number>, latents: LatentBatch, perInformation: number): Float64Array {
  return Float64Array.from({ length: latents.rows }, (_, row) =>
    snr[row] > 0 ? snr[row] : perInformation * Math.sqrt(meanInformation(latents, row)),
  );
}

/** Median of snr / √(trace L / n) over the stars whose snr is known; 1 where none is. */
export function snrPerInformation(snr: ArrayLike<number>, latents: LatentBatch): number {
  const ratios = Array.from({ length: latents.rows }, (_, row) => snr[row] / Math.sqrt(meanInformation(latents, row)))
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .sort((a, b) => a - b);
  return ratios[ratios.length >> 1] ?? 1;
}

function meanInformation({ information, latentSize: n, rows }: LatentBatch, row: number): number {
  const width = information.length / rows;
  let trace = 0;
  for (let i = 0; i < n; i++) trace += information[row * width + (i * (i + 3)) / 2];
  return Math.max(trace / n, Number.MIN_VALUE);
}

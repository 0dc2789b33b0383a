import { completedSnr, meanInformation } from '../../domain/signalToNoise.js';
import { Random } from '../networks/random.js';
import { joinLatents, type LatentBatch, pickLatents, thinLatents } from './latentBatch.js';
import type { ReferenceSet, ViewPlan } from './referenceSet.js';

/** Lowest signal to noise per pixel that stars are seen at. */
export const LEAST_SNR = 15;

/** Each of these stars so many times, at a signal to noise that is log-uniform between the lowest and its own. */
export function planViews(
  { snr: given, latents }: Pick<ReferenceSet, 'snr' | 'latents'>,
  rows: ArrayLike<number>,
  times: number,
  seed: number,
): ViewPlan {
  const random = new Random(seed, 0x71e75);
  const snr = completeSnr(given, latents, snrPerInformation(given, latents));
  const row = Int32Array.from({ length: rows.length * times }, (_, i) => rows[i % rows.length]);
  return { row, share: Float64Array.from(row, (each) => (lowerSnr(snr[each], random) / snr[each]) ** 2) };
}

/** Held-out stars, each seen at its own signal to noise and at lower ones. */
export interface Views {
  readonly latents: LatentBatch;
  /** Row of the reference set that a view shows; the first are the stars as they are. */
  readonly row: Int32Array;
  /** Signal to noise per pixel of each view. */
  readonly snr: Float64Array;
}

/** Of the views of a reference set those of these rows, behind the stars as they are. */
export function viewsOf({ latents, snr, views }: ReferenceSet, rows: Int32Array): Views {
  const own: Views = {
    latents: pickLatents(latents, rows),
    row: rows,
    snr: Float64Array.from(rows, (row) => snr[row]),
  };
  if (!views) return own;
  const held = new Set(rows);
  const chosen = Array.from(views.row.keys()).filter((view) => held.has(views.row[view]));
  return {
    latents: joinLatents([own.latents, pickLatents(views.latents, chosen)]),
    row: Int32Array.from([...rows, ...chosen.map((view) => views.row[view])]),
    snr: Float64Array.from([...own.snr, ...chosen.map((view) => snr[views.row[view]] * Math.sqrt(views.share[view]))]),
  };
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
    completedSnr(snr[row], informationOf(latents, row), perInformation),
  );
}

/** Median of snr / √(trace L / n) over the stars whose snr is known; 1 where none is. */
export function snrPerInformation(snr: ArrayLike<number>, latents: LatentBatch): number {
  const ratios = Array.from(
    { length: latents.rows },
    (_, row) => snr[row] / Math.sqrt(meanInformation(informationOf(latents, row))),
  )
    .filter((ratio) => ratio > 0 && Number.isFinite(ratio))
    .sort((a, b) => a - b);
  return ratios[ratios.length >> 1] ?? 1;
}

function informationOf({ information, rows }: LatentBatch, row: number): Float32Array {
  const width = information.length / rows;
  return information.subarray(row * width, (row + 1) * width);
}

import { Random } from '../networks/random.js';
import type { LatentBatch } from './latentBatch.js';

/** Stars with known abundances and their latents: what an estimator is made from. */
export interface ReferenceSet {
  readonly latents: LatentBatch;
  readonly elements: readonly string[];
  /** rows x elements, [Fe/H] for Fe and [X/Fe] for the others, dex; NaN where not known. */
  readonly abundances: Float64Array;
  /** Signal to noise per pixel; NaN where not known. */
  readonly snr: Float64Array;
  /** Noisier spectra of its calibration stars; absent: errors are calibrated at the stars' own signal to noise alone. */
  readonly views?: NoisierViews | undefined;
}

/** Noisier spectra of some stars of a reference set, to be made and encoded. */
export interface ViewPlan {
  /** Row of the reference set that a view shows. */
  readonly row: Int32Array;
  /** What is left of its information: the squared ratio of the signals to noise, 0 to 1. */
  readonly share: Float64Array;
}

/** The same, with what a model made of these spectra. */
export interface NoisierViews extends ViewPlan {
  readonly latents: LatentBatch;
}

/** Which rows are learnt from, chosen by, and held out to calibrate the errors. */
export interface ReferenceSplit {
  readonly training: Int32Array;
  readonly validation: Int32Array;
  readonly calibration: Int32Array;
}

/** Shares of the stars; the rest is for training. */
const CALIBRATION = 0.3;
const VALIDATION = 0.08;

/**
 * Deals the stars out at random. Stars of the very same abundances, twins of a simulation, stay together: a network that has learnt one knows the other.
 * @param share of the stars that is held out to calibrate the errors
 */
export function splitReference(
  { abundances, elements, latents }: ReferenceSet,
  seed: number,
  share = CALIBRATION,
): ReferenceSplit {
  const groups = new Map<string, number[]>();
  for (let row = 0; row < latents.rows; row++) {
    const key = abundances.subarray(row * elements.length, (row + 1) * elements.length).join(' ');
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  }
  const all = [...groups.values()];
  const dealt = Array.from(new Random(seed, 0x5b117).permutation(all.length), (i) => all[i]);
  const split = { training: [] as number[], validation: [] as number[], calibration: [] as number[] };
  for (const group of dealt) {
    const { calibration, validation } = split;
    const target =
      calibration.length < share * latents.rows
        ? calibration
        : validation.length < VALIDATION * latents.rows
          ? validation
          : split.training;
    target.push(...group);
  }
  return {
    training: Int32Array.from(split.training),
    validation: Int32Array.from(split.validation),
    calibration: Int32Array.from(split.calibration),
  };
}

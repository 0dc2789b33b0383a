import type { Tensor2D } from '@tensorflow/tfjs';
import { usable } from '../../domain/spectrum.js';
import type { Backend } from '../networks/backend.js';
import { readOut } from '../networks/readOut.js';
import type { RowSource } from './rowSource.js';
import type { TrainingStatistics } from './trainingStatistics.js';

/** Orthonormal directions in the space of covered pixels: `size` rows. */
export interface Directions {
  readonly size: number;
  /** size x covered pixels. */
  readonly values: Float32Array;
}

/** What is known so far of all spectra, to fill pixels that say little: coefficients (spectra x size) along directions. */
export interface Fill {
  readonly coefficients: Float32Array;
  readonly directions: Directions;
}

/** One look at all spectra along L directions. */
export interface PassResult {
  /** spectra x L: coefficients along the directions. */
  readonly coefficients: Float32Array;
  /** L x L: sum over spectra of weight times coefficients times their transpose. */
  readonly gram: Float64Array;
  /** L x covered pixels: the directions, multiplied by the sum over spectra of weight times spectrum times its transpose. */
  readonly image: Float32Array;
  /** Mean over the pixels that were not filled altogether of weight times the variance of their noise. */
  readonly noise: number;
  /** Sum over spectra and pixels of weight times the square. */
  readonly total: number;
  /**
   * Weighted mean of the spectra, filled as they are: closer to the truth than the mean that was taken off, which knew the good pixels
   * only.
   */
  readonly mean: Float32Array;
}

/** Spectra a slice: 17 MB of APOGEE flux and ivar, and as much again in work. */
export const SLICE = 256;

export async function runPass(
  { tf }: Backend,
  source: RowSource,
  statistics: TrainingStatistics,
  { size, values }: Directions,
  fill: Fill | null,
  advance: (rows: number) => void,
): Promise<PassResult> {
  const pixels = statistics.covered.length;
  const coefficients = new Float32Array(source.rows * size);
  const gram = new Float64Array(size * size);
  const sums = { noise: 0, pixels: 0, total: 0, mean: new Float64Array(pixels) };
  const along = tf.tensor2d(values, [size, pixels]);
  const fillAlong = fill && tf.tensor2d(fill.directions.values, [fill.directions.size, pixels]);
  let image = tf.zeros([size, pixels]) as Tensor2D;
  try {
    for (let start = 0; start < source.rows; start += SLICE) {
      const count = Math.min(SLICE, source.rows - start);
      const slice = new WeightedSlice(statistics, await source.read(start, count), start, count, source.pixels);
      if (fill && fillAlong && !slice.whole) {
        const own = fill.coefficients.subarray(start * fill.directions.size, (start + count) * fill.directions.size);
        slice.fill(readOut(tf.tidy(() => tf.matMul(tf.tensor2d(own, [count, fill.directions.size]), fillAlong))));
      }
      const before = image;
      const [c, products, sum] = tf.tidy(() => {
        const rows = tf.tensor2d(slice.rows, [count, pixels]);
        const c = tf.matMul<Tensor2D>(rows, along, false, true);
        return [c, tf.matMul<Tensor2D>(c, c, true), tf.add<Tensor2D>(before, tf.matMul(c, rows, true))] as const;
      });
      image = sum;
      const values = readOut(products);
      for (let i = 0; i < gram.length; i++) gram[i] += values[i];
      coefficients.set(slice.unweight(readOut(c), size), start * size);
      before.dispose();
      sums.noise += slice.noise;
      sums.pixels += slice.pixels;
      sums.total += slice.addTo(sums.mean);
      advance(count);
    }
    return {
      coefficients,
      gram,
      image: image.dataSync<'float32'>(),
      noise: sums.noise / sums.pixels,
      total: sums.total,
      mean: statistics.mean.map((value, p) => value + sums.mean[p] / statistics.spectra),
    };
  } finally {
    tf.dispose(fillAlong ? [along, image, fillAlong] : [along, image]);
  }
}

/** A pixel of less than this fraction of its spectrum's mean inverse variance is filled in part; a flagged one altogether. */
const TRUSTED = 0.5;

/**
 * A slice of spectra, less the mean, each times the root of its weight: its level of inverse variance in units of the mean over spectra.
 */
class WeightedSlice {
  /** count x covered pixels. */
  readonly rows: Float32Array;
  /** No pixel is to be filled. */
  whole = true;
  /** Sum of weight times the variance of the noise, and the number of pixels it is over. */
  noise = 0;
  pixels = 0;
  /** The part of every pixel that is to be filled, times the root of the weight. */
  private readonly missing: Float32Array;
  private readonly roots: Float64Array;

  constructor(
    { covered, mean, level, meanLevel }: TrainingStatistics,
    { flux, ivar }: { flux: Float32Array; ivar: Float32Array },
    start: number,
    count: number,
    pixels: number,
  ) {
    this.rows = new Float32Array(count * covered.length);
    this.missing = new Float32Array(count * covered.length);
    this.roots = Float64Array.from(level.subarray(start, start + count), (own) => Math.sqrt(own / meanLevel));
    for (let row = 0, at = 0; row < count; row++) {
      const root = this.roots[row];
      const trusted = TRUSTED * level[start + row];
      for (let p = 0; p < covered.length; p++, at++) {
        const i = row * pixels + covered[p];
        const trust = usable(flux[i], ivar[i]) ? Math.min(1, ivar[i] / trusted) : 0;
        if (trust > 0) {
          this.rows[at] = root * trust * (flux[i] - mean[p]);
          this.noise += (root * trust) ** 2 / ivar[i];
          this.pixels++;
        }
        if (trust === 1) continue;
        this.missing[at] = root * (1 - trust);
        this.whole = false;
      }
    }
  }

  /** @param model count x covered pixels, unweighted */
  fill(model: Float32Array): void {
    for (let i = 0; i < model.length; i++) this.rows[i] += this.missing[i] * model[i];
  }

  /** Takes the weights out of coefficients, count x size. */
  unweight(coefficients: Float32Array, size: number): Float32Array {
    return coefficients.map((value, i) => value / (this.roots[Math.floor(i / size)] || 1));
  }

  /** Adds the weighted sum of the spectra to `sum`. @returns the sum of the squares */
  addTo(sum: Float64Array): number {
    let squares = 0;
    for (let at = 0, row = 0; row < this.roots.length; row++)
      for (let p = 0; p < sum.length; p++, at++) {
        sum[p] += this.roots[row] * this.rows[at];
        squares += this.rows[at] ** 2;
      }
    return squares;
  }
}

import { usable } from '../../domain/spectrum.js';
import type { BasisNumbers } from './basisNumbers.js';

/**
 * Spectra over the covered pixels of a basis. Inverse variances, the truncation added to the noise, are in units of each spectrum's own
 * level: their mean over its good pixels, 0 where it has none. Flagged pixels are exact zeros, whatever their flux.
 */
export class ScaledSlice {
  /** rows x covered: relative inverse variance times (flux - mean). */
  readonly weighted: Float32Array;
  readonly levels: Float64Array;
  private readonly width: number;
  private readonly uneven: number[] = [];
  /** Of the uneven rows alone, one after another: most surveys' spectra have some, simulated ones none. */
  private unevenWeights: Float32Array | null = null;

  constructor(
    private readonly basis: BasisNumbers,
    private readonly flux: Float32Array,
    ivar: Float32Array,
    readonly rows: number,
  ) {
    this.width = basis.covered.length;
    this.weighted = new Float32Array(rows * this.width);
    this.levels = new Float64Array(rows);
    const effective = new Float64Array(this.width);
    for (let row = 0; row < rows; row++) {
      const { level, spread } = levelOf(effective, row, basis, flux, ivar);
      this.levels[row] = level;
      if (level === 0) continue;
      if (spread > EVEN) this.takeUneven(row, effective, level);
      else this.takeEven(row);
    }
  }

  /** Rows with a good pixel whose inverse variance is not the same in every pixel. */
  unevenRows(): readonly number[] {
    return this.uneven;
  }

  /** Relative inverse variance less 1 of the uneven rows, one after another. */
  deviations(): Float32Array {
    return this.unevenWeights?.subarray(0, this.uneven.length * this.width) ?? new Float32Array();
  }

  /** rows x covered: relative inverse variance; null where it is 1 everywhere. */
  relative(): Float32Array | null {
    if (!this.uneven.length) return null;
    const { width } = this;
    const relative = new Float32Array(this.rows * width).fill(1);
    const deviations = this.deviations();
    this.uneven.forEach((row, i) => {
      for (let p = 0; p < width; p++) relative[row * width + p] += deviations[i * width + p];
    });
    return relative;
  }

  private takeEven(row: number): void {
    const { width, weighted, flux } = this;
    const { covered, mean, pixels } = this.basis;
    for (let p = 0, at = row * width; p < width; p++, at++) weighted[at] = flux[row * pixels + covered[p]] - mean[p];
  }

  private takeUneven(row: number, effective: Float64Array, level: number): void {
    const { width, weighted, flux } = this;
    const { covered, mean, pixels } = this.basis;
    this.unevenWeights ??= new Float32Array((this.rows - row) * width);
    const deviations = this.unevenWeights;
    const start = this.uneven.push(row) * width - width;
    for (let p = 0, at = row * width; p < width; p++, at++) {
      const relative = effective[p] / level;
      deviations[start + p] = relative - 1;
      if (relative > 0) weighted[at] = relative * (flux[row * pixels + covered[p]] - mean[p]);
    }
  }
}

/**
 * The mean effective inverse variance over good pixels, 0 where there are none, and how far one of any pixel is from it, relative to it.
 * @param effective by covered pixel; filled
 */
function levelOf(
  effective: Float64Array,
  row: number,
  { pixels, covered, truncation }: BasisNumbers,
  flux: Float32Array,
  ivar: Float32Array,
): { level: number; spread: number } {
  let [sum, good, least, most] = [0, 0, Number.POSITIVE_INFINITY, 0];
  // Even noise needs one division, not one a pixel.
  let [last, value] = [Number.NaN, 0];
  for (let p = 0; p < effective.length; p++) {
    const i = row * pixels + covered[p];
    const weight = ivar[i];
    if (!usable(flux[i], weight)) {
      effective[p] = least = 0;
      continue;
    }
    if (weight !== last) {
      last = weight;
      value = weight / (1 + weight * truncation);
      if (value < least) least = value;
      if (value > most) most = value;
    }
    effective[p] = value;
    sum += value;
    good++;
  }
  if (good === 0) return { level: 0, spread: 0 };
  const level = sum / good;
  return { level, spread: Math.max(most - level, level - least) / level };
}

/** Inverse variances that differ by less than this fraction are one: single precision's own noise. */
const EVEN = 1e-6;

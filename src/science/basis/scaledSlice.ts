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
  /** rows x covered: relative inverse variance less 1. */
  private readonly deviations: Float32Array;
  private readonly uneven: number[] = [];

  constructor(
    { pixels, covered, mean, truncation }: BasisNumbers,
    flux: Float32Array,
    ivar: Float32Array,
    readonly rows: number,
  ) {
    const width = covered.length;
    this.weighted = new Float32Array(rows * width);
    this.deviations = new Float32Array(rows * width).fill(-1);
    this.levels = new Float64Array(rows);
    const effective = new Float64Array(width);
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      let good = 0;
      for (let p = 0; p < width; p++) {
        const i = row * pixels + covered[p];
        effective[p] = usable(flux[i], ivar[i]) ? ivar[i] / (1 + ivar[i] * truncation) : 0;
        if (effective[p] === 0) continue;
        sum += effective[p];
        good++;
      }
      if (good === 0) continue;
      this.levels[row] = sum / good;
      let largest = 0;
      for (let p = 0, at = row * width; p < width; p++, at++) {
        const relative = effective[p] / this.levels[row];
        largest = Math.max(largest, Math.abs(relative - 1));
        this.deviations[at] = relative - 1;
        if (relative > 0) this.weighted[at] = relative * (flux[row * pixels + covered[p]] - mean[p]);
      }
      if (largest > EVEN) this.uneven.push(row);
    }
  }

  /** Rows with a good pixel whose inverse variance is not the same in every pixel. */
  unevenRows(): readonly number[] {
    return this.uneven;
  }

  /** Relative inverse variance less 1 of these rows, one after another. */
  deviationsOf(rows: readonly number[]): Float32Array {
    const width = this.deviations.length / this.rows;
    if (rows.length === this.rows) return this.deviations;
    const picked = new Float32Array(rows.length * width);
    rows.forEach((row, i) => {
      picked.set(this.deviations.subarray(row * width, (row + 1) * width), i * width);
    });
    return picked;
  }
}

/** Inverse variances that differ by less than this fraction are one: single precision's own noise. */
const EVEN = 1e-6;

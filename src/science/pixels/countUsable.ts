import { usable } from '../../domain/spectrum.js';

/** @returns how many of the covered pixels say something, row by row */
export function countUsable(
  covered: Int32Array,
  pixels: number,
  flux: Float32Array,
  ivar: Float32Array,
  rows: number,
): Int32Array {
  const counts = new Int32Array(rows);
  for (let row = 0; row < rows; row++) {
    let count = 0;
    for (let p = 0; p < covered.length; p++) {
      const i = row * pixels + covered[p];
      if (usable(flux[i], ivar[i])) count++;
    }
    counts[row] = count;
  }
  return counts;
}

import type { VectorSet } from '../surveyAnalysis/vectorSet.js';

/** Rounds of moving the centre to the mean of the members; few stars come or go after the first two. */
const ROUNDS = 5;

/** Mean vector of some rows. */
export function centreOf({ vectors, width }: VectorSet, rows: readonly number[]): Float32Array {
  const sum = new Float64Array(width);
  for (const row of rows) for (let k = 0; k < width; k++) sum[k] += vectors[row * width + k] / rows.length;
  return Float32Array.from(sum);
}

/** Root mean square distance of rows from a centre. */
export function spreadOf(set: VectorSet, rows: readonly number[], centre: Float32Array): number {
  return Math.sqrt(rows.reduce((sum, row) => sum + squareFrom(set, row, centre), 0) / rows.length);
}

/**
 * Those rows that one chemistry explains. Searched vectors are whitened by how spectra of one chemistry differ, so that each component of a member scatters by about 1 about the centre, and
 * the whole by √width; noisier stars scatter more.
 * @param reach furthest distance from the centre, in units of √width
 * @param start where to look first; the mean of all where left out
 */
export function withinReach(
  set: VectorSet,
  rows: readonly number[],
  reach: number,
  start: Float32Array = centreOf(set, rows),
): number[] {
  const limit = reach * reach * set.width;
  let centre = start;
  let members: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    members = rows.filter((row) => squareFrom(set, row, centre) <= limit);
    if (members.length === 0) return members;
    centre = centreOf(set, members);
  }
  return members;
}

function squareFrom({ vectors, width }: VectorSet, row: number, centre: Float32Array): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += (vectors[row * width + k] - centre[k]) ** 2;
  return sum;
}

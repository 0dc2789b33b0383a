import type { SharedCondition, Sharing } from '../../domain/systematics.js';
import { NearestRows, squaredDistance } from '../evaluation/nearest.js';
import type { Random } from '../networks/random.js';
import { pickRows, type VectorSet } from '../surveyAnalysis/vectorSet.js';

/** Neighbours of each star that are looked at. */
const NEIGHBOURS = 10;
const LEAST_STARS = 50;
/** Share of the neighbours that lie within the reach. */
const WITHIN = 0.9;

export interface SharingTest {
  readonly shuffles: number;
  readonly falseAlarms: number;
  readonly random: Random;
}

/**
 * Whether the nearest stars share a condition more often than stars to which it was dealt anew.
 * @param keys what a star must have in common with another to share it; null where it is not known
 * @returns null where too few stars have one, or none share one
 */
export function sharingOf(
  condition: SharedCondition,
  keys: readonly (string | null)[],
  set: VectorSet,
  { shuffles, falseAlarms, random }: SharingTest,
): Sharing | null {
  const rows = [...keys.keys()].filter((row) => keys[row] !== null);
  if (rows.length < LEAST_STARS) return null;
  const numbers = new Map([...new Set(rows.map((row) => keys[row]))].map((key, number) => [key, number]));
  if (numbers.size < 2) return null;
  const own = Int32Array.from(rows, (row) => numbers.get(keys[row]) ?? 0);
  const { near, distances } = neighboursOf(pickRows(set, rows));
  const share = (dealt: (row: number) => number) => {
    let sharing = 0;
    for (let i = 0; i < near.length; i++) if (dealt(Math.floor(i / NEIGHBOURS)) === dealt(near[i])) sharing++;
    return sharing / near.length;
  };
  const observed = share((row) => own[row]);
  let [sum, asMany] = [0, 0];
  for (let i = 0; i < shuffles; i++) {
    const order = random.permutation(own.length);
    const value = share((row) => own[order[row]]);
    sum += value;
    if (value >= observed) asMany++;
  }
  const expected = sum / shuffles;
  const probability = (1 + asMany) / (1 + shuffles);
  return {
    condition,
    stars: rows.length,
    neighbours: NEIGHBOURS,
    observed,
    expected,
    probability,
    reach: distances[Math.floor(WITHIN * (distances.length - 1))],
    explains: probability <= falseAlarms && observed > 2 * expected,
  };
}

/** @returns rows x NEIGHBOURS: the nearest of each; and all their distances, ascending */
function neighboursOf({ vectors, rows, width }: VectorSet): { near: Int32Array; distances: Float64Array } {
  const near = new Int32Array(rows * NEIGHBOURS);
  const distances = new Float64Array(rows * NEIGHBOURS);
  const nearest = new NearestRows(NEIGHBOURS);
  for (let row = 0, at = 0; row < rows; row++) {
    nearest.find(vectors, rows, width, row);
    for (const other of nearest.rows) {
      near[at] = other;
      distances[at++] = Math.sqrt(
        squaredDistance(vectors, row * width, other * width, width, Number.POSITIVE_INFINITY),
      );
    }
  }
  return { near, distances: distances.sort() };
}

import { Random } from '../../src/science/networks/random.js';
import type { PairLabels } from './pairSet.js';

/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0xa5c;

/**
 * The stars whose twins are looked for: all that have one, or so many of them, drawn without regard to pairs. Every other star stays a candidate.
 * @param most null: all
 * @returns row of the twin of each row that is asked for, -1 for the others
 */
export function queriedTwins({ twin }: PairLabels, most: number | null, seed: number): Int32Array {
  const rows = [...twin.keys()].filter((row) => twin[row] >= 0);
  if (most === null || most >= rows.length) return twin;
  const random = new Random(seed, STREAM);
  const queried = new Int32Array(twin.length).fill(-1);
  for (let i = 0; i < most; i++) {
    const other = i + random.integer(rows.length - i);
    [rows[i], rows[other]] = [rows[other], rows[i]];
    queried[rows[i]] = twin[rows[i]];
  }
  return queried;
}

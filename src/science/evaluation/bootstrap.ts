import { Random } from '../networks/random.js';

/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0xb007;
const RESAMPLES = 400;

/** A share with its standard error, both from 0 to 1. */
export interface Share {
  readonly value: number;
  readonly error: number;
}

/**
 * The share of rows that are 1, and its standard error by resampling pairs: the two stars of a pair succeed or fail together more often than not.
 * @param success by row: 1 or 0; -1 for a row that does not count
 * @param pair by row: the number of its pair
 */
export function bootstrapShare(success: ArrayLike<number>, pair: Int32Array, seed: number): Share {
  const { value, error } = bootstrapRatio(success, ones(success), pair, seed);
  return { value, error };
}

/**
 * The ratio of two numbers of successes on the same rows: recovery by a method over that by another. Errors that the two have in common cancel.
 * @param of, to by row: 1 or 0; a row that is -1 in either does not count
 */
export function bootstrapRatio(of: ArrayLike<number>, to: ArrayLike<number>, pair: Int32Array, seed: number): Share {
  const sums = new Map<number, [number, number]>();
  for (let row = 0; row < pair.length; row++) {
    if (of[row] < 0 || to[row] < 0) continue;
    const sum = sums.get(pair[row]) ?? [0, 0];
    sum[0] += of[row];
    sum[1] += to[row];
    sums.set(pair[row], sum);
  }
  const pairs = [...sums.values()];
  const ratio = (drawn: Iterable<[number, number]>) => {
    let [above, below] = [0, 0];
    for (const [a, b] of drawn) {
      above += a;
      below += b;
    }
    return above / below;
  };
  const random = new Random(seed, STREAM);
  const resampled = Array.from({ length: RESAMPLES }, () =>
    ratio(pairs.map(() => pairs[random.integer(pairs.length)])),
  ).filter(Number.isFinite);
  return { value: ratio(pairs), error: deviation(resampled) };
}

function deviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function ones(success: ArrayLike<number>): Int8Array {
  return Int8Array.from(success, (value) => (value < 0 ? -1 : 1));
}

import { setImmediate } from 'node:timers/promises';
import { InputError } from '../../domain/errors.js';
import { rankByDistance } from './twinRanks.js';

const LONGEST_TURN_MS = 20;

/** How well plain L2 distance finds each star's true chemical twin among all others (de Mijolla et al. 2021, Fig. 3). */
export interface TwinRecovery {
  /** Stars with a twin: the number of queries. */
  readonly queries: number;
  /** Fraction of queries whose twin is the nearest of all other stars: the y-intercept of Fig. 3. */
  readonly recovered: number;
  /**
   * Standard error of `recovered`. The two stars of a pair succeed or fail together more often than not, so pairs, not stars, are taken as
   * independent.
   */
  readonly standardError: number;
  /**
   * Per row: how many other stars are nearer than the twin; -1 for a star without one. Of the stars exactly as near as the twin half count,
   * rounded up: latents that have collapsed to one point recover nothing.
   */
  readonly ranks: Int32Array;
  /** Median of the ranks. */
  readonly median: number;
  /** `recovered` if the order were random: 1 / (rows - 1). */
  readonly chance: number;
}

/**
 * @param vectors rows x width: what is searched. All rows are candidates, with a twin or without
 * @param twin row of each row's twin, or -1
 * @param signal stops it between rows
 * @throws InputError when a vector is not finite (its distances would compare as the nearest), when no row has a twin, or when a twin is not another row
 */
export async function twinRecovery(
  vectors: Float32Array,
  rows: number,
  width: number,
  twin: Int32Array,
  signal?: AbortSignal,
): Promise<TwinRecovery> {
  check(vectors, rows, width, twin);
  const ranks = new Int32Array(rows).fill(-1);
  let breath = performance.now();
  for (let row = 0; row < rows; row++) {
    if (twin[row] >= 0) ranks[row] = rankByDistance(vectors, rows, width, row, twin[row]);
    if (performance.now() - breath < LONGEST_TURN_MS) continue;
    // This may run in the process that serves requests.
    await setImmediate();
    signal?.throwIfAborted();
    breath = performance.now();
  }
  const sorted = ranks.filter((rank) => rank >= 0).sort();
  const queries = sorted.length;
  const recovered = sorted.filter((rank) => rank === 0).length / queries;
  const median = (sorted[(queries - 1) >> 1] + sorted[queries >> 1]) / 2;
  return {
    queries,
    recovered,
    standardError: pairError(ranks, twin, recovered),
    ranks,
    median,
    chance: 1 / (rows - 1),
  };
}

/** Standard error of a mean over clusters: the root of the summed squares of each pair's excess over the mean. */
function pairError(ranks: Int32Array, twin: Int32Array, mean: number): number {
  const excess = new Map<number, number>();
  let queries = 0;
  for (let row = 0; row < ranks.length; row++) {
    if (twin[row] < 0) continue;
    const pair = Math.min(row, twin[row]);
    excess.set(pair, (excess.get(pair) ?? 0) + (ranks[row] === 0 ? 1 : 0) - mean);
    queries++;
  }
  let squares = 0;
  for (const value of excess.values()) squares += value * value;
  return Math.sqrt(squares) / queries;
}

function check(vectors: Float32Array, rows: number, width: number, twin: Int32Array): void {
  if (vectors.length !== rows * width) throw new InputError('vectors', `${rows} x ${width} values`, vectors.length);
  if (twin.length !== rows) throw new InputError('twin', `${rows} rows`, twin.length);
  const bad = vectors.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) throw new InputError('vectors', 'finite numbers', `${vectors[bad]} in row ${Math.floor(bad / width)}`);
  const stray = twin.findIndex((other, row) => other === row || other >= rows);
  if (stray >= 0) throw new InputError('twin', `another of ${rows} rows, or -1`, `${twin[stray]} for row ${stray}`);
  if (!twin.some((other) => other >= 0)) throw new InputError('twin', 'at least one row with a twin', 'none');
}

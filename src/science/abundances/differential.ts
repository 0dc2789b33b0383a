import {
  type DifferentialErrors,
  differenceVariance,
  inputDistance,
  type SpeciesDifferential,
} from '../../domain/differentialAbundance.js';
import { Random } from '../networks/random.js';
import { conformalQuantile, type HeldOutEstimates } from './errorModel.js';

/** Pairs of stars that the errors of differences are fitted on: half picked at random, half the nearest of some. */
const PAIRS = 20_000;
const CANDIDATES = 40;
/** Tried values: of l, and of s over the systematic error of single stars. */
const LENGTHS = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5] as const;
const SHARES = [0.4, 0.55, 0.7, 0.85, 1, 1.2, 1.4] as const;
/** Errors of two stars of an estimator that makes none, dex: keeps a logarithm finite. */
const FLOOR = 1e-6;

interface Pair {
  readonly a: number;
  readonly b: number;
  readonly distance: number;
}

/**
 * How far the errors of two stars are the same, from held-out stars.
 * @param inputs rows x width, unscaled; @param scale their scatter
 */
export function fitDifferential(
  held: HeldOutEstimates,
  systematic: Float64Array,
  inputs: Float64Array,
  scale: readonly number[],
  seed: number,
): DifferentialErrors {
  const pairs = pickPairs(held.rows, inputs, scale, seed);
  return { scale, species: Array.from(systematic, (own, s) => fitSpecies(held, s, own, pairs)) };
}

function pickPairs(rows: number, inputs: Float64Array, scale: readonly number[], seed: number): Pair[] {
  const random = new Random(seed, 0xd1ff);
  const width = scale.length;
  const of = (row: number) => inputs.subarray(row * width, (row + 1) * width);
  const count = Math.min(PAIRS, rows * 10);
  return Array.from({ length: count }, (_, i) => {
    const a = random.integer(rows);
    let nearest: Pair | null = null;
    for (let c = 0; c < (i % 2 === 0 ? 1 : CANDIDATES); c++) {
      const b = random.integer(rows);
      const distance = inputDistance(of(a), of(b), scale);
      if (distance > 0 && (!nearest || distance < nearest.distance)) nearest = { a, b, distance };
    }
    return nearest ?? { a, b: a, distance: 0 };
  }).filter(({ a, b }) => a !== b);
}

function fitSpecies(
  held: HeldOutEstimates,
  s: number,
  systematic: number,
  pairs: readonly Pair[],
): SpeciesDifferential {
  const error = (row: number) => held.values[row * held.species + s] - held.truth[row * held.species + s];
  const noise = (row: number) => held.noise[row * held.species + s];
  const known = pairs
    .map(({ a, b, distance }) => ({
      square: (error(a) - error(b)) ** 2,
      noise: [noise(a), noise(b)] as const,
      distance,
    }))
    .filter(({ square }) => Number.isFinite(square));
  let best = { systematic, length: 1, misfit: Number.POSITIVE_INFINITY };
  for (const share of SHARES)
    for (const length of LENGTHS) {
      const tried = { systematic: share * systematic, length };
      let misfit = 0;
      for (const pair of known) {
        const variance = differenceVariance(tried, pair.noise, pair.distance) + FLOOR ** 2;
        misfit += Math.log(variance) + pair.square / variance;
      }
      if (misfit < best.misfit) best = { ...tried, misfit };
    }
  const { misfit: _, ...fitted } = best;
  const scores = known.map(({ square, noise, distance }) =>
    Math.sqrt(square / (differenceVariance(fitted, noise, distance) + FLOOR ** 2)),
  );
  return { ...fitted, factor: conformalQuantile(scores, 0.6827), factor95: conformalQuantile(scores, 0.95) };
}

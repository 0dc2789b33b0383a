import {
  type DifferentialErrors,
  differenceVariance,
  inputDistance,
  type SpeciesDifferential,
} from '../../domain/differentialAbundance.js';
import { Random } from '../networks/random.js';
import { conformalQuantile } from './conformal.js';
import type { ErrorModel, HeldOutEstimates } from './errorModel.js';

/** Pairs of stars that the errors of differences are fitted on: in turn any two, and the nearest of some, so that all distances are there. */
const PAIRS = 20_000;
const CANDIDATES = [1, 8, 50, 300] as const;
/** Tried values: of l, and of s over the systematic error of single stars. */
const LENGTHS = [0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1, 1.5] as const;
const SHARES = [0, 0.3, 0.5, 0.7, 0.85, 1] as const;
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
  errors: ErrorModel,
  inputs: Float64Array,
  scale: readonly number[],
  seed: number,
): DifferentialErrors {
  const pairs = pickPairs(held.rows, inputs, scale, seed);
  return { scale, species: Array.from(errors.systematic, (_, s) => fitSpecies(held, errors, s, pairs)) };
}

function pickPairs(rows: number, inputs: Float64Array, scale: readonly number[], seed: number): Pair[] {
  const random = new Random(seed, 0xd1ff);
  const width = scale.length;
  const of = (row: number) => inputs.subarray(row * width, (row + 1) * width);
  const count = Math.min(PAIRS, rows * 10);
  return Array.from({ length: count }, (_, i) => {
    const a = random.integer(rows);
    let nearest: Pair | null = null;
    for (let c = 0; c < CANDIDATES[i % CANDIDATES.length]; c++) {
      const b = random.integer(rows);
      const distance = inputDistance(of(a), of(b), scale);
      if (distance > 0 && (!nearest || distance < nearest.distance)) nearest = { a, b, distance };
    }
    return nearest ?? { a, b: a, distance: 0 };
  }).filter(({ a, b }) => a !== b);
}

function fitSpecies(
  held: HeldOutEstimates,
  errors: ErrorModel,
  s: number,
  pairs: readonly Pair[],
): SpeciesDifferential {
  const error = (row: number) => held.values[row * held.species + s] - held.truth[row * held.species + s];
  const sigmas = Float64Array.from(
    held.snr,
    (snr, row) => errors.halfWidths(s, held.noise[row * held.species + s], snr, held.parameter[row])[0],
  );
  const known = pairs
    .map(({ a, b, distance }) => ({
      square: (error(a) - error(b)) ** 2,
      sigma: [sigmas[a], sigmas[b]] as const,
      distance,
    }))
    .filter(({ square }) => Number.isFinite(square));
  let best = { common: 0, length: 1, misfit: Number.POSITIVE_INFINITY };
  for (const share of SHARES)
    for (const length of share === 0 ? [1] : LENGTHS) {
      const tried = { common: share * errors.systematic[s], length };
      const misfit = misfitOf(known, tried);
      if (misfit < best.misfit) best = { ...tried, misfit };
    }
  const { misfit: _, ...fitted } = best;
  const scores = known.map((pair) => Math.sqrt(pair.square / variance(fitted, pair)));
  return {
    ...fitted,
    factor: Math.sqrt(scores.reduce((sum, score) => sum + score ** 2, 0) / Math.max(1, scores.length)),
    factor68: conformalQuantile(scores, 0.6827),
    factor95: conformalQuantile(scores, 0.95),
  };
}

interface KnownPair {
  readonly square: number;
  readonly sigma: readonly [number, number];
  readonly distance: number;
}

function variance(fitted: Pick<SpeciesDifferential, 'common' | 'length'>, { sigma, distance }: KnownPair): number {
  return differenceVariance(fitted, sigma, distance) + FLOOR ** 2;
}

/** Minus twice the logarithm of the likelihood of normal errors whose scale is the one that fits best. */
function misfitOf(known: readonly KnownPair[], tried: Pick<SpeciesDifferential, 'common' | 'length'>): number {
  let [squares, logarithms] = [0, 0];
  for (const pair of known) {
    const own = variance(tried, pair);
    squares += pair.square / own;
    logarithms += Math.log(own);
  }
  return known.length ? logarithms + known.length * Math.log(squares / known.length || 1) : 0;
}

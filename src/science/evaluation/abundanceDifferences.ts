import { setImmediate as breathe } from 'node:timers/promises';
import {
  type DifferentialErrors,
  differenceError,
  inputDistance,
  type StatedError,
} from '../../domain/differentialAbundance.js';
import { Random } from '../networks/random.js';
import type { TestedEstimates } from './abundanceCoverage.js';

/** Test stars whose differences are measured, all seen at some noise. */
export interface ComparedEstimates {
  readonly estimates: TestedEstimates;
  /** rows x width: what the estimator was given, unscaled. */
  readonly inputs: Float64Array;
  /** By row: what tells the stars apart. */
  readonly star: ArrayLike<number>;
  /** By row: signal to noise per pixel, and the first parameter that the model removes. */
  readonly snr: Float64Array;
  readonly parameter: Float64Array;
}

/** How well differences between stars are told. */
export interface SpeciesDifference {
  /** Root of the mean squared error of the difference, dex. */
  readonly rmse: number;
  /** What it would be if the errors of the two stars had nothing in common, dex. */
  readonly independent: number;
  /** Root mean square of that error in units of the stated one: 1 where errors are stated well. */
  readonly pull: number;
  /** The same if the errors of both stars were simply added in squares. */
  readonly pullOfSum: number;
  /** Share of the pairs whose true difference lies in the interval of 68.3 %, and of 95 %. */
  readonly within68: number;
  readonly within95: number;
}

/** Pairs of each star: a few stars of large errors count for less by whom they meet. */
const PAIRS = 3;
/** Stars that a neighbour is the nearest of. */
const NEIGHBOURS = 200;

/** Pairs that are looked for at a time, before others have their turn in this process. */
const CHUNK = 500;

/** Each star of the first with some of the second: picked at random, or each the nearest of others as an estimator sees them. A star makes no pair with itself. */
export async function pairsOf(
  first: Pick<ComparedEstimates, 'inputs' | 'star'>,
  second: Pick<ComparedEstimates, 'inputs' | 'star'>,
  scale: readonly number[],
  near: boolean,
  seed: number,
): Promise<[number, number][]> {
  const width = scale.length;
  const random = new Random(seed, 0xd1f2, Number(near));
  const pairs: [number, number][] = [];
  for (let i = 0; i < PAIRS * first.star.length; i++) {
    if (i % CHUNK === 0) await breathe();
    const a = i % first.star.length;
    let best: number | null = null;
    let least = Number.POSITIVE_INFINITY;
    for (let tried = 0; tried < (near ? NEIGHBOURS : 1); tried++) {
      const b = random.integer(second.star.length);
      if (second.star[b] === first.star[a]) continue;
      const distance = inputDistance(inputsOf(first, a, width), inputsOf(second, b, width), scale);
      if (distance < least) [best, least] = [b, distance];
    }
    if (best !== null) pairs.push([a, best]);
  }
  return pairs;
}

/** @param pairs a row of the first, and one of the second */
export async function measureDifferences(
  first: ComparedEstimates,
  second: ComparedEstimates,
  errors: DifferentialErrors,
  pairs: readonly (readonly [number, number])[],
): Promise<SpeciesDifference[]> {
  const { scale, species } = errors;
  const distances = pairs.map(([a, b]) =>
    inputDistance(inputsOf(first, a, scale.length), inputsOf(second, b, scale.length), scale),
  );
  const measured: SpeciesDifference[] = [];
  for (const s of species.keys()) {
    await breathe();
    measured.push(
      speciesDifference(
        pairs.map(([a, b], i) => {
          const [own, other] = [singleError(first, a, s), singleError(second, b, s)];
          const stated = [statedOf(first, a, s), statedOf(second, b, s)] as const;
          const { sigma, half68, half95 } = differenceError(errors, s, stated, distances[i]);
          return {
            error: Math.abs(own - other),
            independent: Math.hypot(own, other),
            sigma: sigma + 1e-9,
            half68,
            half95,
            sum: Math.hypot(stated[0].sigma, stated[1].sigma) + 1e-9,
          };
        }),
      ),
    );
  }
  return measured;
}

/** Of a pair in one species, dex: how much its difference errs, and what is stated of that. */
interface ToldDifference {
  readonly error: number;
  readonly independent: number;
  readonly sigma: number;
  readonly half68: number;
  readonly half95: number;
  readonly sum: number;
}

function speciesDifference(told: readonly ToldDifference[]): SpeciesDifference {
  const mean = (value: (pair: ToldDifference) => number) =>
    told.reduce((sum, pair) => sum + value(pair), 0) / told.length;
  const rms = (value: (pair: ToldDifference) => number) => Math.sqrt(mean((pair) => value(pair) ** 2));
  return {
    rmse: rms(({ error }) => error),
    independent: rms(({ independent }) => independent),
    pull: rms(({ error, sigma }) => error / sigma),
    pullOfSum: rms(({ error, sum }) => error / sum),
    within68: mean(({ error, half68 }) => Number(error <= half68)),
    within95: mean(({ error, half95 }) => Number(error <= half95)),
  };
}

function inputsOf({ inputs }: Pick<ComparedEstimates, 'inputs'>, row: number, width: number): Float64Array {
  return inputs.subarray(row * width, (row + 1) * width);
}

function singleError({ estimates: { value, truth, species } }: ComparedEstimates, row: number, s: number): number {
  return value[row * species + s] - truth[row * species + s];
}

function statedOf({ estimates, snr, parameter }: ComparedEstimates, row: number, s: number): StatedError {
  return { sigma: estimates.sigma[row * estimates.species + s], snr: snr[row], parameter: parameter[row] };
}

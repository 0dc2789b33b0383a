import { type DifferentialErrors, differenceVariance, inputDistance } from '../../domain/differentialAbundance.js';
import { Random } from '../networks/random.js';

/** Estimates of test stars beside what is true of them: rows x species, dex. */
export interface TestedEstimates {
  readonly rows: number;
  readonly species: number;
  readonly truth: Float64Array;
  readonly value: Float32Array;
  readonly sigma: Float32Array;
  readonly half95: Float32Array;
  /** By row: whether the estimate of each species is said to be reliable, rows x species. */
  readonly reliable: readonly boolean[];
  /** By row: what its thirds are told apart by. */
  readonly teff: Float64Array;
}

/** Share of test stars whose truth lies in the two intervals. */
export interface Coverage {
  readonly within68: number;
  readonly within95: number;
}

export interface SpeciesCoverage extends Coverage {
  /** Root of the mean squared error, and median of the stated 1-sigma error, dex. */
  readonly rmse: number;
  readonly sigma: number;
  /** In the coolest, the middle and the hottest third of the stars. */
  readonly thirds: readonly Coverage[];
  readonly reliable: number;
}

/** Coverage of each species. */
export function measureCoverage(tested: TestedEstimates): SpeciesCoverage[] {
  const order = Array.from(tested.teff.keys()).sort((a, b) => tested.teff[a] - tested.teff[b]);
  const third = (k: number) =>
    order.slice(Math.floor((k * order.length) / 3), Math.floor(((k + 1) * order.length) / 3));
  return Array.from({ length: tested.species }, (_, s) => {
    const at = (row: number) => row * tested.species + s;
    const error = (row: number) => Math.abs(tested.value[at(row)] - tested.truth[at(row)]);
    const coverage = (rows: readonly number[]): Coverage => ({
      within68: share(rows, (row) => error(row) <= tested.sigma[at(row)]),
      within95: share(rows, (row) => error(row) <= tested.half95[at(row)]),
    });
    const sigmas = Float64Array.from(order, (row) => tested.sigma[at(row)]).sort();
    return {
      ...coverage(order),
      rmse: Math.sqrt(order.reduce((sum, row) => sum + error(row) ** 2, 0) / order.length),
      sigma: sigmas[sigmas.length >> 1],
      thirds: [0, 1, 2].map((k) => coverage(third(k))),
      reliable: share(order, (row) => tested.reliable[at(row)]),
    };
  });
}

function share(rows: readonly number[], holds: (row: number) => boolean): number {
  return rows.filter(holds).length / rows.length;
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
  readonly within68: number;
}

/** Pairs of test stars: picked at random, or neighbours as an estimator sees them. */
export function pairsOf(
  inputs: Float64Array,
  scale: readonly number[],
  near: boolean,
  seed: number,
): [number, number][] {
  const width = scale.length;
  const rows = inputs.length / width;
  const of = (row: number) => inputs.subarray(row * width, (row + 1) * width);
  const random = new Random(seed, 0xd1f2, Number(near));
  return Array.from({ length: rows }, (_, a): [number, number] => {
    let best: [number, number] = [a, (a + 1) % rows];
    let least = Number.POSITIVE_INFINITY;
    for (let tried = 0; tried < (near ? 200 : 1); tried++) {
      const b = random.integer(rows);
      const distance = b === a ? Number.POSITIVE_INFINITY : inputDistance(of(a), of(b), scale);
      if (distance < least) [best, least] = [[a, b], distance];
    }
    return best;
  });
}

/** @param inputs of the estimator by row, unscaled */
export function measureDifferences(
  tested: TestedEstimates,
  inputs: Float64Array,
  { scale, species }: DifferentialErrors,
  pairs: readonly (readonly [number, number])[],
): SpeciesDifference[] {
  const width = scale.length;
  const of = (row: number) => inputs.subarray(row * width, (row + 1) * width);
  const distances = pairs.map(([a, b]) => inputDistance(of(a), of(b), scale));
  return species.map((errors, s) => {
    const at = (row: number) => row * tested.species + s;
    const told = pairs.map(([a, b], i) => {
      const difference = tested.value[at(a)] - tested.value[at(b)];
      const variance = differenceVariance(errors, [tested.sigma[at(a)], tested.sigma[at(b)]], distances[i]);
      return {
        error: difference - (tested.truth[at(a)] - tested.truth[at(b)]),
        independent: Math.hypot(...[a, b].map((row) => tested.value[at(row)] - tested.truth[at(row)])),
        sigma: errors.factor * Math.sqrt(variance) + 1e-9,
        half68: errors.factor68 * Math.sqrt(variance),
        sum: Math.hypot(tested.sigma[at(a)], tested.sigma[at(b)]) + 1e-9,
      };
    });
    const rms = (value: (pair: (typeof told)[number]) => number) =>
      Math.sqrt(told.reduce((sum, pair) => sum + value(pair) ** 2, 0) / told.length);
    return {
      rmse: rms(({ error }) => error),
      independent: rms(({ independent }) => independent),
      pull: rms(({ error, sigma }) => error / sigma),
      pullOfSum: rms(({ error, sum }) => error / sum),
      within68: told.filter(({ error, half68 }) => Math.abs(error) <= half68).length / told.length,
    };
  });
}

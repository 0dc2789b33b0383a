import { elements, parameterRanges, population } from './population.js';
import { Random } from './random.js';

/** Purposes of random streams: with the seed and the pair they name a stream, so that noise and truth never depend on each other. */
export const streams = { truth: 0, noise: 1, continuum: 2, catalogue: 3 } as const;

/** Two stars of one chemical composition, unlike in their physical parameters. */
export interface TwinPair {
  /** [Fe/H], then [X/Fe], dex. */
  readonly abundances: Readonly<Record<string, number>>;
  readonly stars: readonly [PhysicalParameters, PhysicalParameters];
}

export interface PhysicalParameters {
  /** K. */
  readonly teff: number;
  /** dex, cgs. */
  readonly logg: number;
}

/** Draws the truth of a pair from the population of de Mijolla et al. (2021), tables 1 and 2. The same for the same seed and pair, always. */
export function drawPair(seed: number, pair: number): TwinPair {
  const random = new Random(seed, pair, streams.truth);
  const abundances = Object.fromEntries(
    elements.map((element) => [element, population[element].mean + population[element].sigma * random.normal()]),
  );
  const star = () => ({
    teff: between(parameterRanges.teff, random.uniform()),
    logg: between(parameterRanges.logg, random.uniform()),
  });
  return { abundances, stars: [star(), star()] };
}

function between([low, high]: readonly [number, number], fraction: number): number {
  return low + (high - low) * fraction;
}

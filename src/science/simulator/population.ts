import type { PhysicalParameters } from './drawnStar.js';
import type { Random } from './random.js';

/** Purposes of random streams: with the seed and a number they name a stream, so that noise and truth never depend on each other. */
export const streams = {
  truth: 0,
  noise: 1,
  continuum: 2,
  catalogue: 3,
  cluster: 4,
  clusterSize: 5,
  single: 6,
} as const;

/** Distribution of one abundance, dex: [Fe/H] for Fe, [X/Fe] for the others. */
export interface AbundanceDistribution {
  readonly mean: number;
  readonly sigma: number;
}

/** The chemical factors of variation, Gaussian and independent, in the order of de Mijolla et al. (2021), table 2. */
export const population: Readonly<Record<string, AbundanceDistribution>> = {
  Fe: { mean: -0.13, sigma: 0.24 },
  N: { mean: 0.28, sigma: 0.11 },
  O: { mean: 0.03, sigma: 0.08 },
  Na: { mean: -0.05, sigma: 0.38 },
  Mg: { mean: 0.06, sigma: 0.08 },
  Al: { mean: 0.07, sigma: 0.09 },
  Si: { mean: 0.05, sigma: 0.07 },
  S: { mean: 0.05, sigma: 0.07 },
  K: { mean: 0.04, sigma: 0.07 },
  Ca: { mean: 0.02, sigma: 0.04 },
  Ti: { mean: -0.01, sigma: 0.06 },
  V: { mean: -0.01, sigma: 0.11 },
  Mn: { mean: -0.04, sigma: 0.07 },
  Ni: { mean: 0.02, sigma: 0.04 },
  P: { mean: -0.04, sigma: 0.18 },
  Cr: { mean: -0.01, sigma: 0.06 },
  Co: { mean: 0, sigma: 0.15 },
  Rb: { mean: -0.03, sigma: 0.29 },
};

/** Element symbols in the paper's order: iron first, then 17 elements relative to it. */
export const elements: readonly string[] = Object.keys(population);

/** The physical factors of variation, uniform: de Mijolla et al. (2021), table 1. K and dex. */
export const parameterRanges = { teff: [4000, 5000], logg: [1.5, 3] } as const;

/** One star's abundances: [Fe/H], then [X/Fe], dex. */
export function drawAbundances(random: Random): Record<string, number> {
  return Object.fromEntries(
    elements.map((element) => [element, population[element].mean + population[element].sigma * random.normal()]),
  );
}

export function drawParameters(random: Random): PhysicalParameters {
  return {
    teff: between(parameterRanges.teff, random.uniform()),
    logg: between(parameterRanges.logg, random.uniform()),
  };
}

function between([low, high]: readonly [number, number], fraction: number): number {
  return low + (high - low) * fraction;
}

/** The abundances at the centre of the population. */
export function meanAbundances(): Record<string, number> {
  return Object.fromEntries(elements.map((element) => [element, population[element].mean]));
}

import type { DrawnStar, PhysicalParameters } from './drawnStar.js';
import { drawAbundances, drawParameters, streams } from './population.js';
import { Random } from './random.js';

/** Two stars of one chemical composition, unlike in their physical parameters. */
export interface TwinPair {
  /** [Fe/H], then [X/Fe], dex. */
  readonly abundances: Readonly<Record<string, number>>;
  readonly stars: readonly [PhysicalParameters, PhysicalParameters];
}

const PAIR_DIGITS = 7;

/** Draws the truth of a pair from the population of de Mijolla et al. (2021), tables 1 and 2. The same for the same seed and pair, always. */
export function drawPair(seed: number, pair: number): TwinPair {
  const random = new Random(seed, pair, streams.truth);
  const abundances = drawAbundances(random);
  return { abundances, stars: [drawParameters(random), drawParameters(random)] };
}

/** Both stars of the pairs `first` to `first + count` - 1: rows 2 first to 2 (first + count) - 1 of the survey. */
export function drawPairs(seed: number, first: number, count: number): DrawnStar[] {
  return Array.from({ length: count }, (_, k) => first + k).flatMap((pair) => {
    const { abundances, stars } = drawPair(seed, pair);
    return stars.map((star, member) => ({
      id: `sim-${seed}-${String(pair).padStart(PAIR_DIGITS, '0')}-${'ab'[member]}`,
      abundances,
      star,
      key: [pair, member] as const,
      twin: 2 * pair + (1 - member),
      group: '',
    }));
  });
}

import type { DifferentialErrors } from '../../src/domain/differentialAbundance.js';
import {
  type ComparedEstimates,
  measureDifferences,
  pairsOf,
} from '../../src/science/evaluation/abundanceDifferences.js';
import type { DifferenceRow, NoiseLevel } from './results.js';

/** Noise of the two stars where it is not the same. */
const mixed: readonly (readonly [NoiseLevel, NoiseLevel])[] = [
  [200, 50],
  [200, 20],
  [100, 30],
  [50, 20],
];

/** Differences of stars seen at one noise, at each that there is, and at two: of pairs picked at random, and of neighbours. */
export async function differenceRows(
  seen: ReadonlyMap<NoiseLevel, ComparedEstimates>,
  errors: DifferentialErrors,
  seed: number,
): Promise<DifferenceRow[]> {
  const alike = [...seen.keys()].map((noise) => [noise, noise] as const);
  const rows: DifferenceRow[] = [];
  for (const [noise, otherNoise] of [...alike, ...mixed]) {
    const [first, second] = [seen.get(noise), seen.get(otherNoise)];
    if (!first || !second) continue;
    for (const near of [false, true]) {
      const pairs = await pairsOf(first, second, errors.scale, near, seed);
      const species = await measureDifferences(first, second, errors, pairs);
      rows.push({ noise, ...(otherNoise !== noise && { otherNoise }), near, pairs: pairs.length, species });
    }
  }
  return rows;
}

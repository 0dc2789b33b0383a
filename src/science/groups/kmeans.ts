import { kmeans as lloyd } from 'ml-kmeans';
import type { Report } from '../../domain/progress.js';
import { squaredDistance } from '../evaluation/nearest.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';
import type { FoundGroup } from './foundGroup.js';
import { centreOf, withinReach } from './reach.js';

export interface KmeansSettings {
  /** Fewest members of a group. */
  readonly leastMembers: number;
  /** Stars per cell, on average: as many cells as that makes. */
  readonly cellStars: number;
  /** Furthest that a member is from the centre of its group (see withinReach). */
  readonly reach: number;
  readonly seed: number;
}

/** Stars of the same vector would be infinitely dense. */
const SMALLEST = 1e-6;
/** Most rounds of assigning stars to centres: later ones move few. */
const ROUNDS = 30;

/**
 * Over-densities by K-means, as de Mijolla et al. (2021, section 3.2) propose: Lloyd's algorithm (1982) from k-means++ cuts all stars into cells, those of the field too, so that of each cell the stars
 * within reach of its densest place are taken for the group. The score is the density there: 1 / distance from the star in the midst to its `leastMembers`-th nearest within the cell, itself counted.
 */
export function kmeansGroups(set: VectorSet, settings: KmeansSettings, report: Report): FoundGroup[] {
  const { vectors, rows, width } = set;
  const { leastMembers, cellStars, seed } = settings;
  if (rows < 2 * leastMembers) return [];
  const cells = Math.max(1, Math.round(rows / cellStars));
  report({ stage: 'cells', done: 0, total: cells, unit: 'cells' });
  const data = Array.from({ length: rows }, (_, row) => Array.from(vectors.subarray(row * width, (row + 1) * width)));
  const { clusters } = lloyd(data, cells, { seed, maxIterations: ROUNDS });
  const members = Array.from({ length: cells }, (): number[] => []);
  clusters.forEach((cell, row) => void members[cell].push(row));
  return members.flatMap((cell) => densest(set, cell, settings) ?? []);
}

/** The group in a cell, null where its densest place holds too few. */
function densest(set: VectorSet, cell: readonly number[], { leastMembers, reach }: KmeansSettings): FoundGroup | null {
  if (cell.length < leastMembers) return null;
  const distances = cell.map((row) => distanceTo(set, cell, row, leastMembers));
  const midst = distances.reduce((best, value, i) => (value < distances[best] ? i : best), 0);
  const members = withinReach(set, cell, reach, centreOf(set, [cell[midst]]));
  return members.length < leastMembers
    ? null
    : { members, midst: [cell[midst]], score: 1 / Math.max(distances[midst], SMALLEST) };
}

/** Distance to the `count`-th nearest of the cell, the star itself counted. */
function distanceTo({ vectors, width }: VectorSet, cell: readonly number[], row: number, count: number): number {
  const squares = Float64Array.from(cell, (other) =>
    squaredDistance(vectors, row * width, other * width, width, Number.POSITIVE_INFINITY),
  ).sort();
  return Math.sqrt(squares[count - 1]);
}

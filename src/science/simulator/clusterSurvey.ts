import type { DrawnStar } from './drawnStar.js';
import { drawAbundances, drawParameters, streams } from './population.js';
import { Random } from './random.js';

/** A survey of clusters of stars of one chemical composition each, among field stars that have their own. */
export interface ClusterSurvey {
  readonly clusters: number;
  /** Least and largest number of members; each cluster's is uniform between them. */
  readonly members: readonly [least: number, most: number];
  /** Stars of the field. */
  readonly field: number;
}

/** How many stars each cluster has. The same for the same seed and cluster, always. */
export function clusterSizes(seed: number, { clusters, members: [least, most] }: ClusterSurvey): number[] {
  return Array.from(
    { length: clusters },
    (_, k) => least + Math.floor((most - least + 1) * new Random(seed, k, streams.clusterSize).uniform()),
  );
}

/**
 * Stars `first` to `first + count` - 1: the field, then cluster by cluster. Members differ in nothing but Teff and log g: what open clusters scatter beyond that (.02 dex) is left out, as it
 * is of pairs.
 * @param sizes of the clusters (see clusterSizes)
 */
export function drawClusterSurvey(
  seed: number,
  { field }: ClusterSurvey,
  sizes: readonly number[],
  first: number,
  count: number,
): DrawnStar[] {
  return Array.from({ length: count }, (_, i) => {
    const index = first + i;
    const random = new Random(seed, index, streams.single);
    const own = { key: [index, SINGLE] as const, twin: -1 };
    if (index < field) {
      const abundances = drawAbundances(random);
      return { ...own, abundances, star: drawParameters(random), id: `sim-${seed}-f${pad(index, 7)}`, group: '' };
    }
    const { cluster, member } = memberOf(index - field, sizes);
    const name = `c${pad(cluster, 3)}`;
    return {
      ...own,
      abundances: drawAbundances(new Random(seed, cluster, streams.cluster)),
      star: drawParameters(random),
      id: `sim-${seed}-${name}-${pad(member, 3)}`,
      group: `sim-${seed}-${name}`,
    };
  });
}

/** In the keys of streams, beside the members 0 and 1 of pairs. */
const SINGLE = 2;

function memberOf(index: number, sizes: readonly number[]): { cluster: number; member: number } {
  let member = index;
  const cluster = sizes.findIndex((size) => {
    if (member < size) return true;
    member -= size;
    return false;
  });
  return { cluster, member };
}

function pad(number: number, digits: number): string {
  return String(number).padStart(digits, '0');
}

import type { Report } from '../../domain/progress.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';
import { type CondensedTree, condensedTree } from './condensedTree.js';
import { coreDistances } from './coreDistances.js';
import type { FoundGroup } from './foundGroup.js';
import { spanningTree } from './spanningTree.js';

export interface HdbscanSettings {
  /** Fewest members of a group. */
  readonly leastMembers: number;
  /**
   * Most: a larger cluster is taken apart into those within it. One that cannot be is the densest part of the field and whatever group lies there; it begins where it has lost all but so many.
   */
  readonly mostMembers: number;
  /** Stars within whose reach the density at a star is told, itself among them. */
  readonly samples: number;
}

/**
 * HDBSCAN* (Campello, Moulavi & Sander 2013; McInnes, Healy & Astels 2017): groups are the clusters of the density hierarchy that last longest, by excess of mass; stars of none are
 * noise. The score is the stability, the sum over members of the density (1 / distance) at which each leaves less that at which the group begins.
 *
 * Own code: of the packages there are, hdbscan-ts took 78 s for 1,000 stars of 20 dimensions, and the others are unfinished or not kept. This took 3.5 s for 10,700 on one shared core; time grows with the square,
 * so that 100,000 stars would take five to ten minutes.
 */
export function hdbscan(
  set: VectorSet,
  { leastMembers, mostMembers, samples }: HdbscanSettings,
  report: Report,
): FoundGroup[] {
  if (set.rows < 2 * leastMembers) return [];
  const core = coreDistances(set, samples, report);
  const tree = condensedTree(spanningTree(set, core, report), leastMembers);
  const stability = stabilities(tree);
  const chosen = longestLasting(tree, stability, mostMembers);
  const members = new Map<number, number[]>();
  tree.lastCluster.forEach((cluster, row) => {
    const group = chosenAbove(tree, chosen, cluster);
    if (group === null) return;
    const rows = members.get(group) ?? [];
    rows.push(row);
    members.set(group, rows);
  });
  return [...members].map(([cluster, rows]) => {
    const lasting = rows.toSorted((a, b) => tree.departure[b] - tree.departure[a] || a - b);
    const midst = lasting.slice(0, leastMembers);
    if (rows.length <= mostMembers) return { members: rows, midst, score: stability[cluster] };
    const birth = tree.departure[lasting[mostMembers]];
    const kept = lasting.slice(0, mostMembers);
    const score = kept.reduce((sum, row) => sum + tree.departure[row] - birth, 0);
    return { members: kept.sort((a, b) => a - b), midst, score };
  });
}

/** By cluster: the sum over its members of how long, in density, each was in it. */
function stabilities({ parent, birth, size, lastCluster, departure }: CondensedTree): Float64Array {
  const stability = new Float64Array(parent.length);
  lastCluster.forEach((cluster, row) => {
    stability[cluster] += departure[row] - birth[cluster];
  });
  for (let child = 1; child < parent.length; child++)
    stability[parent[child]] += size[child] * (birth[child] - birth[parent[child]]);
  return stability;
}

/** Excess of mass: a cluster counts unless those within it last longer together. All rows together are no group. */
function longestLasting({ parent, size }: CondensedTree, stability: Float64Array, mostMembers: number): Uint8Array {
  const chosen = new Uint8Array(parent.length);
  const best = new Float64Array(parent.length);
  for (let cluster = parent.length - 1; cluster > 0; cluster--) {
    // Children have higher numbers: their best is known.
    const small = size[cluster] <= mostMembers || best[cluster] === 0;
    chosen[cluster] = small && stability[cluster] >= best[cluster] ? 1 : 0;
    best[parent[cluster]] += chosen[cluster] ? stability[cluster] : best[cluster];
  }
  return chosen;
}

/** The outermost chosen cluster that holds this one. */
function chosenAbove({ parent }: CondensedTree, chosen: Uint8Array, cluster: number): number | null {
  let found: number | null = null;
  for (let at = cluster; at >= 0; at = parent[at]) if (chosen[at]) found = at;
  return found;
}

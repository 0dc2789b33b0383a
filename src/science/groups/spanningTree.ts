import type { Report } from '../../domain/progress.js';
import { squaredDistance } from '../evaluation/nearest.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';
import { EVERY_ROWS } from './coreDistances.js';

/** Edges of a tree over all rows, the shortest first. */
export interface SpanningTree {
  /** rows - 1. */
  readonly from: Int32Array;
  readonly to: Int32Array;
  readonly length: Float64Array;
}

/**
 * The minimum spanning tree by mutual reachability, max(core a, core b, distance): Prim's algorithm over the complete graph. Time grows with the square of the rows, memory with
 * their number: a graph of nearest neighbours would be faster, but falls apart where a group lies further away than its neighbours.
 */
export function spanningTree({ vectors, rows, width }: VectorSet, core: Float64Array, report: Report): SpanningTree {
  const edges = rows - 1;
  const [from, to, length] = [new Int32Array(edges), new Int32Array(edges), new Float64Array(edges)];
  // Rows that are not in the tree yet, in the first places; of each the shortest way into the tree.
  const outside = Int32Array.from({ length: rows }, (_, row) => row);
  const shortest = new Float64Array(rows).fill(Number.POSITIVE_INFINITY);
  const towards = new Int32Array(rows);
  let added = 0;
  outside[0] = outside[rows - 1];
  for (let left = rows - 1; left > 0; left--) {
    let best = 0;
    for (let place = 0; place < left; place++) {
      const row = outside[place];
      const limit = shortest[row];
      // No way by the row that was added last is shorter than its core distance.
      if (core[added] < limit) {
        const square = squaredDistance(vectors, added * width, row * width, width, limit * limit);
        const reach = Math.max(core[added], core[row], Math.sqrt(square));
        if (reach < limit) {
          shortest[row] = reach;
          towards[row] = added;
        }
      }
      if (shortest[row] < shortest[outside[best]]) best = place;
    }
    added = outside[best];
    const edge = rows - 1 - left;
    [from[edge], to[edge], length[edge]] = [towards[added], added, shortest[added]];
    outside[best] = outside[left - 1];
    if (edge % EVERY_ROWS === 0) report({ stage: 'spanning tree', done: edge, total: edges, unit: 'stars' });
  }
  return sorted({ from, to, length });
}

function sorted({ from, to, length }: SpanningTree): SpanningTree {
  const order = Int32Array.from(length, (_, edge) => edge).sort((a, b) => length[a] - length[b] || a - b);
  return {
    from: Int32Array.from(order, (edge) => from[edge]),
    to: Int32Array.from(order, (edge) => to[edge]),
    length: Float64Array.from(order, (edge) => length[edge]),
  };
}

import type { SpanningTree } from './spanningTree.js';

/**
 * The hierarchy of clusters as the level of density rises (Campello, Moulavi & Sander 2013): cluster 0 holds all rows; a cluster ends where it splits into two that
 * have enough members, and loses single rows until then. A parent comes before its children.
 */
export interface CondensedTree {
  /** By cluster: the one that it split off, -1 for the first. */
  readonly parent: number[];
  /** By cluster: the density, 1 / distance, at which it begins. */
  readonly birth: number[];
  /** By cluster: rows that it begins with. */
  readonly size: number[];
  /** By row: the last cluster that it is in, and the density at which it leaves that. */
  readonly lastCluster: Int32Array;
  readonly departure: Float64Array;
}

/** Condenses the hierarchy of single linkage along a spanning tree. */
export function condensedTree(tree: SpanningTree, leastMembers: number): CondensedTree {
  const links = linkage(tree);
  const rows = tree.length.length + 1;
  const lastCluster = new Int32Array(rows);
  const departure = new Float64Array(rows);
  const [parent, birth, size] = [[-1], [0], [rows]];
  const depart = (node: number, cluster: number, density: number) => {
    for (const row of links.rowsOf(node)) {
      lastCluster[row] = cluster;
      departure[row] = density;
    }
  };
  const open = [{ node: links.root, cluster: 0 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { node, cluster } = next;
    const { children, density } = links.split(node);
    const lasting = children.filter((child) => links.size(child) >= leastMembers);
    if (lasting.length === 2) {
      for (const child of lasting) {
        open.push({ node: child, cluster: parent.length });
        parent.push(cluster);
        birth.push(density);
        size.push(links.size(child));
      }
      continue;
    }
    for (const child of children)
      if (lasting.includes(child)) open.push({ node: child, cluster });
      else depart(child, cluster, density);
  }
  return { parent, birth, size, lastCluster, departure };
}

/** Distances below this share of the typical one count as it: stars of the same vector would be infinitely dense. */
const SMALLEST = 1e-6;

interface Linkage {
  readonly root: number;
  /** Rows below a node; 1 for a row. */
  size(node: number): number;
  /** What a node, not a row, falls into and at which density. */
  split(node: number): { readonly children: readonly [number, number]; readonly density: number };
  rowsOf(node: number): number[];
}

/** Single linkage: nodes below `rows` are rows, the others are made by the edges in turn. */
function linkage({ from, to, length }: SpanningTree): Linkage {
  const rows = length.length + 1;
  const floor = SMALLEST * (length[length.length >> 1] || 1);
  const top = new Int32Array(2 * rows - 1).map((_, node) => node);
  const find = (node: number): number => {
    let root = node;
    while (top[root] !== root) root = top[root];
    for (let step = node; step !== root; ) [step, top[step]] = [top[step], root];
    return root;
  };
  const size = new Int32Array(2 * rows - 1).fill(1);
  const children = new Int32Array(2 * (rows - 1));
  for (let edge = 0; edge < rows - 1; edge++) {
    const node = rows + edge;
    const [left, right] = [find(from[edge]), find(to[edge])];
    children.set([left, right], 2 * edge);
    top[left] = node;
    top[right] = node;
    size[node] = size[left] + size[right];
  }
  return {
    root: 2 * rows - 2,
    size: (node) => size[node],
    split: (node) => ({
      children: [children[2 * (node - rows)], children[2 * (node - rows) + 1]],
      density: 1 / Math.max(length[node - rows], floor),
    }),
    rowsOf(node) {
      const found: number[] = [];
      const open = [node];
      for (let next = open.pop(); next !== undefined; next = open.pop())
        if (next < rows) found.push(next);
        else open.push(children[2 * (next - rows)], children[2 * (next - rows) + 1]);
      return found;
    },
  };
}

/** How well groups that were found agree with those that stars were born in. */
export interface Agreement {
  /**
   * Adjusted Rand index (Hubert & Arabie 1985) over all stars; those of the field are one class, and so are those of no group. 1 is perfect, 0 chance.
   */
  readonly adjustedRandIndex: number;
  /** Share of the clusters that some group holds more than half of, and is made of by more than half. */
  readonly recovered: number;
  readonly clusters: number;
  readonly groups: number;
  /** Groups that no cluster makes more than half of. */
  readonly spurious: number;
  /** Share of the members of recovered clusters that are in their group, and share of the members of those groups that belong there. */
  readonly completeness: number;
  readonly purity: number;
}

/**
 * @param truth by star the number of its cluster, -1 for the field
 * @param found by star the number of its group, -1 for none
 */
export function agreement(truth: Int32Array, found: Int32Array): Agreement {
  const [clusters, groups] = [counts(truth), counts(found)];
  const shared = new Map<string, number>();
  truth.forEach((cluster, star) => {
    const key = `${cluster} ${found[star]}`;
    shared.set(key, (shared.get(key) ?? 0) + 1);
  });
  const matches = [...shared].flatMap(([key, common]) => {
    const [cluster, group] = key.split(' ').map(Number);
    if (cluster < 0 || group < 0) return [];
    const [inCluster, inGroup] = [clusters.get(cluster) ?? 0, groups.get(group) ?? 0];
    return [{ common, inCluster, inGroup, half: 2 * common > inCluster, most: 2 * common > inGroup }];
  });
  const recovered = matches.filter(({ half, most }) => half && most);
  const known = [...clusters.keys()].filter((cluster) => cluster >= 0).length;
  const made = [...groups.keys()].filter((group) => group >= 0).length;
  const sum = (of: 'common' | 'inCluster' | 'inGroup') => recovered.reduce((total, match) => total + match[of], 0);
  return {
    adjustedRandIndex: adjustedRandIndex([...shared.values()], [...clusters.values()], [...groups.values()]),
    recovered: recovered.length / known,
    clusters: known,
    groups: made,
    spurious: made - matches.filter(({ most }) => most).length,
    completeness: sum('common') / sum('inCluster'),
    purity: sum('common') / sum('inGroup'),
  };
}

function adjustedRandIndex(cells: readonly number[], rows: readonly number[], columns: readonly number[]): number {
  const pairs = (numbers: readonly number[]) => numbers.reduce((sum, n) => sum + (n * (n - 1)) / 2, 0);
  const total = rows.reduce((sum, n) => sum + n, 0);
  const [together, inRows, inColumns] = [pairs(cells), pairs(rows), pairs(columns)];
  const expected = (inRows * inColumns) / pairs([total]);
  const most = (inRows + inColumns) / 2;
  return most === expected ? 1 : (together - expected) / (most - expected);
}

function counts(labels: Int32Array): Map<number, number> {
  const found = new Map<number, number>();
  for (const label of labels) found.set(label, (found.get(label) ?? 0) + 1);
  return found;
}

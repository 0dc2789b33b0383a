import type { Report } from '../../domain/progress.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';
import type { FoundGroup } from './foundGroup.js';
import { type HdbscanSettings, hdbscan } from './hdbscan.js';
import { type KmeansSettings, kmeansGroups } from './kmeans.js';
import { centreOf, withinReach } from './reach.js';

/** A way to find groups, with all its settings. */
export type Finder =
  | ({ readonly method: 'kmeans' } & KmeansSettings)
  | ({ readonly method: 'hdbscan'; readonly reach: number } & HdbscanSettings);

/** The groups that a finder finds, in any order; none holds stars that one chemistry does not explain. */
export function findGroups(set: VectorSet, finder: Finder, report: Report): FoundGroup[] {
  if (finder.method === 'kmeans') return kmeansGroups(set, finder, report);
  return hdbscan(set, finder, report).flatMap(({ members, midst, score }) => {
    // A cluster of the hierarchy begins where it parts from the field, and has some of it: an eighth of the members, of which this leaves one in 700.
    const near = withinReach(set, members, finder.reach, centreOf(set, midst));
    return near.length < finder.leastMembers ? [] : [{ members: near, midst, score }];
  });
}

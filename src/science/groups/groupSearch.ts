import type { Report } from '../../domain/progress.js';
import { inThread } from '../surveyAnalysis/inThread.js';
import type { VectorSet } from '../surveyAnalysis/vectorSet.js';
import type { Finder } from './finder.js';
import type { FoundGroup } from './foundGroup.js';
import { centreOf, spreadOf } from './reach.js';
import { type Significance, significances } from './significance.js';

/** What chance makes of groups is told from so many archives without kin. */
export interface NullSettings {
  readonly realisations: number;
  readonly seed: number;
  /** Threads that search at once. */
  readonly threads: number;
}

/** A group with its place in latent space, held against chance. */
export interface JudgedGroup extends FoundGroup, Significance {
  /** Mean vector of the members. */
  readonly centre: Float32Array;
  /** Root mean square distance of the members from it. */
  readonly spread: number;
}

/**
 * Finds groups, and again among shuffled stars (see shuffledStars.ts), each search in a thread.
 * @returns the strongest first, and how many groups each shuffled archive had
 * @throws the signal's reason once it is aborted
 */
export async function searchGroups(
  set: VectorSet,
  finder: Finder,
  { realisations, seed, threads }: NullSettings,
  report: Report,
  signal: AbortSignal,
): Promise<{ groups: JudgedGroup[]; chance: number[] }> {
  const searches: FoundGroup[][] = [];
  let next = 0;
  let done = 0;
  const total = realisations + 1;
  const work = async () => {
    while (next < total) {
      const number = next++;
      const shuffled = number === 0 ? null : { seed, realisation: number };
      searches[number] = await inThread({ kind: 'groups', set, finder, shuffled }, () => {}, signal);
      report({ stage: 'find groups', done: ++done, total, unit: 'searches', detail: finder.method });
    }
  };
  report({ stage: 'find groups', done, total, unit: 'searches', detail: finder.method });
  await Promise.all(Array.from({ length: Math.min(threads, total) }, work));
  const [found, ...nulls] = searches;
  const judged = significances(
    found.map(({ score }) => score),
    nulls.map((groups) => groups.map(({ score }) => score)),
  );
  const groups = found.map((group, i): JudgedGroup => {
    const centre = centreOf(set, group.members);
    return { ...group, ...judged[i], centre, spread: spreadOf(set, group.members, centre) };
  });
  groups.sort((a, b) => b.score - a.score || a.members[0] - b.members[0]);
  return { groups, chance: nulls.map((groups) => groups.length) };
}

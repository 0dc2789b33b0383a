import { fisherInformation, type SimulatedStar } from './bound/fisherInformation.js';
import { type IdealRanking, rankIdeally } from './bound/idealRanks.js';
import { type RankingTask, rankTwins, type TwinRanks } from './twinRanks.js';

/** What threads do together, item by item: rows, classes of stars, stars. Results are on shared memory (see threads.ts). */
export type ThreadedWork =
  | { readonly kind: 'twins'; readonly task: RankingTask; readonly ranks: TwinRanks }
  | { readonly kind: 'ideal'; readonly ranking: IdealRanking; readonly ranks: Int32Array }
  | { readonly kind: 'fisher'; readonly stars: readonly SimulatedStar[]; readonly information: Float64Array };

/** Does the items `from` to `to` of a work. */
export function perform(work: ThreadedWork, from: number, to: number): void {
  if (work.kind === 'twins') rankTwins(work.task, from, to, work.ranks);
  else if (work.kind === 'ideal') rankIdeally(work.ranking, from, to, work.ranks);
  else
    for (let i = from; i < to; i++) {
      const information = fisherInformation(work.stars[i]);
      work.information.set(information, i * information.length);
    }
}

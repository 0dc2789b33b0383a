import { parentPort, workerData } from 'node:worker_threads';
import { fisherInformation } from './bound/fisherInformation.js';
import { rankIdeally } from './bound/idealRanks.js';
import type { ThreadedWork } from './threads.js';
import { rankTwins } from './twinRanks.js';

/** The program of a thread: does its share of one work, on memory that it shares, whenever it is told from where to where. */
const work = workerData as ThreadedWork;

parentPort?.on('message', ({ from, to }: { readonly from: number; readonly to: number }) => {
  perform(from, to);
  parentPort?.postMessage(null);
});

function perform(from: number, to: number): void {
  if (work.kind === 'twins') rankTwins(work.task, from, to, work.ranks);
  else if (work.kind === 'ideal') rankIdeally(work.ranking, from, to, work.ranks);
  else
    for (let i = from; i < to; i++) {
      const information = fisherInformation(work.stars[i]);
      work.information.set(information, i * information.length);
    }
}

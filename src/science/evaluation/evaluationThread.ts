import { parentPort, workerData } from 'node:worker_threads';
import { perform, type ThreadedWork } from './threadedWork.js';

/** The program of a thread: does its share of one work, on memory that it shares, whenever it is told from where to where. */
parentPort?.on('message', ({ from, to }: { readonly from: number; readonly to: number }) => {
  perform(workerData as ThreadedWork, from, to);
  parentPort?.postMessage(null);
});

import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { SimulatedStar } from './bound/fisherInformation.js';
import type { IdealRanking } from './bound/idealRanks.js';
import type { RankingTask, TwinRanks } from './twinRanks.js';

/** What threads do together, item by item. Results are on shared memory (see `shared`). */
export type ThreadedWork =
  | { readonly kind: 'twins'; readonly task: RankingTask; readonly ranks: TwinRanks }
  | { readonly kind: 'ideal'; readonly ranking: IdealRanking; readonly ranks: Int32Array }
  | { readonly kind: 'fisher'; readonly stars: readonly SimulatedStar[]; readonly information: Float64Array };

/** How a work is dealt out, and followed. */
export interface ThreadedCourse {
  readonly items: number;
  /** Items a thread takes at a time. */
  readonly block: number;
  readonly processes: number;
  readonly signal: AbortSignal;
  /** Called with the number of items done. */
  readonly report: (done: number) => void;
}

/**
 * Does a work in worker threads: minutes of plain arithmetic, in a process that may be serving requests.
 * @throws the signal's reason once it is aborted, and what a thread throws
 */
export async function inThreads(work: ThreadedWork, course: ThreadedCourse): Promise<void> {
  const { items, block, processes, signal, report } = course;
  signal.throwIfAborted();
  let next = 0;
  let done = 0;
  const threads = Array.from(
    { length: Math.max(1, Math.min(processes, Math.ceil(items / block))) },
    () => new Worker(threadModule(), { workerData: work }),
  );
  const keepBusy = async (thread: Worker) => {
    while (next < items) {
      signal.throwIfAborted();
      const from = next;
      next = Math.min(items, from + block);
      const to = next;
      await answered(thread, { from, to });
      done += to - from;
      report(done);
    }
  };
  try {
    await Promise.all(threads.map(keepBusy));
  } finally {
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
}

type Numbers = Float64Array | Float32Array | Int32Array;

/** A copy on memory that threads share. */
export function shared<T extends Numbers>(values: T): T {
  const copy = sharedArray(values.constructor as new (buffer: SharedArrayBuffer) => T, values.length);
  (copy as Float64Array).set(values);
  return copy;
}

/** Zeros on memory that threads share. */
export function sharedArray<T extends Numbers>(type: new (buffer: SharedArrayBuffer) => T, length: number): T {
  const { BYTES_PER_ELEMENT } = type as unknown as { BYTES_PER_ELEMENT: number };
  return new type(new SharedArrayBuffer(length * BYTES_PER_ELEMENT));
}

function answered(thread: Worker, range: { readonly from: number; readonly to: number }): Promise<void> {
  return new Promise((resolve, reject) => {
    const exited = (code: number) => reject(new Error(`an evaluation thread ended with code ${code}`));
    thread.once('error', reject);
    thread.once('exit', exited);
    thread.once('message', () => {
      thread.off('error', reject);
      thread.off('exit', exited);
      resolve();
    });
    thread.postMessage(range);
  });
}

/** The compiled thread: beside this file in dist/, or in dist/ when this file runs as source, as under vitest. */
function threadModule(): URL {
  const beside = new URL('./evaluationThread.js', import.meta.url);
  return existsSync(beside)
    ? beside
    : new URL('../../../dist/src/science/evaluation/evaluationThread.js', import.meta.url);
}

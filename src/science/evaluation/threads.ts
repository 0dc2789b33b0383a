import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { perform, type ThreadedWork } from './threadedWork.js';

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
 * Does a work in worker threads: minutes of plain arithmetic, in a process that may be serving requests. What is a single block is done here and now: a thread takes longer
 * to start.
 * @throws the signal's reason once it is aborted, and what a thread throws
 */
export async function inThreads(work: ThreadedWork, course: ThreadedCourse): Promise<void> {
  const { items, block, processes, signal, report } = course;
  signal.throwIfAborted();
  if (items <= block) {
    perform(work, 0, items);
    return report(items);
  }
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

import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { Part, PartOptions, PartReader, PreparedSpectrum, RecordHead, Refusal } from './part.js';
import type { ThreadAnswer, ThreadRequest } from './thread.js';

/** Threads that wait for their next part. They are kept as long as the process lives, and do not keep it alive: to start one takes a fifth of a second. */
const idle: PreparationThread[] = [];

/** Runs `work` with a thread that reads parts, its own for that time. */
export async function withThread<T>(work: (thread: PreparationThread) => Promise<T>): Promise<T> {
  const thread = idle.pop() ?? new PreparationThread();
  try {
    return await work(thread);
  } finally {
    thread.release();
  }
}

export class PreparationThread implements PartReader {
  private readonly worker = new Worker(threadModule());
  private ended: Error | null = null;
  private waiting: { resolve: (value: unknown) => void; reject: (error: unknown) => void } | null = null;

  constructor() {
    this.worker.on('message', (answer: ThreadAnswer) => {
      const { waiting } = this;
      this.waiting = null;
      if ('defect' in answer) waiting?.reject(answer.defect);
      else waiting?.resolve(answer.value);
    });
    const end = (error: Error) => {
      this.ended ??= error;
      this.waiting?.reject(this.ended);
    };
    this.worker.on('error', end);
    this.worker.on('exit', (code) => end(new Error(`a thread that prepares spectra ended with code ${code}`)));
  }

  async open(part: Part, options: PartOptions): Promise<void> {
    await this.ask({ ask: 'open', part, options });
  }

  next(): Promise<readonly RecordHead[] | Refusal | null> {
    return this.ask({ ask: 'next' }) as ReturnType<PartReader['next']>;
  }

  prepare(wanted: readonly boolean[]): Promise<readonly (PreparedSpectrum | Refusal | null)[]> {
    return this.ask({ ask: 'prepare', wanted }) as ReturnType<PartReader['prepare']>;
  }

  async close(): Promise<void> {
    if (!this.waiting && !this.ended) await this.ask({ ask: 'close' });
  }

  /** Back to the idle ones; one that is in the middle of something is ended. */
  release(): void {
    this.worker.unref();
    if (this.waiting || this.ended) void this.worker.terminate();
    else idle.push(this);
  }

  private ask(request: ThreadRequest): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    this.worker.ref();
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.worker.postMessage(request);
    });
  }
}

/** The compiled thread: beside this file in dist/, or in dist/ when this file runs as source, as under vitest. */
function threadModule(): URL {
  const beside = new URL('./thread.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../dist/workers/preparation/thread.js', import.meta.url);
}

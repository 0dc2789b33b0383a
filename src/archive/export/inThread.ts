import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { StarkinError } from '../../domain/errors.js';
import type { ServerOptions } from '../../storage/server.js';
import type { ThreadMessage, ThreadWork } from './exportThread.js';
import { partialOf, type WrittenFile } from './file.js';
import type { WriteExport } from './writing.js';

/**
 * MB of a thread's heap. Rows are garbage made faster than V8 cares to collect it, unless there is no room: in the server's own heap, which may grow as it likes, exports of a million rows
 * took the process from 198 to 477 MB (resident), and in a thread to 269 at most.
 */
const HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 96 };

/** In a thread with a connection of its own to a database server: this one goes on answering meanwhile, and gets all memory back at the end. */
export function writeInThread(url: string, options: ServerOptions): WriteExport {
  return async (work, { report, room, signal }) => {
    signal.throwIfAborted();
    const thread = new Worker(threadModule(), {
      workerData: { work, url, options } satisfies ThreadWork,
      resourceLimits: HEAP,
    });
    try {
      return await new Promise<WrittenFile>((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
        thread.once('error', reject);
        thread.once('exit', (code) => reject(new Error(`the thread of an export ended with code ${code}`)));
        thread.on('message', (message: ThreadMessage) => {
          try {
            if (message.kind === 'progress') report(message.event);
            else if (message.kind === 'room') room(message.bytes);
            else if (message.kind === 'done') resolve(message.file);
            else reject(new StarkinError(message.code, message.message, message.remedy));
          } catch (refusal) {
            reject(refusal);
          }
        });
      });
    } finally {
      await thread.terminate();
      await rm(partialOf(work.path), { force: true });
    }
  };
}

/** The compiled thread: beside this file in dist/, or in dist/ when this file runs as source, as under vitest. */
function threadModule(): URL {
  const beside = new URL('./exportThread.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../../dist/src/archive/export/exportThread.js', import.meta.url);
}

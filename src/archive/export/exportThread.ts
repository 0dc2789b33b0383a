import { parentPort, workerData } from 'node:worker_threads';
import { StarkinError } from '../../domain/errors.js';
import type { ProgressEvent } from '../../domain/progress.js';
import { openServer, type ServerOptions } from '../../storage/server.js';
import type { WrittenFile } from './file.js';
import { type ExportWork, writeHere } from './writing.js';

/** What the thread is started with: its work, and the database with a connection of its own. */
export interface ThreadWork {
  readonly work: ExportWork;
  readonly url: string;
  readonly options: ServerOptions;
}

/** What the thread says: how far it is, what it has written, then how it ended. */
export type ThreadMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'room'; readonly bytes: number }
  | { readonly kind: 'done'; readonly file: WrittenFile }
  | {
      readonly kind: 'refused';
      readonly code: StarkinError['code'];
      readonly message: string;
      readonly remedy: string | undefined;
    };

const { work, url, options } = workerData as ThreadWork;
const tell = (message: ThreadMessage) => parentPort?.postMessage(message);
try {
  const db = await openServer(url, { ...options, connections: 1 });
  try {
    const file = await writeHere(db)(work, {
      report: (event) => tell({ kind: 'progress', event }),
      // Who stops it ends the thread.
      signal: new AbortController().signal,
      room: (bytes) => tell({ kind: 'room', bytes }),
    });
    tell({ kind: 'done', file });
  } finally {
    await db.close();
  }
} catch (error) {
  if (!(error instanceof StarkinError)) throw error;
  // An error's class does not survive the way to another thread.
  tell({ kind: 'refused', code: error.code, message: error.message, remedy: error.remedy });
}

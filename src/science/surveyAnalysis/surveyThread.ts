import { parentPort, workerData } from 'node:worker_threads';
import { StarkinError } from '../../domain/errors.js';
import type { ProgressEvent } from '../../domain/progress.js';
import { perform, type SurveyWork } from './surveyWork.js';

/** What the thread says: how far it is, then what it found or why it did not. */
export type ThreadMessage =
  | { readonly kind: 'progress'; readonly event: ProgressEvent }
  | { readonly kind: 'done'; readonly answer: ReturnType<typeof perform> }
  | { readonly kind: 'refused'; readonly code: StarkinError['code']; readonly message: string };

const tell = (message: ThreadMessage) => parentPort?.postMessage(message);
try {
  const answer = perform(workerData as SurveyWork, (event) => tell({ kind: 'progress', event }));
  tell({ kind: 'done', answer });
} catch (error) {
  if (!(error instanceof StarkinError)) throw error;
  // An error's class does not survive the way to another thread.
  tell({ kind: 'refused', code: error.code, message: error.message });
}

import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { StarkinError } from '../../domain/errors.js';
import type { Report } from '../../domain/progress.js';
import type { ThreadMessage } from './surveyThread.js';
import { perform, type SurveyAnswers, type SurveyWork } from './surveyWork.js';

/** A search for groups among so few stars takes 10 ms, less than a thread takes to start. */
const FEW = 500;

/**
 * Does a work in a thread of its own, so that the process goes on serving, and can stop it at any moment.
 * @throws the signal's reason once it is aborted, and what the work throws
 */
export async function inThread<Kind extends SurveyWork['kind']>(
  work: Extract<SurveyWork, { kind: Kind }>,
  report: Report,
  signal: AbortSignal,
): Promise<SurveyAnswers[Kind]> {
  signal.throwIfAborted();
  const asked: SurveyWork = work;
  if (asked.kind === 'groups' && asked.set.rows <= FEW) return perform(asked, report) as SurveyAnswers[Kind];
  const thread = new Worker(threadModule(), { workerData: work });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      thread.once('error', reject);
      thread.once('exit', (code) => reject(new Error(`a thread of ${work.kind} ended with code ${code}`)));
      thread.on('message', (message: ThreadMessage) => {
        if (message.kind === 'progress') report(message.event);
        else if (message.kind === 'done') resolve(message.answer as SurveyAnswers[Kind]);
        else reject(new StarkinError(message.code, message.message));
      });
    });
  } finally {
    await thread.terminate();
  }
}

/** The compiled thread: beside this file in dist/, or in dist/ when this file runs as source, as under vitest. */
function threadModule(): URL {
  const beside = new URL('./surveyThread.js', import.meta.url);
  return existsSync(beside)
    ? beside
    : new URL('../../../dist/src/science/surveyAnalysis/surveyThread.js', import.meta.url);
}

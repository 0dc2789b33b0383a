import type { Response } from 'express';
import { BusyError, CancelledError } from '../../domain/errors.js';
import type { Metrics } from '../operating/metrics.js';

/** Ends when the client of a response is gone, or the response has taken too long. @param seconds the latter */
export function deadline(response: Response, seconds: number, { cancelled }: Metrics): AbortSignal {
  const end = new AbortController();
  const timer = setTimeout(() => {
    cancelled.inc({ why: 'timeout' });
    end.abort(new BusyError(`the answer took more than ${seconds} s and was given up`, 'ask for less'));
  }, 1000 * seconds).unref();
  response.once('close', () => {
    clearTimeout(timer);
    if (response.writableFinished) return;
    cancelled.inc({ why: 'gone' });
    end.abort(new CancelledError());
  });
  return end.signal;
}

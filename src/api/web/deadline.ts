import type { RequestHandler, Response } from 'express';
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

/** Lets the handlers that come after ask for the deadline of their response. */
export function deadlines(seconds: number, metrics: Metrics): RequestHandler {
  return (_, response, next) => {
    let signal: AbortSignal | null = null;
    response.locals.deadline = () => {
      signal ??= deadline(response, seconds, metrics);
      return signal;
    };
    next();
  };
}

/** The deadline of a response, from the first time that it is asked for. */
export function deadlineOf(response: Response): AbortSignal {
  return (response.locals.deadline as () => AbortSignal)();
}

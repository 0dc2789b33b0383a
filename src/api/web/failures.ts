import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { type ErrorCode, RateLimitError, StarkinError } from '../../domain/errors.js';
import { describe, mask } from '../errors.js';

/** Answers what no route took. */
export const notFound: RequestHandler = (request, response) => {
  response.status(404).json(failure(`nothing is served at ${request.path}`, { code: 'NOT_FOUND' }));
};

/**
 * Answers what went wrong outside GraphQL in GraphQL's own shape: a StarkinError keeps its message, code and remedy; a body that is no JSON, too large or broken off is the client's
 * fault and says so; anything else is a defect, logged and masked.
 */
export function answerErrors(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof StarkinError) {
      if (error.code === 'UNAUTHENTICATED') response.set('WWW-Authenticate', 'Bearer realm="starkin"');
      if (error instanceof RateLimitError) response.set('Retry-After', String(error.retryAfter));
      response
        .status(statuses[error.code] ?? 400)
        .set('Cache-Control', 'no-store')
        .json(failure(error.message, describe(error)));
      return;
    }
    const status = clientStatus(error);
    if (status !== null) {
      response.status(status).json(failure(`bad request: ${(error as Error).message}`, { code: 'BAD_REQUEST' }));
      return;
    }
    const { message, extensions } = mask(error, log, { url: request.path, requestId: request.id });
    response.status(500).json(failure(message, extensions));
  };
}

/** HTTP's word for a code; 400 for the others. */
const statuses: Readonly<Partial<Record<ErrorCode, number>>> = {
  UNAUTHENTICATED: 401,
  NOT_FOUND: 404,
  NOT_SAFELISTED: 403,
  CONFLICT: 409,
  LIMIT_EXCEEDED: 413,
  RATE_LIMITED: 429,
  BUSY: 503,
  NOT_READY: 503,
};

function failure(message: string, extensions: object): object {
  return { errors: [{ message, extensions }] };
}

/** The 4xx status that Express's own parsers give an error, or null. */
function clientStatus(error: unknown): number | null {
  if (!(error instanceof Error) || !('status' in error) || typeof error.status !== 'number') return null;
  return error.status >= 400 && error.status < 500 ? error.status : null;
}

import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import type { Settings } from '../../config.js';

/** What another program may have named a request: short, and of characters that a log is safe with. */
const foreignId = /^[\w.:-]{1,100}$/;
/** Asked every few seconds by machines: no news. */
const unlogged = /^\/(healthz|readyz|metrics)$/;

/**
 * Names each request by its X-Request-Id, or by a new one, tells it in the answer and in every line of the log, and logs requests when they are answered: method, path, status and time. The path
 * stands there without its query, which may hold variables; headers and bodies do not stand there at all.
 */
export function requestLog(log: Logger, which: Settings['api']['requestLog']): RequestHandler {
  return pinoHttp<Request, Response>({
    logger: log,
    genReqId: (request, response) => {
      const given = request.headers['x-request-id'];
      const id = typeof given === 'string' && foreignId.test(given) ? given : randomUUID();
      response.setHeader('X-Request-Id', id);
      return id;
    },
    autoLogging: which === 'none' ? false : { ignore: ({ url = '' }) => unlogged.test(url) },
    customLogLevel: (_, { statusCode }) => {
      if (statusCode >= 500) return 'error';
      return which === 'failed' && statusCode < 400 ? 'silent' : 'info';
    },
    // After the routers have cut `url` to what is theirs.
    serializers: {
      req: ({ id, method, raw }) => ({ id, method, path: String(raw.originalUrl ?? raw.url).split('?', 1)[0] }),
      res: ({ statusCode }) => ({ status: statusCode }),
      err: () => undefined,
    },
    customSuccessMessage: () => 'request answered',
    customErrorMessage: () => 'request failed',
  }) as RequestHandler;
}

/** The name of a request; that of `requestLog`. */
export function requestIdOf(request: Request): string {
  return String(request.id);
}

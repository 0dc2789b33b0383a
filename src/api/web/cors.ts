import type { RequestHandler } from 'express';

/** How long a browser may remember the answer to a preflight, s. */
const MAX_AGE = 600;

/** Headers of an answer, beyond those that every page may read, that a download goes on by. */
const readable = 'ETag, Content-Range, Content-Disposition, Location, Retry-After, X-Request-Id';

/**
 * Lets pages of the named origins call the API; never with credentials, and with no origin named (the default) no other page can.
 * A page that has a token sends it itself, in Authorization. What this keeps out is other sites' use of a visitor's browser, not readers.
 */
export function cors(origins: readonly string[]): RequestHandler {
  const allowed = new Set(origins.map((origin) => origin.replace(/\/+$/, '')));
  return (request, response, next) => {
    const { origin } = request.headers;
    if (allowed.size > 0) response.vary('Origin');
    const known = origin !== undefined && allowed.has(origin);
    if (known) response.set({ 'Access-Control-Allow-Origin': origin, 'Access-Control-Expose-Headers': readable });
    if (request.method !== 'OPTIONS') return next();
    if (known)
      response.set({
        'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE',
        'Access-Control-Allow-Headers':
          'content-type, apollo-require-preflight, authorization, range, if-none-match, if-range, x-request-id, traceparent',
        'Access-Control-Max-Age': String(MAX_AGE),
      });
    response.status(204).end();
  };
}

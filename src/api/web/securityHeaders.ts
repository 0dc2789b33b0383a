import type { RequestHandler } from 'express';

const own = [
  "default-src 'self'",
  "img-src 'self' data:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
];

/** Of the explorer: scripts and styles from its own files alone, nothing written into the page. */
export const strictPolicy = own.join('; ');

/**
 * Nothing from another host, no framing, no guessing of types. Monaco, the editor inside GraphiQL, writes style elements and starts
 * its language workers from blobs: hence 'unsafe-inline' for styles, never for scripts.
 */
const policy = [...own, "style-src 'self' 'unsafe-inline'", "worker-src 'self' blob:", "font-src 'self' data:"].join(
  '; ',
);

export const securityHeaders: RequestHandler = (_, response, next) => {
  response.set({
    'Content-Security-Policy': policy,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  });
  next();
};

import type { Request, Response } from 'express';

/** Bytes from `start` to before `end`. */
export interface Part {
  readonly start: number;
  readonly end: number;
}

/**
 * What of a content is to be sent, its ETag being set already: all of it, or one range that is asked for, whose status and headers are set then. null: there is nothing more to say, to
 * who has it already (304), or asks for what is beyond its end (416).
 * @param etag a strong one, which If-Range is held against (RFC 9110, 13.1.5)
 */
export function partOf(request: Request, response: Response, etag: string, length: number): Part | null {
  if (request.fresh) {
    response.status(304).end();
    return null;
  }
  const condition = request.headers['if-range'];
  const asked = request.headers.range !== undefined && (condition === undefined || condition === etag);
  const range = asked ? request.range(length) : undefined;
  if (range === -1) {
    refuse(response, length);
    return null;
  }
  // A request for several ranges, or one that is not understood, may be answered by the whole.
  if (!Array.isArray(range) || range.type !== 'bytes' || range.length !== 1) return { start: 0, end: length };
  const [{ start, end }] = range;
  response.status(206).set('Content-Range', `bytes ${start}-${end}/${length}`);
  return { start, end: end + 1 };
}

/** A cache that kept this would give it to others, as long as it may keep the body. */
function refuse(response: Response, length: number): void {
  for (const header of ['ETag', 'Content-Disposition']) response.removeHeader(header);
  const message = `Range: expected bytes of the ${length} that there are, found others`;
  response
    .status(416)
    .set({ 'Content-Range': `bytes */${length}`, 'Cache-Control': 'no-store' })
    .type('json')
    .json({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
}

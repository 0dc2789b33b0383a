import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

/** What is sent as a whole. */
export interface Content {
  readonly body: Buffer;
  readonly type: string;
  /** Name that a browser saves it under. */
  readonly filename: string;
  readonly cacheControl: string;
}

/**
 * Sends a body with its SHA-256 as the ETag: 304 to who has it already, 206 to who asks for one range of its bytes, 416 for a range beyond its end.
 * Compression comes after this, so that an ETag promises the same bytes only where none is to be expected (RFC 9110, 8.8.3).
 */
export function sendContent(request: Request, response: Response, content: Content): void {
  const { body, type, filename, cacheControl } = content;
  const hash = createHash('sha256').update(body).digest('hex').slice(0, 32);
  const asked = request.headers.range !== undefined;
  const compressed = !asked && request.acceptsEncodings('gzip', 'br', 'deflate') !== false;
  response.vary('Accept-Encoding').set({
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${filename}"`,
    'Cache-Control': cacheControl,
    ETag: `${compressed ? 'W/' : ''}"${hash}"`,
    'Accept-Ranges': 'bytes',
  });
  if (request.fresh) {
    response.status(304).end();
    return;
  }
  const range = asked && mayBeParted(request, `"${hash}"`) ? request.range(body.length) : undefined;
  if (range === -1) {
    refuseRange(response, body.length);
    return;
  }
  // How long the compressed body of a GET would be is not known: RFC 9110, 8.6, wants that length or none.
  if (compressed && request.method === 'HEAD') {
    response.end();
    return;
  }
  // A request for several ranges, or one that is not understood, may be answered by the whole.
  if (!Array.isArray(range) || range.type !== 'bytes' || range.length !== 1) {
    response.send(body);
    return;
  }
  const [{ start, end }] = range;
  response.status(206).set('Content-Range', `bytes ${start}-${end}/${body.length}`);
  response.send(body.subarray(start, end + 1));
}

/** A cache that kept this would give it to others, as long as it may keep the body. */
function refuseRange(response: Response, length: number): void {
  for (const header of ['ETag', 'Content-Disposition']) response.removeHeader(header);
  const message = `Range: expected bytes of the ${length} that there are, found others`;
  response
    .status(416)
    .set({ 'Content-Range': `bytes */${length}`, 'Cache-Control': 'no-store' })
    .type('json')
    .json({ errors: [{ message, extensions: { code: 'BAD_USER_INPUT' } }] });
}

/** With If-Range only what the client has the first part of may be sent in parts. */
function mayBeParted(request: Request, etag: string): boolean {
  const condition = request.headers['if-range'];
  return condition === undefined || condition === etag;
}

/** A name for a file out of any text: letters, digits and . _ - alone. */
export function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);
}

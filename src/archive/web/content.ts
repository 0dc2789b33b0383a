import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { partOf } from './part.js';

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
  const part = partOf(request, response, `"${hash}"`, body.length);
  if (!part) return;
  // How long the compressed body of a GET would be is not known: RFC 9110, 8.6, wants that length or none.
  if (compressed && request.method === 'HEAD') {
    response.end();
    return;
  }
  response.send(body.subarray(part.start, part.end));
}

/** A name for a file out of any text: letters, digits and . _ - alone. */
export function fileName(text: string): string {
  return text.replace(/[^A-Za-z0-9._-]+/g, '_').slice(0, 100);
}

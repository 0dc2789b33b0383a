import { type FileHandle, open } from 'node:fs/promises';
import type { Request, Response } from 'express';
import { partOf } from './part.js';

/** Bytes that are read at once. */
const BLOCK = 1 << 18;

export interface FileContent {
  readonly path: string;
  readonly bytes: number;
  /** Of all of it, strong. */
  readonly etag: string;
  readonly type: string;
  /** Name that a browser saves it under. */
  readonly filename: string;
}

/**
 * Sends a file that is for the one who asks alone: 304 to who has it already, 206 to who asks for one range of its bytes. Through one buffer, which is filled again when it is sent:
 * a stream's own are garbage of which V8 leaves 80 MB lying about.
 */
export async function sendFileContent(request: Request, response: Response, content: FileContent): Promise<void> {
  const { path, bytes, etag, type, filename } = content;
  response.set({
    'Content-Type': type,
    'Content-Disposition': `attachment; filename="${filename}"`,
    'Cache-Control': 'private, no-store',
    ETag: etag,
    'Accept-Ranges': 'bytes',
  });
  const part = partOf(request, response, etag, bytes);
  if (!part) return;
  const { start, end } = part;
  response.set('Content-Length', String(end - start));
  if (request.method !== 'HEAD') {
    const file = await open(path);
    try {
      await sendRange(response, file, start, end);
    } finally {
      await file.close();
    }
  }
  response.end();
}

/** Ends early when the client goes away, which is no fault. */
async function sendRange(response: Response, file: FileHandle, start: number, end: number): Promise<void> {
  const block = Buffer.allocUnsafe(Math.min(BLOCK, end - start));
  for (let at = start; at < end && !response.destroyed; ) {
    const { bytesRead } = await file.read(block, 0, Math.min(block.length, end - at), at);
    if (bytesRead === 0) throw new Error(`a file ended at ${at} bytes of ${end}`);
    await sent(response, block.subarray(0, bytesRead));
    at += bytesRead;
  }
}

function sent(response: Response, bytes: Uint8Array): Promise<void> {
  return new Promise((done) => {
    const end = () => {
      response.off('close', end);
      done();
    };
    response.once('close', end);
    response.write(bytes, end);
  });
}

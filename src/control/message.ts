import type { Outcome } from '../commands/command.js';
import { type ErrorCode, StarkinError } from '../domain/errors.js';
import type { ProgressEvent } from '../domain/progress.js';

/** Client to owner: one request a connection, then at most an abort. One JSON object a line. */
export type ControlRequest = { readonly command: string; readonly request: unknown } | { readonly abort: true };

/** Owner to client: progress while it runs, then exactly one outcome or failure. */
export type ControlReply =
  | { readonly progress: ProgressEvent }
  | { readonly outcome: Outcome }
  | { readonly failure: Failure };

/** An error as it crosses the socket. `code` is null for a defect, which is shown as such. */
export interface Failure {
  readonly code: ErrorCode | null;
  readonly message: string;
  readonly remedy?: string;
}

/** SQLSTATE disk_full, and Node's codes for the same. */
const FULL_DISK = ['53100', 'ENOSPC', 'EDQUOT'];

export function toFailure(error: unknown): Failure {
  if (error instanceof StarkinError)
    return { code: error.code, message: error.message, ...(error.remedy ? { remedy: error.remedy } : {}) };
  const { code } = (error ?? {}) as { code?: unknown };
  if (error instanceof Error && FULL_DISK.includes(String(code)))
    return {
      code: 'DISK_FULL',
      message: error.message,
      remedy: 'free some space, then run the same command again: what was done is kept',
    };
  return { code: null, message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

export function fromFailure(failure: Failure): Error {
  return failure.code ? new StarkinError(failure.code, failure.message, failure.remedy) : new Error(failure.message);
}

/** Splits a stream of bytes into the JSON objects of its lines. */
export async function* readLines<T>(stream: AsyncIterable<Buffer | string>): AsyncGenerator<T> {
  let rest = '';
  for await (const chunk of stream) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line) yield JSON.parse(line) as T;
  }
}

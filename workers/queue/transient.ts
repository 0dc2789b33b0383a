import { StarkinError } from '../../src/domain/errors.js';

/**
 * SQLSTATE classes and codes of failures that pass by themselves (PostgreSQL's manual, appendix A): connection exceptions, insufficient resources (a full disk, no
 * memory, too many connections), a transaction that was silent for too long, serialization failure and deadlock, a lock that is not to be had, a server that shuts down or starts.
 */
const PASSING_STATES = /^(08...|53...|25P03|40001|40P01|55P03|57P0[1-5]|58030)$/;

/** Codes of Node for a network, a disk or a process that may be well again in a minute. */
const PASSING_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EAI_AGAIN',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'EAGAIN',
  'ESTALE',
  'EIO',
]);

/** A compute child that was killed: the next job starts another. */
const KILLED_CHILD = /^the compute process .* (was ended|ended with code|could not be started)/;

/** pg's words for a connection that broke; they come without a code. */
const BROKEN_CONNECTION =
  /connection (terminated|ended)|Client has encountered a connection error|timeout exceeded when trying to connect/i;

/**
 * Whether the same job may succeed if it is tried again later, with nothing changed by anybody: a connection lost, a resource taken, a transaction that lost
 * a race, a child process that was killed. Everything else fails in the same way every time.
 */
export function isTransient(error: unknown): boolean {
  if (error instanceof StarkinError) return error.code === 'BUSY' || KILLED_CHILD.test(error.message);
  if (!(error instanceof Error)) return false;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === 'string' && (PASSING_CODES.has(code) || PASSING_STATES.test(code))) return true;
  if (BROKEN_CONNECTION.test(error.message)) return true;
  return error.cause !== undefined && isTransient(error.cause);
}

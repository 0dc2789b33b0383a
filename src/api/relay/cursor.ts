import { createHash } from 'node:crypto';
import type { z } from 'zod';
import { InputError } from '../../domain/errors.js';

/** An opaque cursor: base64url of JSON. JSON writes a float64 so that it reads back exactly, which keyset paging among ties depends on. */
export function encodeCursor(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

/** @throws InputError for anything that encodeCursor did not write in this shape */
export function decodeCursor<T>(text: string, shape: z.ZodType<T>): T {
  const decoded = shape.safeParse(parseJson(Buffer.from(text, 'base64url').toString()));
  if (!decoded.success) throw new InputError('after', 'a cursor of this connection', text.slice(0, 100), startAgain);
  return decoded.data;
}

/** Refuses a cursor that belongs to another search. `differs` says in what: 'filter', 'model', 'star'. */
export function foreignCursor(differs: string, remedy: string = startAgain): InputError {
  return new InputError('after', `a cursor of this ${differs}`, `a cursor of another ${differs}`, remedy);
}

const startAgain = 'leave `after` out to start from the first page';

/** Short digest of arguments, equal for equal content whatever the order of keys; absent and null are the same. */
export function digest(content: unknown): string {
  return createHash('sha256').update(canonical(content)).digest('base64url').slice(0, 16);
}

function canonical(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== null && item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${entries.join(',')}}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

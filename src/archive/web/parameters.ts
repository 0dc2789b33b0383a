import type { Request } from 'express';
import { InputError } from '../../domain/errors.js';

/** A parameter of the query that may be left out. @throws InputError where it is given more than once */
export function readOne(request: Request, name: string): string | undefined {
  const value: unknown = request.query[name];
  if (value === undefined || typeof value === 'string') return value;
  throw new InputError(name, 'one value', JSON.stringify(value));
}

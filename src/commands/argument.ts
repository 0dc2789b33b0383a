import { InputError } from '../domain/errors.js';
import { type ParameterName, parameterNames } from '../domain/parameters.js';

/** A name of a release or survey: it becomes part of ids and URLs. */
export function readName(argument: string, value: unknown): string {
  const name = String(value);
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/.test(name))
    throw new InputError(argument, 'a name of letters, digits, ".", "_" and "-", at most 63 of them', name);
  return name;
}

/** A whole number within bounds, both included. */
export function readInteger(
  argument: string,
  value: unknown,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || String(value).trim() === '' || number < minimum || number > maximum)
    throw new InputError(
      argument,
      maximum < Number.MAX_SAFE_INTEGER
        ? `a whole number from ${minimum} to ${maximum}`
        : `a whole number of at least ${minimum}`,
      value,
    );
  return number;
}

/** A number from 0 to a most. */
export function readFraction(argument: string, value: unknown, maximum: number): number {
  const number = Number(value);
  if (!(number >= 0 && number <= maximum) || String(value).trim() === '')
    throw new InputError(argument, `a number from 0 to ${maximum}`, value);
  return number;
}

/** 'teff,logg' or 'teff,logg,feh'. */
export function readParameters(argument: string, value: unknown): ParameterName[] {
  const names = String(value)
    .split(',')
    .map((name) => name.trim());
  const known = names.every((name): name is ParameterName => (parameterNames as readonly string[]).includes(name));
  if (!known || new Set(names).size !== names.length || !names.includes('teff') || !names.includes('logg'))
    throw new InputError(argument, 'teff,logg or teff,logg,feh', value);
  return parameterNames.filter((name) => names.includes(name));
}

import * as failures from '../domain/errors.js';

/** An error on its way between two processes: structured cloning would keep its message and lose its class and code. */
export interface Fault {
  /** Class name. */
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** The error's own fields: code, remedy, and what its class adds. */
  readonly fields: Readonly<Record<string, unknown>>;
}

export function toFault(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error), stack: undefined, fields: {} };
  const { name, message, stack } = error;
  return { name, message, stack, fields: error instanceof failures.StarkinError ? { ...error } : {} };
}

/** The error again: of the same class where that is one of Starkin's, else a plain Error with the stack of the other process. */
export function fromFault({ name, message, stack, fields }: Fault): Error {
  const error = Object.assign(new Error(message), fields);
  if (stack !== undefined) error.stack = stack;
  const known = starkinClass(name);
  return known ? Object.setPrototypeOf(error, known.prototype) : error;
}

function starkinClass(name: string): { readonly prototype: object } | undefined {
  const { StarkinError } = failures;
  return Object.values(failures).find(
    (each) =>
      typeof each === 'function' &&
      each.name === name &&
      (each === StarkinError || each.prototype instanceof StarkinError),
  );
}

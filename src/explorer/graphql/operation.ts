import type { TypedDocumentString } from '../generated/graphql';

/** A GraphQL operation of one of the `.graphql` files, with the types of its answer and variables. */
export type Operation<Data, Variables> = TypedDocumentString<Data, Variables>;

/** As it is sent, and as a reader is shown it. */
export function textOf(operation: Operation<unknown, never>): string {
  // The generator indents the first line of each part.
  return operation
    .toString()
    .trim()
    .replace(/^ {4}(?=query|fragment|subscription)/gm, '\n');
}

export function nameOf(operation: Operation<unknown, never>): string {
  return /(?:query|subscription)\s+(\w+)/.exec(operation.toString())?.[1] ?? 'Query';
}

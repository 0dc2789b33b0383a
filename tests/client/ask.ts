import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';

/** An operation of generated/: its text, with the types of its answer and variables. */
export type Operation<Data, Variables> = { toString(): string } & DocumentTypeDecoration<Data, Variables>;

/** Asks as a portal would, with nothing but fetch. @throws Error with the messages of the answer */
export async function ask<Data, Variables>(
  url: string,
  operation: Operation<Data, Variables>,
  variables: Variables,
): Promise<Data> {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: operation.toString(), variables }),
  });
  const { data, errors } = (await response.json()) as { data: Data; errors?: { message: string }[] };
  if (errors) throw new Error(errors.map(({ message }) => message).join('; '));
  return data;
}

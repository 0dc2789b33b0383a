import type { ApolloServerPlugin } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';

/** Puts the errors of an answer in the order of their paths: fields are resolved side by side, and the same query shall have the same answer, byte for byte. */
export function errorOrderPlugin(): ApolloServerPlugin {
  return {
    async requestDidStart() {
      return {
        async willSendResponse({ response: { body } }) {
          if (body.kind === 'single' && body.singleResult.errors)
            body.singleResult.errors = [...body.singleResult.errors].sort(byPath);
        },
      };
    },
  };
}

function byPath({ path: a = [] }: GraphQLFormattedError, { path: b = [] }: GraphQLFormattedError): number {
  const at = a.findIndex((part, i) => part !== b[i]);
  if (at < 0 || at >= b.length) return a.length - b.length;
  return a[at] < b[at] ? -1 : 1;
}

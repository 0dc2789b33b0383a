import { ApolloServerErrorCode } from '@apollo/server/errors';
import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import { getComplexity } from 'graphql-query-complexity';
import { LimitError } from '../../domain/errors.js';
import { ownCost, times } from './fieldCost.js';

/** What an operation is asked with. */
export interface Asked {
  readonly document: DocumentNode;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string | undefined;
}

/** Fields that are looked at, fragments counted where they are used: a few fragments that use each other twice would be looked at for hours. */
const MOST_FIELDS = 20_000;

/**
 * The most that an operation may cost, known before it runs. graphql-query-complexity walks the query; what a field costs stands beside its definition.
 * (graphql-armor's cost limit multiplies by no argument but `first`, knows no cost per field, and does not tell the cost.)
 * @throws LimitError for a query that unfolds to too many fields; GraphQLError of code BAD_USER_INPUT for arguments and variables of a wrong type
 */
export function queryCost(
  schema: GraphQLSchema,
  { document, variables, operationName }: Asked,
  maximumPage: number,
): number {
  try {
    return getComplexity({
      schema,
      query: document,
      variables: { ...variables },
      ...(operationName !== undefined && { operationName }),
      maxQueryNodes: MOST_FIELDS,
      estimators: [
        ({ field, args, childComplexity }) => ownCost(field) + times(field, args, maximumPage) * childComplexity,
      ],
    });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    if (error.message.includes('maximum allowed number of nodes'))
      throw new LimitError('fields of the query', MOST_FIELDS, 'more', 'use fewer fragments within fragments');
    // What its arguments are cannot be known, nor what it would cost: nothing of it is run.
    throw new GraphQLError(error.message, {
      ...(error.nodes && { nodes: error.nodes }),
      extensions: { code: ApolloServerErrorCode.BAD_USER_INPUT, http: { status: 400 } },
    });
  }
}

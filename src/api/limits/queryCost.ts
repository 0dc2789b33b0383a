import { ApolloServerErrorCode } from '@apollo/server/errors';
import { type DocumentNode, GraphQLError, type GraphQLSchema, Kind } from 'graphql';
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

/** Ways to ask one text that are remembered: a client may name any variables. */
const MOST_ALIKE = 20;

/** Costs of operations that were asked before, which the server has parsed once: by operation and what their variables are. */
const known = new WeakMap<DocumentNode, Map<string, number>>();

/** As `costOf`; worked out once for questions that differ in ids alone, a twelfth of the time that a look-up of a star takes. @throws as `costOf` */
export function queryCost(schema: GraphQLSchema, asked: Asked, maximumPage: number): number {
  const alike = likenessOf(asked);
  const costs = known.get(asked.document) ?? new Map<string, number>();
  const before = alike === null ? undefined : costs.get(alike);
  if (alike === null || before !== undefined) return before ?? costOf(schema, asked, maximumPage);
  const cost = costOf(schema, asked, maximumPage);
  if (costs.size < MOST_ALIKE) known.set(asked.document, costs.set(alike, cost));
  return cost;
}

/** The same for questions that cost the same, since no text counts: null where a variable is anything else. */
function likenessOf({ document, variables, operationName }: Asked): string | null {
  const given = Object.keys(variables);
  if (!given.every((name) => typeof variables[name] === 'string')) return null;
  const types = document.definitions.flatMap((definition) =>
    definition.kind === Kind.OPERATION_DEFINITION ? (definition.variableDefinitions ?? []) : [],
  );
  const isText = types.every(({ type }) => {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return named.kind === Kind.NAMED_TYPE && (named.name.value === 'ID' || named.name.value === 'String');
  });
  return isText ? JSON.stringify([operationName, given.sort()]) : null;
}

/**
 * The most that an operation may cost, known before it runs. graphql-query-complexity walks the query; what a field costs stands beside its definition.
 * (graphql-armor's cost limit multiplies by no argument but `first`, knows no cost per field, and does not tell the cost.)
 * @throws LimitError for a query that unfolds to too many fields; GraphQLError of code BAD_USER_INPUT for arguments and variables of a wrong type
 */
function costOf(schema: GraphQLSchema, { document, variables, operationName }: Asked, maximumPage: number): number {
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

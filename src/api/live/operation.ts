import {
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getOperationAST,
  NoSchemaIntrospectionCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { Settings } from '../../config.js';
import { InputError, LimitError } from '../../domain/errors.js';
import { documentRules } from '../limits/documentRules.js';
import { checkNesting } from '../limits/nesting.js';
import { queryCost } from '../limits/queryCost.js';
import type { Safelist } from '../limits/safelist.js';

export interface Operation {
  readonly schema: GraphQLSchema;
  readonly document: DocumentNode;
  readonly operationName: string | null;
  readonly variableValues: Record<string, unknown>;
  readonly cost: number;
}

/**
 * Reads a subscription within the limits that queries have.
 * @throws GraphQLError, or an array of them as the rules report them; LimitError, InputError for what is no subscription, SafelistError
 */
export function readSubscription(
  schema: GraphQLSchema,
  { query, operationName = null, variables, extensions }: SubscribePayload,
  { limits, maximumPage, introspection, suggestions }: Settings['api'],
  safelist: Safelist | null,
): Operation {
  const persisted = extensions?.persistedQuery as { sha256Hash?: unknown } | undefined;
  const text = safelist ? safelist.admit(query, persisted?.sha256Hash) : query;
  checkNesting(text);
  const document = parsed(text, limits.tokens);
  const rules = [
    ...specifiedRules,
    ...documentRules(limits),
    ...(introspection ? [] : [NoSchemaIntrospectionCustomRule]),
  ];
  const faults = validate(schema, document, rules, { hideSuggestions: !suggestions });
  if (faults.length > 0) throw new AggregateError(faults.map(asValidationFault));
  if (getOperationAST(document, operationName)?.operation !== 'subscription')
    throw new InputError('query', 'a subscription', 'another operation', 'send queries by HTTP');
  const variableValues = variables ?? {};
  const asked = { document, variables: variableValues, operationName: operationName ?? undefined };
  const cost = queryCost(schema, asked, maximumPage);
  if (cost > limits.cost) throw new LimitError('cost of the subscription', limits.cost, cost, 'ask for less');
  return { schema, document, operationName, variableValues, cost };
}

function parsed(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxTokens });
  } catch (error) {
    throw new GraphQLError((error as Error).message, { extensions: { code: 'GRAPHQL_PARSE_FAILED' } });
  }
}

function asValidationFault(error: GraphQLError): GraphQLError {
  if (error.originalError) return error;
  const { nodes, message } = error;
  return new GraphQLError(message, { ...(nodes && { nodes }), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } });
}

import { randomUUID } from 'node:crypto';
import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Logger } from 'pino';
import { AmbiguousIdError, StarkinError } from '../domain/errors.js';

/** Faults in the request's own text, which Apollo words and codes. With the codes of StarkinError and INTERNAL they are the whole family. */
const requestCodes: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_FOUND,
  ApolloServerErrorCode.PERSISTED_QUERY_NOT_SUPPORTED,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.BAD_USER_INPUT,
]);

/**
 * Words an error for the client. A StarkinError keeps its message, code and remedy; a fault in the request keeps Apollo's;
 * anything else is a defect: it is logged under an id, and the client learns the id alone.
 */
export function formatError(formatted: GraphQLFormattedError, error: unknown, log: Logger): GraphQLFormattedError {
  const cause = causeOf(error);
  const place = pick(formatted);
  if (cause instanceof StarkinError) return { ...place, message: cause.message, extensions: describe(cause) };
  if (isRepetitive(formatted)) return { ...place, message: repetitive, extensions: { code: 'LIMIT_EXCEEDED' } };
  if (isTooLong(formatted)) return { ...place, message: formatted.message, extensions: { code: 'LIMIT_EXCEEDED' } };
  const code = formatted.extensions?.code;
  if (requestCodes.has(code)) return { ...place, message: formatted.message, extensions: { code } };
  if (isRefusedRequest(error)) return { ...place, message: formatted.message, extensions: { code: 'BAD_REQUEST' } };
  if (isArgumentFault(cause)) return { ...place, message: cause.message, extensions: { code: 'BAD_USER_INPUT' } };
  return { ...place, ...mask(cause, log, { path: formatted.path, requestId: requestIds.get(error as object) }) };
}

const requestIds = new WeakMap<object, string>();

/** Notes which request an error belongs to, for the log. */
export function noteRequest(error: object, requestId: string): void {
  requestIds.set(error, requestId);
}

/** What a resolver threw, or a rule reported. */
function causeOf(error: unknown): unknown {
  if (error instanceof GraphQLError && error.originalError instanceof StarkinError) return error.originalError;
  return unwrapResolverError(error);
}

/** The parser's own words for a document of too many tokens. */
function isTooLong({ message }: GraphQLFormattedError): boolean {
  return /^Syntax Error: Document contains more tha[nt] \d+ tokens/.test(message);
}

const repetitive = 'the query asks for the same fields too many times to compare them all';

/** What graphql-js says when it gives up comparing fields of one name. */
function isRepetitive({ message }: GraphQLFormattedError): boolean {
  return message === 'Validation aborted.';
}

/** Logs a defect under a new id and gives what the client may see of it. */
export function mask(
  error: unknown,
  log: Logger,
  place: object,
): { message: string; extensions: Record<string, unknown> } {
  const id = randomUUID();
  log.error({ err: error, id, ...place }, 'internal error');
  return { message: `internal error ${id}`, extensions: { code: 'INTERNAL', id } };
}

/** What a refusal tells beside its message. */
export function describe(error: StarkinError): Record<string, unknown> {
  return {
    code: error.code,
    ...(error.remedy !== undefined && { remedy: error.remedy }),
    ...(error instanceof AmbiguousIdError && { candidates: error.candidates }),
  };
}

/** A null variable for an argument that may not be null passes validation when the variable has a default; graphql-js finds it late, without a code. */
function isArgumentFault(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && error.message.startsWith('Argument "');
}

/** A request that Apollo refuses with a status of the client's faults and no code: a persisted query whose text is another, for example. */
function isRefusedRequest(error: unknown): boolean {
  if (!(error instanceof GraphQLError) || error.originalError) return false;
  const status = (error.extensions.http as { readonly status?: number } | undefined)?.status;
  return status !== undefined && status >= 400 && status < 500;
}

/** Without the names of the schema that are like a wrong one, which graphql-js tells of wrong variables in any case. */
export function withoutSuggestions({ message, ...rest }: GraphQLFormattedError): GraphQLFormattedError {
  return { ...rest, message: message.replace(/ ?Did you mean .*\?$/s, '') };
}

function pick({ locations, path }: GraphQLFormattedError): Pick<GraphQLFormattedError, 'locations' | 'path'> {
  return { ...(locations && { locations }), ...(path && { path }) };
}

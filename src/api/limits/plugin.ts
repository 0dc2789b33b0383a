import { type ApolloServerPlugin, HeaderMap } from '@apollo/server';
import { GraphQLError } from 'graphql';
import { InputError, LimitError, RateLimitError, StarkinError } from '../../domain/errors.js';
import type { Context } from '../context.js';
import type { Balance } from './budget.js';
import { queryCost } from './queryCost.js';

/** What `extensions.cost` tells of a query. */
export interface CostReport {
  /** The most that it could have cost, known before it ran: 1 for the request, and what its fields say. */
  readonly requested: number;
  /** What it did cost, and what was taken from the budget. */
  readonly actual: number;
  /** The most that a query may request. */
  readonly limit: number;
  /** What is left of this minute's budget; null where there is none. */
  readonly left: number | null;
  /** Seconds until the budget is whole again; null where there is none. */
  readonly resetsIn: number | null;
}

/** The request itself, whatever it asks: charged as it arrives, so that what cannot be parsed costs something too. */
export const REQUEST_COST = 1;

/** Refuses queries that cost too much, charges the others before they run and gives back what they did not use, and tells all of it in `extensions.cost`. */
export function costPlugin(): ApolloServerPlugin<Context> {
  return {
    async requestDidStart() {
      let requested: number | null = null;
      let charged = 0;
      let balance: Balance | null = null;
      return {
        async didResolveOperation({ schema, document, request, operation, operationName, contextValue }) {
          const { settings, budget, payer, metrics } = contextValue;
          const { limits, maximumPage } = settings.api;
          const asked = { document, variables: request.variables ?? {}, operationName: operationName ?? undefined };
          try {
            // Otherwise found out by the executor, which has no code for it.
            if (operation && operation.operation !== 'query') throw notHere(operation.operation);
            const fields = queryCost(schema, asked, maximumPage);
            requested = REQUEST_COST + fields;
            if (requested > limits.cost) throw tooCostly(requested, limits.cost);
            balance = await budget.charge(payer, fields);
            charged = fields;
          } catch (error) {
            if (error instanceof RateLimitError) {
              metrics.refused.inc({ payer: payer.split(':', 1)[0] });
              balance = { left: error.left, resetsIn: error.retryAfter };
            } else if (error instanceof LimitError) balance = await budget.charge(payer, 0);
            throw error instanceof StarkinError ? refusal(error) : error;
          }
        },
        async willSendResponse({ response, contextValue }) {
          if (requested === null || response.body.kind !== 'single') return;
          const { budget, payer, spent, settings, metrics } = contextValue;
          const actual = REQUEST_COST + spent.cost;
          if (charged > 0) balance = await budget.refund(payer, charged - spent.cost);
          metrics.cost.inc(actual);
          const cost: CostReport = {
            requested,
            actual,
            limit: settings.api.limits.cost,
            left: balance?.left ?? null,
            resetsIn: balance?.resetsIn ?? null,
          };
          const { singleResult } = response.body;
          response.body.singleResult = { ...singleResult, extensions: { ...singleResult.extensions, cost } };
        },
      };
    },
  };
}

function notHere(kind: string): InputError {
  return kind === 'subscription'
    ? new InputError('query', 'a query', kind, 'subscriptions are served over WebSockets at this address (graphql-ws)')
    : new InputError('query', 'a query', kind, 'the API only reads; an archive is operated by npx starkin');
}

function tooCostly(requested: number, limit: number): LimitError {
  return new LimitError(
    'cost of the query',
    limit,
    requested,
    'ask for fewer at a time: `first` multiplies what is below it',
  );
}

/** As Apollo takes it to HTTP: 429 with Retry-After for a spent budget, else 400. */
export function refusal(error: StarkinError): GraphQLError {
  const http =
    error instanceof RateLimitError
      ? { status: 429, headers: new HeaderMap([['retry-after', String(error.retryAfter)]]) }
      : { status: 400, headers: new HeaderMap() };
  return new GraphQLError(error.message, { originalError: error, extensions: { http } });
}

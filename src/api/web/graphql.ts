import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler, Router } from 'express';
import { LimitError } from '../../domain/errors.js';
import { granted } from '../access.js';
import { type Context, createContext } from '../context.js';
import { checkNesting } from '../limits/nesting.js';
import { payerOf } from '../limits/payer.js';
import type { Safelist } from '../limits/safelist.js';
import type { Services } from '../services.js';
import { deadline } from './deadline.js';
import { requestIdOf } from './requestLog.js';
import { onlySafelisted } from './safelist.js';

/** Longest query, in characters: a longer one is a mistake, and costs more to parse than variables. */
const QUERY_LIMIT = 1_000_000;

/** GraphQL over HTTP, each request with a context of its own. @param safelist null: every operation is answered */
export function graphql(apollo: ApolloServer<Context>, services: Services, safelist: Safelist | null): Router {
  const { limits, requestTimeout } = services.settings.api;
  const router = Router();
  router.use(noStore, express.json({ limit: limits.body }), limitQuery);
  if (safelist) router.use(onlySafelisted(safelist));
  router.use(
    expressMiddleware(apollo, {
      context: async ({ req, res }) => {
        const access = granted(res);
        return createContext(services, {
          access,
          payer: payerOf(req, access),
          requestId: requestIdOf(req),
          signal: deadline(res, requestTimeout, services.metrics),
        });
      },
    }),
  );
  return router;
}

const noStore: RequestHandler = (_, response, next) => {
  response.setHeader('Cache-Control', 'no-store');
  next();
};

const limitQuery: RequestHandler = (request, _, next) => {
  const query: unknown = request.method === 'GET' ? request.query.query : request.body?.query;
  if (typeof query !== 'string') return next();
  if (query.length > QUERY_LIMIT)
    throw new LimitError('characters of the query', QUERY_LIMIT, query.length, 'pass long values as variables');
  checkNesting(query);
  next();
};

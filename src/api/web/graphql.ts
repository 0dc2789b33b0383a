import type { ApolloServer } from '@apollo/server';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type RequestHandler, Router } from 'express';
import { granted } from '../access.js';
import { type Context, createContext } from '../context.js';
import type { Services } from '../services.js';

/** Largest request body: 80,000 pixels of flux, error and wavelength as JSON arrays. */
const BODY_LIMIT = '4mb';
/** Longest query, in characters: a longer one is a mistake, and costs more to parse than variables. */
const QUERY_LIMIT = 1_000_000;

/** GraphQL over HTTP, each request with a context of its own. */
export function graphql(apollo: ApolloServer<Context>, services: Services): Router {
  const router = Router();
  router.use(express.json({ limit: BODY_LIMIT }), limitQuery);
  router.use(expressMiddleware(apollo, { context: async ({ res }) => createContext(services, granted(res)) }));
  return router;
}

const limitQuery: RequestHandler = (request, _, next) => {
  const query: unknown = request.body?.query;
  if (typeof query !== 'string' || query.length <= QUERY_LIMIT) return next();
  const message = `a query of ${query.length} characters, more than ${QUERY_LIMIT}: pass long values as variables`;
  next(Object.assign(new Error(message), { status: 413 }));
};

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ApolloServer } from '@apollo/server';
import { ApolloServerPluginLandingPageDisabled } from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import { expressMiddleware } from '@as-integrations/express5';
import express, { type Express, type RequestHandler } from 'express';
import type { Logger } from 'pino';
import type { Compute } from '../compute/compute.js';
import type { Environment, Settings } from '../config.js';
import { BusyError } from '../domain/errors.js';
import type { Intake } from '../intake/intake.js';
import type { Database } from '../storage/database.js';
import { granted } from './access.js';
import { type Context, createContext } from './context.js';
import { formatError } from './errors.js';
import { createLog } from './log.js';
import { readiness } from './readiness.js';
import { makeSchema } from './schema.js';
import type { Services } from './services.js';
import { GridCache } from './spectrum/gridCache.js';
import { authentication } from './web/authentication.js';
import { cors } from './web/cors.js';
import { answerErrors, notFound } from './web/failures.js';
import { health } from './web/health.js';
import { assets, builtPages, graphiql } from './web/pages.js';
import { parse } from './web/parse.js';
import { securityHeaders } from './web/securityHeaders.js';

export interface ApiOptions {
  /** What queries are answered from. */
  readonly db: Database;
  /** Where tokens are looked up and their use is noted; `db` where left out, which may be a replica. */
  readonly tokens?: Database;
  readonly compute: Compute;
  /** Reads the files of strangers. */
  readonly intake: Intake;
  readonly environment: Environment;
  readonly settings: Settings;
  /** What the process itself knows of not being ready: that it is migrating, for example. The state of the archive is looked up anyway. */
  readonly ready?: () => string | null;
  /** Where defects are logged; standard error by default. */
  readonly log?: Logger;
  /** Folder of the built web pages; the project's own by default. */
  readonly pages?: string;
}

export interface ApiServer {
  /** Where it listens; with PORT=0, the port that was found. */
  readonly url: string;
  /** Accepts no more connections, lets running requests finish for at most 10 s, and ends. The database and the pool stay open. */
  close(): Promise<void>;
}

/** Largest request body: 80,000 pixels of flux, error and wavelength as JSON arrays. */
const BODY_LIMIT = '4mb';
/** Longest query, in characters: a longer one is a mistake, and costs more to parse than variables. */
const QUERY_LIMIT = 1_000_000;

/**
 * Serves GraphQL, its page and the health checks on environment.host and port.
 * @throws BusyError when the port is taken
 */
export async function startApi(options: ApiOptions): Promise<ApiServer> {
  const { db, compute, settings, environment } = options;
  const log = options.log ?? createLog();
  const services: Services = {
    db,
    compute,
    settings,
    log,
    grids: new GridCache(db),
    busy: options.ready ?? (() => null),
  };
  const app = express();
  const server = createServer(app);
  const apollo = makeApollo(server, log);
  await apollo.start();
  install(app, apollo, services, options);
  await listen(server, environment);
  return { url: urlOf(server, environment.host), close: () => apollo.stop() };
}

function makeApollo(server: Server, log: Logger): ApolloServer<Context> {
  return new ApolloServer<Context>({
    schema: makeSchema(),
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    formatError: (formatted, error) => formatError(formatted, error, log),
    // The whole server is stopped by its owner, who also closes the database.
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginDrainHttpServer({ httpServer: server }), ApolloServerPluginLandingPageDisabled()],
  });
}

function install(
  app: Express,
  apollo: ApolloServer<Context>,
  services: Services,
  {
    db,
    tokens = db,
    intake,
    environment: { corsOrigins, trustProxy, tokensRequired },
    pages = builtPages(),
  }: ApiOptions,
): void {
  app.disable('x-powered-by');
  app.set('trust proxy', trustProxy);
  app.use(securityHeaders);
  app.use(health(() => readiness(db, services.busy), services.log));
  // Before the token: the preflight of another page's request carries none.
  app.use(['/graphql', '/spectra/parse'], cors(corsOrigins));
  app.use(authentication({ db: tokens, required: tokensRequired, log: services.log }));
  app.get('/', (_, response) => response.redirect('/graphql'));
  app.use('/explorer-assets', assets(pages));
  app.get('/graphql', graphiql(pages));
  app.use('/graphql', express.json({ limit: BODY_LIMIT }), limitQuery);
  app.use('/graphql', expressMiddleware(apollo, { context: async ({ res }) => createContext(services, granted(res)) }));
  app.use(parse(intake, services.log));
  app.use(notFound);
  app.use(answerErrors(services.log));
}

const limitQuery: RequestHandler = (request, _, next) => {
  const query: unknown = request.body?.query;
  if (typeof query !== 'string' || query.length <= QUERY_LIMIT) return next();
  const message = `a query of ${query.length} characters, more than ${QUERY_LIMIT}: pass long values as variables`;
  next(Object.assign(new Error(message), { status: 413 }));
};

function listen(server: Server, { host, port }: Environment): Promise<void> {
  return new Promise((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => {
      const taken = new BusyError(
        `port ${port} of ${host} is taken`,
        'stop what listens there, or set PORT to another one',
      );
      reject(error.code === 'EADDRINUSE' ? taken : error);
    };
    server.once('error', refused);
    server.listen(port, host, () => {
      server.off('error', refused);
      resolve();
    });
  });
}

function urlOf(server: Server, host: string): string {
  const { port } = server.address() as AddressInfo;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

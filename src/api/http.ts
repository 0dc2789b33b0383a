import type { Server } from 'node:http';
import { ApolloServer } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloServerPluginDrainHttpServer } from '@apollo/server/plugin/drainHttpServer';
import express, { type RequestHandler } from 'express';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import type { Compute } from '../compute/compute.js';
import type { Environment, Settings } from '../config.js';
import type { Intake } from '../intake/intake.js';
import type { Database } from '../storage/database.js';
import { GridCache } from '../storage/gridCache.js';
import { settleBudgets } from '../storage/requestBudget.js';
import { TwinPlanner } from '../storage/twinPlanner.js';
import { ViewReads } from '../storage/viewReads.js';
import type { Context } from './context.js';
import { errorOrderPlugin } from './errorOrder.js';
import { formatError, withoutSuggestions } from './errors.js';
import { answerText } from './limits/answerText.js';
import { Budget } from './limits/budget.js';
import { documentRules } from './limits/documentRules.js';
import { costPlugin } from './limits/plugin.js';
import { Safelist } from './limits/safelist.js';
import { LiveServer } from './live/socket.js';
import { createLog } from './log.js';
import { measureFields } from './operating/fieldTimes.js';
import { Metrics } from './operating/metrics.js';
import { operationPlugin } from './operating/plugin.js';
import { makeSchema } from './schema.js';
import type { Services } from './services.js';
import { Acquaintance } from './twin/acquaintance.js';
import { FrontDoor } from './web/frontDoor.js';
import { mount } from './web/mounts.js';
import { builtPages } from './web/pages.js';
import type { Site } from './web/site.js';

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
  /** The port, where it is open already; `environment` says which it is otherwise. */
  readonly door?: FrontDoor;
  /** Where defects are logged; standard error by default. */
  readonly log?: Logger;
  /** Folder of the built web pages; the project's own by default. */
  readonly pages?: string;
  /** Routes of others, such as file downloads. They find who asks by `granted`, and what is thrown in them is answered like everything else. */
  readonly routes?: readonly RequestHandler[];
}

export interface ApiServer {
  /** Where it listens; with PORT=0, the port that was found. */
  readonly url: string;
  /** Accepts no more connections, lets running requests finish for at most 10 s, and ends. The database and the pool stay open. */
  close(): Promise<void>;
}

/**
 * Serves GraphQL, its subscriptions and page, and the health checks on environment.host and port.
 * @throws BusyError when the port is taken
 */
export async function startApi(options: ApiOptions): Promise<ApiServer> {
  const { db, compute, settings, environment } = options;
  const log = options.log ?? createLog();
  const { tokens = db, intake, pages = builtPages(), routes = [] } = options;
  const safelist = readSafelist(settings);
  // One process is the whole of an embedded archive; on a server there may be others.
  const settle = db.kind === 'server' ? (spent: ReadonlyMap<string, number>) => settleBudgets(tokens, spent) : null;
  const budget = new Budget(settings.api.budget, settle, log);
  const app = express();
  const door = options.door ?? (await FrontDoor.open(environment, () => 'the server is starting'));
  const { server } = door;
  const metrics = new Metrics(db, compute);
  const views = new ViewReads(db);
  const acquaintance = new Acquaintance({ db, compute, views, log });
  const services: Services = {
    db,
    compute,
    settings,
    log,
    metrics,
    budget,
    grids: new GridCache(db, (result) => metrics.cache.inc({ cache: 'wavelength grids', result })),
    publicUrl: () => environment.publicUrl ?? door.url,
    planner: new TwinPlanner(db),
    acquaintance,
    views,
    busy: options.ready ?? (() => null),
  };
  const schema = measureFields(makeSchema());
  const apollo = makeApollo(server, schema, services);
  await apollo.start();
  const site: Site = { services, apollo, tokens, intake, environment, safelist, pages, routes };
  mount(app, site);
  const live = new LiveServer(server, app, schema, site);
  door.admit(app);
  const close = async () => {
    await live.close();
    await apollo.stop();
    await acquaintance.close();
    budget.close();
  };
  return { url: door.url, close };
}

function readSafelist({ api: { safelist } }: Settings): Safelist | null {
  return safelist.length > 0 ? new Safelist(safelist) : null;
}

function makeApollo(server: Server, schema: GraphQLSchema, { log, settings }: Services): ApolloServer<Context> {
  const { introspection, suggestions, limits, safelist } = settings.api;
  return new ApolloServer<Context>({
    schema,
    csrfPrevention: true,
    introspection,
    hideSchemaDetailsFromClientErrors: !suggestions,
    parseOptions: { maxTokens: limits.tokens },
    validationRules: documentRules(limits),
    ...(safelist.length > 0 && { persistedQueries: false as const }),
    allowBatchedHttpRequests: false,
    includeStacktraceInErrorResponses: false,
    // Apollo hands it on as it is, and Express takes bytes as well.
    stringifyResult: answerText,
    formatError: (formatted, error) => {
      const told = formatError(formatted, error, log);
      return suggestions ? told : withoutSuggestions(told);
    },
    // The whole server is stopped by its owner, who also closes the database.
    stopOnTerminationSignals: false,
    plugins: [
      operationPlugin(),
      costPlugin(),
      errorOrderPlugin(),
      ApolloServerPluginDrainHttpServer({ httpServer: server }),
      ApolloServerPluginLandingPageDisabled(),
      // It looks at every field that is answered, to say in the end that no cache may keep the answer; `graphql` says so.
      ApolloServerPluginCacheControlDisabled(),
    ],
  });
}

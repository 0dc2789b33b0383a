import type { Express } from 'express';
import { readiness } from '../readiness.js';
import { authentication } from './authentication.js';
import { charge, chargeRefused } from './budget.js';
import { cors } from './cors.js';
import { deadlines } from './deadline.js';
import { answerErrors, notFound } from './failures.js';
import { graphql } from './graphql.js';
import { healthChecks } from './health.js';
import { measured } from './measured.js';
import { metrics } from './metrics.js';
import { assets, explorer, graphiql } from './pages.js';
import { parse } from './parse.js';
import { requestLog } from './requestLog.js';
import { securityHeaders } from './securityHeaders.js';
import type { Site } from './site.js';

/** A part of the HTTP interface. */
type Mount = (app: Express, site: Site) => void;

/** The parts in the order in which a request meets them: a new one is a function below and a line here. */
const mounts: readonly Mount[] = [
  headers,
  observation,
  health,
  // Before the token: the preflight of another page's request carries none.
  otherOrigins,
  tokens,
  operation,
  budgets,
  pages,
  api,
  files,
  failures,
];

/** Puts all parts of the HTTP interface into an application. */
export function mount(app: Express, site: Site): void {
  for (const part of mounts) part(app, site);
}

function headers(app: Express, { environment }: Site): void {
  app.disable('x-powered-by');
  // Files have ETags of their own; a hash of every other answer, which no cache may keep, would be for nothing.
  app.disable('etag');
  app.set('trust proxy', environment.trustProxy);
  app.use(securityHeaders);
}

function observation(app: Express, { services: { log, metrics, settings } }: Site): void {
  app.use(requestLog(log, settings.api.requestLog));
  app.use(measured(metrics));
}

function health(app: Express, { services: { db, busy, log } }: Site): void {
  app.use(healthChecks(() => readiness(db, busy), log));
}

function otherOrigins(app: Express, { environment }: Site): void {
  app.use(['/graphql', '/spectra', '/export', '/scs', '/ssap', '/vosi'], cors(environment.corsOrigins));
}

function tokens(app: Express, { tokens: db, environment, services: { log } }: Site): void {
  app.use(authentication({ db, required: environment.tokensRequired, log }));
}

function operation(app: Express, { services }: Site): void {
  app.use(metrics(services.metrics));
}

function budgets(app: Express, { services }: Site): void {
  app.use(charge(services));
  app.use(chargeRefused(services));
}

function pages(app: Express, { pages: folder }: Site): void {
  app.get('/', explorer(folder));
  app.use('/explorer-assets', assets(folder));
  app.get('/graphql', graphiql(folder));
}

function api(app: Express, { apollo, services, safelist }: Site): void {
  app.use('/graphql', graphql(apollo, services, safelist));
}

function files(app: Express, { intake, routes, services: { log, metrics, settings } }: Site): void {
  app.use(parse(intake, log));
  app.use(deadlines(settings.api.requestTimeout, metrics));
  for (const route of routes) app.use(route);
}

function failures(app: Express, { services: { log } }: Site): void {
  app.use(notFound);
  app.use(answerErrors(log));
}

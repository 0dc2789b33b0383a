import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { granted } from '../../src/api/access.js';
import { type ApiServer, startApi } from '../../src/api/http.js';
import { createLog } from '../../src/api/log.js';
import { readiness } from '../../src/api/readiness.js';
import { resolveReferences } from '../../src/api/star/reference.js';
import { deadlineOf } from '../../src/api/web/deadline.js';
import { ExportStore } from '../../src/archive/export/store.js';
import { writeHere } from '../../src/archive/export/writing.js';
import { archiveRoutes } from '../../src/archive/routes.js';
import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings, readConfig, type Settings } from '../../src/config.js';
import { startIntake } from '../../src/intake/start.js';
import type { Database } from '../../src/storage/database.js';
import { GridCache } from '../../src/storage/gridCache.js';
import { countStatements, openTestDatabase } from '../testArchive.js';
import { fillSmallArchive, type SmallArchive } from './smallArchive.js';

export interface GraphQLFault {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions: {
    readonly code: string;
    readonly remedy?: string;
    readonly candidates?: string[];
    readonly id?: string;
  };
}

export interface Answer<Data> {
  readonly status: number;
  readonly data: Data;
  readonly errors: readonly GraphQLFault[];
  /** Absent where the query was not run. */
  readonly cost?: Cost;
}

/** What `extensions.cost` of an answer holds. */
export interface Cost {
  readonly requested: number;
  readonly actual: number;
  readonly limit: number;
  readonly left: number | null;
  readonly resetsIn: number | null;
}

/** Settings under which nothing is refused for its size, and no answer depends on those before. */
export function unlimited(): Settings {
  const settings = defaultSettings();
  const most = Number.MAX_SAFE_INTEGER;
  const limits = { ...settings.api.limits, tokens: most, depth: most, aliases: most, cost: most };
  return { ...settings, api: { ...settings.api, limits, budget: { address: null, token: null } } };
}

/** The API over a database, reached through HTTP. */
export interface Served {
  readonly url: string;
  /** Every statement that the API's queries sent since the start or the last `statements.length = 0`. */
  readonly statements: string[];
  /** What was logged, parsed, but for the requests. */
  readonly logged: Record<string, unknown>[];
  /** The lines of requests. */
  readonly requests: Record<string, unknown>[];
  /** Posts a query that may fail. */
  post<Data>(query: string, variables?: object, token?: string): Promise<Answer<Data>>;
  /** Posts a query that must not fail. */
  ask<Data>(query: string, variables?: object, token?: string): Promise<Data>;
  close(): Promise<void>;
}

interface ServeOptions {
  readonly environment?: NodeJS.ProcessEnv;
  readonly pages?: string;
  readonly ready?: () => string | null;
  /** To be closed by whoever gives it; one of its own where left out. */
  readonly compute?: Compute;
  readonly settings?: Settings;
  /** Folder of exports, kept; one that is deleted at the end where left out. */
  readonly exports?: string;
}

export async function serveDatabase(database: Database, options: ServeOptions = {}): Promise<Served> {
  const db = countStatements(database);
  const compute = options.compute ?? startCompute({ backend: 'auto' });
  const intake = startIntake();
  const logged: Record<string, unknown>[] = [];
  const requests: Record<string, unknown>[] = [];
  const write = (line: string) => {
    const entry = JSON.parse(line) as Record<string, unknown>;
    ('responseTime' in entry ? requests : logged).push(entry);
  };
  const { environment } = readConfig({ STARKIN_DATA: tmpdir(), PORT: '0', ...options.environment });
  const settings = options.settings ?? defaultSettings();
  const folder = options.exports ?? (await mkdtemp(join(tmpdir(), 'starkin-exports-')));
  const exports = new ExportStore(folder, settings.export, writeHere(db), (error) =>
    logged.push({ error: String(error) }),
  );
  const archive = archiveRoutes(
    {
      db,
      grids: new GridCache(db),
      reader: granted,
      deadline: deadlineOf,
      resolve: resolveReferences,
      busy: () => readiness(db, options.ready ?? (() => null)),
      publicUrl: () => environment.publicUrl ?? api.url,
    },
    exports,
  );
  const api: ApiServer = await startApi({
    db,
    compute,
    intake,
    environment,
    settings,
    log: createLog({ write }),
    ...(options.pages !== undefined && { pages: options.pages }),
    ...(options.ready && { ready: options.ready }),
    routes: [archive],
  });
  const post = async <Data>(query: string, variables: object = {}, token?: string): Promise<Answer<Data>> => {
    const posted = request(api.url).post('/graphql');
    if (token !== undefined) posted.set('Authorization', `Bearer ${token}`);
    const { status, body } = await posted.send({ query, variables });
    return { status, data: body.data, errors: body.errors ?? [], cost: body.extensions?.cost };
  };
  const ask = async <Data>(query: string, variables: object = {}, token?: string): Promise<Data> => {
    const { data, errors } = await post<Data>(query, variables, token);
    if (errors.length > 0) throw new Error(`the query failed: ${JSON.stringify(errors)}`);
    return data;
  };
  const close = async () => {
    await api.close();
    await exports.close();
    if (!options.exports) await rm(folder, { recursive: true, force: true });
    await intake.close();
    if (!options.compute) await compute.close();
  };
  return { url: api.url, statements: db.statements, logged, requests, post, ask, close };
}

/** The API over the small archive, in a database of its own. */
export async function serveSmallArchive(
  options: ServeOptions = {},
): Promise<Served & { archive: SmallArchive; db: Database }> {
  const db = await openTestDatabase();
  const archive = await fillSmallArchive(db);
  const served = await serveDatabase(db, options);
  const close = async () => {
    await served.close();
    await db.close();
  };
  return { ...served, archive, db, close };
}

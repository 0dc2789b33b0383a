import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { BusyError, NotReadyError } from '../domain/errors.js';
import { copyStatement, encodeRows } from './copyBinary.js';
import type { CopyTarget, Database, PoolLoad, QueryCourse } from './database.js';
import { searchSettings } from './searchPlan.js';
import { StatementNames } from './statementNames.js';
import { runTransaction, type Session, TransactionScope } from './transaction.js';

export interface ServerOptions {
  /** Connections at most. */
  readonly connections?: number;
  /** ms after which the server ends a statement; without it there is no limit. */
  readonly statementTimeout?: number;
  /** ms after which the server ends a transaction whose client says nothing; 0: never. */
  readonly idleTransactionTimeout?: number;
  /** Whether statements that come again and again are planned once for each connection. */
  readonly prepares?: boolean;
  /** The variable that names it, for the remedy. */
  readonly variable?: string;
}

/** A process that hangs in the middle of a transaction must not keep others from what it holds; none of ours waits for anything but the database. */
export const IDLE_TRANSACTION_MS = 15_000;

/** What connections of these pools call themselves to the server. */
export const APPLICATION = 'starkin';

/**
 * Opens a pool of connections to a Postgres server.
 * @throws NotReadyError when it does not answer or refuses
 */
export async function openServer(
  url: string,
  {
    connections = 10,
    statementTimeout,
    idleTransactionTimeout = IDLE_TRANSACTION_MS,
    prepares = false,
    variable = 'DATABASE_URL',
  }: ServerOptions = {},
): Promise<Database> {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    application_name: APPLICATION,
    types: { getTypeParser: typeParser },
    idle_in_transaction_session_timeout: idleTransactionTimeout,
    options: Object.entries(searchSettings)
      .map(([name, value]) => `-c ${name}=${value}`)
      .join(' '),
    ...(statementTimeout === undefined ? {} : { statement_timeout: statementTimeout }),
  });
  // An idle connection that breaks is replaced by the pool; without a listener Node would end the process.
  pool.on('error', () => {});
  try {
    await pool.query('select 1');
  } catch (error) {
    await pool.end();
    const { host, port, database } = new pg.Client({ connectionString: url });
    throw new NotReadyError(
      `the database "${database}" at ${host}:${port} does not answer: ${error instanceof Error ? error.message : error}`,
      `check ${variable}, and that the server runs`,
    );
  }
  return new Server(pool, prepares ? new StatementNames() : null);
}

const BYTEA = 17;

/** pg's own parsers (int8 and numeric as text), of this pool only; but a bytea becomes a plain Uint8Array, as it is from PGlite. */
function typeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === BYTEA && format !== 'binary') return parseBytea;
  return pg.types.getTypeParser(oid, format as 'text') as (text: string) => unknown;
}

/** Into memory of its own, without a copy: a Buffer of Node's would be cut from a shared one. */
function parseBytea(text: string): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow((text.length - 2) / 2);
  bytes.write(text.slice(2), 'hex');
  return new Uint8Array(bytes.buffer);
}

class Server implements Database {
  readonly kind = 'server';
  readonly inTransaction = false;
  private readonly scope = new TransactionScope();

  constructor(
    private readonly pool: pg.Pool,
    private readonly names: StatementNames | null,
  ) {}

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
    { signal, onRow }: QueryCourse<Row> = {},
  ): Promise<Row[]> {
    this.scope.refuseWithin();
    // Only a statement with parameters is one for sure.
    const name = parameters.length > 0 ? this.names?.nameOf(sql) : undefined;
    const statement = { text: sql, values: [...parameters], ...(name !== undefined && { name }) };
    if (!signal && !onRow) return run(this.pool, statement) as Promise<Row[]>;
    signal?.throwIfAborted();
    const client = await this.pool.connect();
    return runOn(client, statement, { signal, onRow: onRow as Hearer | undefined }) as Promise<Row[]>;
  }

  load(): PoolLoad {
    const { totalCount: open, idleCount: idle, waitingCount: waiting } = this.pool;
    return { open, idle, waiting };
  }

  async copy(target: CopyTarget, rows: Iterable<readonly unknown[]>): Promise<number> {
    this.scope.refuseWithin();
    return this.withClient((client) => copy(client, target, rows));
  }

  async transaction<T>(work: (tx: Database) => Promise<T>): Promise<T> {
    this.scope.refuseWithin();
    return this.withClient((client) => {
      const session: Session = {
        query: (sql, parameters = []) => run(client, { text: sql, values: [...parameters] }),
        copy: (target, rows) => copy(client, target, rows),
      };
      return this.scope.run(() => runTransaction('server', session, work));
    });
  }

  async close(): Promise<void> {
    await this.pool.end();
  }

  private async withClient<T>(work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    const onError = (error: Error) => {
      broken = error;
    };
    client.on('error', onError);
    try {
      return await work(client);
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }
}

type Row = Record<string, unknown>;
type Hearer = (row: Row) => void;

async function run(on: pg.Pool | pg.PoolClient, statement: pg.QueryConfig<unknown[]>): Promise<Row[]> {
  const result: pg.QueryResult | pg.QueryResult[] = await inTime(on.query(statement));
  // Several statements in one text give several results.
  return (Array.isArray(result) ? result[result.length - 1] : result).rows;
}

/** Tells of each row of a statement's answer when it has come. */
async function runTelling(client: pg.PoolClient, statement: pg.QueryConfig<unknown[]>, onRow: Hearer): Promise<Row[]> {
  const rows: Row[] = [];
  const query = new pg.Query<Row>(statement);
  const answered = new Promise<void>((resolve, reject) => {
    query.on('row', (row) => {
      rows.push(row);
      // What is thrown here would end the connection's reading, and the process.
      try {
        onRow(row);
      } catch (error) {
        reject(error);
      }
    });
    query.on('end', () => resolve());
    query.on('error', reject);
  });
  client.query(query);
  await inTime(answered);
  return rows;
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  return answer.catch((error: unknown) => {
    throw isTimeout(error)
      ? new BusyError('the database took too long to answer, and was stopped', 'ask for less')
      : error;
  });
}

/**
 * Runs a statement on a client of the pool that is given back, and has the server stop it when the signal says so. The client is closed then: the server may take the word
 * late, for the next statement.
 */
async function runOn(
  client: pg.PoolClient,
  statement: pg.QueryConfig<unknown[]>,
  { signal, onRow }: QueryCourse<Row>,
): Promise<Row[]> {
  let stopped: Promise<void> | undefined;
  let broken: Error | undefined;
  const stop = () => {
    stopped = cancel(client);
  };
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    signal?.throwIfAborted();
    return await (onRow ? runTelling(client, statement, onRow) : run(client, statement));
  } catch (error) {
    throw signal?.aborted ? signal.reason : error;
  } finally {
    signal?.removeEventListener('abort', stop);
    await stopped;
    client.off('error', onError);
    client.release(broken ?? stopped !== undefined);
  }
}

/** Asks on a connection of its own, since the pool's may all be waiting. What cannot be stopped so ends by the statement timeout. */
async function cancel(running: pg.PoolClient): Promise<void> {
  const { processID, connectionParameters } = running as unknown as {
    processID: number;
    connectionParameters: pg.ClientConfig;
  };
  const asking = new pg.Client(connectionParameters);
  try {
    await asking.connect();
    await asking.query('select pg_cancel_backend($1)', [processID]);
  } catch {
    // The statement runs on.
  } finally {
    await asking.end().catch(() => {});
  }
}

/** SQLSTATE query_canceled; a session that an operator ends has another one. */
function isTimeout(error: unknown): boolean {
  return error instanceof pg.DatabaseError && error.code === '57014';
}

async function copy(client: pg.PoolClient, target: CopyTarget, rows: Iterable<readonly unknown[]>): Promise<number> {
  let count = 0;
  const chunks = encodeRows(target.columns, rows, (n) => {
    count = n;
  });
  await pipeline(Readable.from(chunks), client.query(copyFrom(copyStatement(target, 'stdin'))));
  return count;
}

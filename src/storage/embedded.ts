import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { NotReadyError } from '../domain/errors.js';
import { orAborted } from '../domain/orAborted.js';
import { copyStatement, encodeRows } from './copyBinary.js';
import type { CopyTarget, Database, QueryCourse } from './database.js';
import type { WorkerOptions, WorkerReply, WorkerRequest } from './embeddedWorker.js';
import { runTransaction, TransactionScope } from './transaction.js';
import { Turns } from './turns.js';

/** An embedded Postgres: PGlite, PostgreSQL in WebAssembly, in a thread of its own. */
export interface EmbeddedDatabase extends Database {
  readonly kind: 'embedded';
  /** The whole database as a tar archive: a template for `openEmbedded`. */
  dump(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Opens an embedded Postgres. It has no lock of its own: two processes in one folder destroy it, so whoever opens a folder holds its
 * lock (directoryLock.ts).
 * @param folder made when it is missing; null: in memory
 * @param template a dump to start from, for a database in memory
 */
export async function openEmbedded(
  folder: string | null,
  template: Uint8Array<ArrayBuffer> | null = null,
): Promise<EmbeddedDatabase> {
  return new Embedded(await PgliteThread.start({ folder, template }));
}

/** PGlite is one connection: statements and transactions take turns, in the order they are asked for. */
class Embedded implements EmbeddedDatabase {
  readonly kind = 'embedded';
  readonly inTransaction = false;
  private readonly turns = new Turns();
  private readonly scope = new TransactionScope();

  constructor(private readonly thread: PgliteThread) {}

  async query<Row extends object>(
    sql: string,
    parameters: readonly unknown[] = [],
    { signal }: QueryCourse<Row> = {},
  ): Promise<Row[]> {
    this.scope.refuseWithin();
    const rows = this.turns.take(async () => {
      signal?.throwIfAborted();
      return this.thread.query(sql, parameters);
    }) as Promise<Row[]>;
    return signal ? orAborted(rows, signal) : rows;
  }

  async copy(target: CopyTarget, rows: Iterable<readonly unknown[]>): Promise<number> {
    this.scope.refuseWithin();
    return this.turns.take(() => this.thread.copy(target, rows));
  }

  async transaction<T>(work: (tx: Database) => Promise<T>): Promise<T> {
    this.scope.refuseWithin();
    return this.turns.take(() => this.scope.run(() => runTransaction('embedded', this.thread, work)));
  }

  async dump(): Promise<Uint8Array<ArrayBuffer>> {
    return this.turns.take(() => this.thread.dump());
  }

  async close(): Promise<void> {
    await this.turns.take(() => this.thread.close());
  }
}

/** The other end of embeddedWorker.ts: a request, a reply. */
class PgliteThread {
  private lastId = 0;
  private ended: Error | null = null;
  private readonly waiting = new Map<number, { resolve(result: unknown): void; reject(error: Error): void }>();

  private constructor(private readonly worker: Worker) {
    worker.on('message', (reply: WorkerReply) => this.settle(reply));
    worker.on('error', (error: Error) => this.end(error));
    worker.on('exit', () => this.end(new Error('the embedded database is closed')));
  }

  /** The thread runs the compiled file, also when this one runs as TypeScript (tests): `npm test` compiles first. */
  static async start(options: WorkerOptions): Promise<PgliteThread> {
    const beside = fileURLToPath(new URL('./embeddedWorker.js', import.meta.url));
    const file = existsSync(beside)
      ? beside
      : fileURLToPath(new URL('../../dist/src/storage/embeddedWorker.js', import.meta.url));
    if (!existsSync(file)) throw new NotReadyError(`${file} is missing: the project is not compiled`, 'npm run setup');
    const thread = new PgliteThread(new Worker(file, { workerData: options }));
    // The worker's first message, id 0, says that Postgres is up.
    await new Promise((resolve, reject) => thread.waiting.set(0, { resolve, reject }));
    return thread;
  }

  async query(sql: string, parameters: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return (await this.ask({ kind: 'query', sql, parameters })) as Record<string, unknown>[];
  }

  async copy(target: CopyTarget, rows: Iterable<readonly unknown[]>): Promise<number> {
    let count = 0;
    const chunks = [
      ...encodeRows(target.columns, rows, (n) => {
        count = n;
      }),
    ];
    await this.ask(
      { kind: 'copy', sql: copyStatement(target, "'/dev/blob'"), chunks },
      chunks.map(({ buffer }) => buffer),
    );
    return count;
  }

  async dump(): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.ask({ kind: 'dump' })) as Uint8Array<ArrayBuffer>;
  }

  async close(): Promise<void> {
    if (this.ended) return;
    await this.ask({ kind: 'close' });
    await this.worker.terminate();
  }

  private ask(request: WorkerRequest, transfer: ArrayBuffer[] = []): Promise<unknown> {
    if (this.ended) return Promise.reject(this.ended);
    const id = ++this.lastId;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.worker.postMessage({ id, request }, transfer);
    });
  }

  private settle({ id, result, error }: WorkerReply): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (error) waiting?.reject(Object.assign(new Error(error.message), error));
    else waiting?.resolve(result);
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.values()) reject(error);
    this.waiting.clear();
  }
}

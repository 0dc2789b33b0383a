import { AsyncLocalStorage } from 'node:async_hooks';
import type { Database } from './database.js';
import { Turns } from './turns.js';

/** Runs `work` in the transaction at hand, or in one of its own: for what must be whole whoever calls it. */
export function atomically<T>(db: Database, work: (tx: Database) => Promise<T>): Promise<T> {
  return db.inTransaction ? work(db) : db.transaction(work);
}

/**
 * Knows, along asynchronous calls, whether the code that runs belongs to an open transaction. A statement on the Database
 * outside would wait for that transaction for ever (embedded: one connection), or silently not be part of it (server): it is refused on both.
 */
export class TransactionScope {
  private readonly storage = new AsyncLocalStorage<{ open: boolean }>();

  /** @throws Error in the work of an open transaction */
  refuseWithin(): void {
    if (this.storage.getStore()?.open)
      throw new Error('within a transaction use the Database that it hands to its work; transactions do not nest');
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    const mark = { open: true };
    try {
      return await this.storage.run(mark, work);
    } finally {
      mark.open = false;
    }
  }
}

/** How a transaction reaches its connection. */
export interface Session {
  query(sql: string, parameters?: readonly unknown[]): Promise<Record<string, unknown>[]>;
  copy: Database['copy'];
}

/**
 * BEGIN, work, COMMIT on a session that nobody else uses meanwhile. A throw rolls back; so does a failed statement whose error the work
 * swallowed, since Postgres would answer its COMMIT by rolling back without an error.
 */
export async function runTransaction<T>(
  kind: Database['kind'],
  session: Session,
  work: (tx: Database) => Promise<T>,
): Promise<T> {
  let failure: { error: unknown } | null = null;
  const turns = new Turns();
  const inTurn = async <R>(statement: () => Promise<R>): Promise<R> => {
    try {
      return await turns.take(statement);
    } catch (error) {
      failure ??= { error };
      throw error;
    }
  };
  const tx: Database = {
    kind,
    inTransaction: true,
    query: <Row extends object>(sql: string, parameters?: readonly unknown[]) =>
      inTurn(() => session.query(sql, parameters)) as Promise<Row[]>,
    copy: (target, rows) => inTurn(() => session.copy(target, rows)),
    transaction: () => Promise.reject(new Error('transactions do not nest')),
    close: () => Promise.reject(new Error('a transaction is not closed: it ends with its work')),
  };
  await session.query('begin');
  try {
    const result = await work(tx);
    const swallowed = failure as { error: unknown } | null;
    if (swallowed) throw swallowed.error;
    await session.query('commit');
    return result;
  } catch (error) {
    await session.query('rollback').catch(() => {});
    throw error;
  }
}

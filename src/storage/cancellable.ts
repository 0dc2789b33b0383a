import type { Database } from './database.js';

const inner = new WeakMap<Database, Database>();

/** The same database, whose statements end with `signal`, with its reason. */
export function cancellable(db: Database, signal: AbortSignal): Database {
  const wrapped: Database = {
    kind: db.kind,
    inTransaction: db.inTransaction,
    query: (sql, parameters, course) => db.query(sql, parameters, { ...course, signal }),
    copy: (target, rows) => db.copy(target, rows),
    transaction: (work) => db.transaction(work),
    close: () => db.close(),
  };
  inner.set(wrapped, db);
  return wrapped;
}

/** The database without a signal: for what others share and must not lose when one client goes, such as a model on its way to the compute process. */
export function lasting(db: Database): Database {
  return inner.get(db) ?? db;
}

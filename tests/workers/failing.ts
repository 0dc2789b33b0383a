import type { Database } from '../../src/storage/database.js';

/** Fails with the statement after so many, like one that a connection was lost at; what is under way is rolled back. */
export function failing(db: Database, statements: number): Database {
  let left = statements;
  const through = (each: Database): Database => ({
    ...each,
    query: async (...asked) => {
      if (left-- <= 0) throw new Error('killed');
      return each.query(...(asked as Parameters<Database['query']>)) as never;
    },
    copy: async (...asked) => {
      if (left-- <= 0) throw new Error('killed');
      return each.copy(...asked);
    },
    transaction: (work) => each.transaction((tx) => work(through(tx))),
  });
  return through(db);
}

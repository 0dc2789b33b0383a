import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Database, QueryCourse } from './database.js';

/** The same database, with a span for each statement: its text, whose parameters are no part of it. */
export function traced(db: Database): Database {
  const tracer = trace.getTracer('starkin');
  return {
    kind: db.kind,
    inTransaction: db.inTransaction,
    query: <Row extends object>(sql: string, parameters?: readonly unknown[], course?: QueryCourse<Row>) =>
      tracer.startActiveSpan('sql', { kind: SpanKind.CLIENT, attributes: describe(sql) }, async (span) => {
        try {
          return await db.query<Row>(sql, parameters, course);
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR });
          throw error;
        } finally {
          span.end();
        }
      }),
    copy: (target, rows) => db.copy(target, rows),
    transaction: (work) => db.transaction(work),
    ...(db.load && { load: db.load.bind(db) }),
    close: () => db.close(),
  };
}

const LONGEST = 1000;

function describe(sql: string): Record<string, string> {
  return { 'db.system.name': 'postgresql', 'db.query.text': sql.replace(/\s+/g, ' ').slice(0, LONGEST) };
}

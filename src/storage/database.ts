/**
 * The small interface over both kinds of Postgres: PGlite in the process (`embedded.ts`) and a server (`server.ts`).
 * Table modules take a Database and hold all the SQL; the SQL is the same for both.
 *
 * Values come back alike from both: int8 and numeric as text, timestamptz as Date, bytea as Uint8Array, jsonb parsed, float4/float8/int4 as
 * number, arrays of those as arrays, pgvector's `vector` as text ('[1,2,3]').
 */
export interface Database {
  readonly kind: 'embedded' | 'server';
  /** True for the Database that `transaction` hands to its work. */
  readonly inTransaction: boolean;
  /**
   * Runs one parameterised statement; or, without parameters, one or several, and returns the last one's rows.
   * @throws the signal's reason
   */
  query<Row extends object = Record<string, unknown>>(
    sql: string,
    parameters?: readonly unknown[],
    course?: QueryCourse<Row>,
  ): Promise<Row[]>;
  /** Connections of the pool, and statements that wait for one; absent where there is no pool. */
  readonly load?: () => PoolLoad;
  /** Loads rows by COPY in binary; all or none. @returns the number of rows */
  copy(target: CopyTarget, rows: Iterable<readonly unknown[]>): Promise<number>;
  /** Runs `work` in one transaction; a throw rolls it back. Nested calls are refused. */
  transaction<T>(work: (tx: Database) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface QueryCourse<Row extends object> {
  /** Ends it: a server stops what it runs, an embedded database runs on to the end of the statement but begins no more. */
  readonly signal?: AbortSignal | undefined;
  /** Hears of rows of the answer as soon as they have come, in their order: a server sends them while it looks for others. Another database may tell of none. */
  readonly onRow?: ((row: Row) => void) | undefined;
}

export interface PoolLoad {
  readonly open: number;
  readonly idle: number;
  readonly waiting: number;
}

/** A table and the columns that rows are given in, with their types. */
export interface CopyTarget {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: CopyType }[];
}

export type CopyType =
  | 'text'
  | 'bool'
  | 'int4'
  | 'int8'
  | 'float4'
  | 'float8'
  | 'bytea'
  | 'jsonb'
  | 'float4[]'
  | 'text[]'
  | 'vector'
  | 'timestamptz';

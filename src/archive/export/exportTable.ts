import type { Cell, Column, Row, TableDescription } from '../table/column.js';

/** A table with its rows as they come. */
export interface ExportTable {
  readonly description: TableDescription;
  rows(): AsyncGenerator<readonly Row[], void, undefined>;
}

/** A column with what fills it. */
export type Filled<T> = Column & { readonly value: (row: T) => Cell };

import type { Row, TableDescription } from '../table/column.js';

/** A table with its rows as they come. */
export interface ExportTable {
  readonly description: TableDescription;
  rows(): AsyncGenerator<readonly Row[], void, undefined>;
}

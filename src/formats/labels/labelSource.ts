/** A table being read: its columns, and their values in blocks of rows. */
export interface LabelSource {
  readonly columns: readonly string[];
  /** Values of the columns asked for, row by row in their order; a block at a time. */
  rows(columns: readonly string[]): AsyncIterable<readonly (readonly unknown[])[]>;
  close(): Promise<void>;
}

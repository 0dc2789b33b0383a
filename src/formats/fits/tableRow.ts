import type { BinaryTable, ColumnValues } from './table.js';

/** One row of a table, its narrow columns read: each value by its column's name, in any case; null where the column is absent. */
export class TableRow {
  private constructor(private readonly columns: ReadonlyMap<string, ColumnValues>) {}

  /** Columns longer than this are pixels, read by themselves. */
  private static readonly LONGEST = 64;

  /** Columns of types that are not read (variable-length arrays, complex numbers) are left out. */
  static async read(table: BinaryTable, row: number): Promise<TableRow> {
    const columns = new Map<string, ColumnValues>();
    for (const name of new Set(table.names)) {
      const { repeat, code } = table.describe(name);
      if ((code !== 'A' && repeat > TableRow.LONGEST) || !'LABIJKED'.includes(code) || repeat === 0) continue;
      columns.set(name.toLowerCase(), await table.read(name, row, 1));
    }
    return new TableRow(columns);
  }

  /** @param index within a column of several values a row */
  number(name: string, index = 0): number | null {
    const value = this.columns.get(name.toLowerCase())?.[index];
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
  }

  /** null for an empty string, too. */
  text(name: string): string | null {
    const value = this.columns.get(name.toLowerCase())?.[0];
    return typeof value === 'string' && value !== '' ? value : null;
  }

  /** An identifier of a catalogue, as text, which a 64-bit one stays; null where it is 0, negative or empty, as surveys write "none". */
  identifier(name: string): string | null {
    const value = this.columns.get(name.toLowerCase())?.[0];
    if (typeof value === 'string') return /^[1-9]/.test(value) ? value : null;
    return (typeof value === 'bigint' || typeof value === 'number') && value > 0 ? String(value) : null;
  }

  /** Values of the columns that the table has, under the names given; what is not known is left out. */
  properties(names: readonly string[]): Record<string, string | number> {
    const found: Record<string, string | number> = {};
    for (const name of names) {
      const value = this.columns.get(name.toLowerCase())?.[0];
      if (typeof value === 'bigint') found[name] = String(value);
      else if (typeof value === 'string' && value !== '') found[name] = value;
      else if (typeof value === 'number' && Number.isFinite(value) && Math.trunc(Math.abs(value)) !== 9999)
        found[name] = value;
    }
    return found;
  }
}

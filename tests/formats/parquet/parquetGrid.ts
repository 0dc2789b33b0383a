import type { SchemaElement } from 'hyparquet';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { fluxOf, pixels } from '../sdssFiles.js';

/** Values by row, and their type; none for lists. */
interface Column {
  readonly data: unknown[];
  readonly type?: 'STRING' | 'DOUBLE' | 'INT32';
}

export interface ParquetGridOptions {
  /** Columns by name, to add or exchange; undefined takes one away. */
  readonly change?: Readonly<Record<string, Column | undefined>>;
  /** Key-value metadata, to add or exchange; undefined takes one away. */
  readonly metadata?: Readonly<Record<string, string | undefined>>;
  readonly rowGroupSize?: number;
}

export const wavelengths = Array.from({ length: pixels }, (_, i) => 10 ** (4.179 + 6e-6 * i));

/** A Parquet file of spectra, its wavelengths in its metadata; flux, ivar and a column of wavelengths are lists of doubles. */
export function parquetGrid(
  rows: number,
  { change = {}, metadata = {}, rowGroupSize = 2 }: ParquetGridOptions = {},
): Buffer {
  const each = <T>(value: (row: number) => T) => Array.from({ length: rows }, (_, row) => value(row));
  const columns: Record<string, Column | undefined> = {
    id: { data: each((row) => `grid-${row}`), type: 'STRING' },
    flux: { data: each((row) => fluxOf(row)) },
    ivar: { data: each(() => new Array<number>(pixels).fill(1e4)) },
    teff: { data: each((row) => 4000 + 10 * row), type: 'DOUBLE' },
    logg: { data: each(() => 1.5), type: 'DOUBLE' },
    feh: { data: each(() => -0.1), type: 'DOUBLE' },
    'abundances/Mg': { data: each(() => 0.05), type: 'DOUBLE' },
    ...change,
  };
  const keys: Record<string, string | undefined> = {
    wavelength: JSON.stringify(wavelengths),
    normalised: '1',
    ...metadata,
  };
  const present = Object.entries(columns).flatMap(([name, column]) => (column ? [{ name, ...column }] : []));
  return Buffer.from(
    parquetWriteBuffer({
      columnData: present.map(({ name, data }) => ({ name, data })),
      schema: [{ name: 'schema', num_children: present.length }, ...present.flatMap(schemaOf)],
      kvMetadata: Object.entries(keys).flatMap(([key, value]) => (value === undefined ? [] : [{ key, value }])),
      rowGroupSize,
    }),
  );
}

/** The three levels of a list (Apache Parquet, LogicalTypes), or the one of a value. */
function schemaOf({ name, type }: Column & { name: string }): SchemaElement[] {
  if (type === 'STRING') return [{ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type: 'OPTIONAL' }];
  if (type) return [{ name, type, repetition_type: 'OPTIONAL' }];
  return [
    { name, converted_type: 'LIST', repetition_type: 'OPTIONAL', num_children: 1 },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  ];
}

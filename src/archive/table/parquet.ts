import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell, Column, Row, Sink, TableFormat } from './column.js';

/** Numbers and texts of a row group: larger ones are read faster, and take longer to make, while a server answers nobody, and more room. */
const GROUP = 120_000;

/** Parquet, of which no more than a row group is held. Units and meanings stand in the metadata, as JSON under `columns`. */
export const parquet: TableFormat = {
  extension: 'parquet',
  type: 'application/vnd.apache.parquet',
  async open({ name, description, columns, facts }, sink) {
    const bytes = new SinkWriter(sink);
    const told = columns.map(({ name, unit, ucd, description }) => ({ name, unit, ucd, description }));
    const writer = new ParquetWriter({
      writer: bytes,
      schema: [{ name: 'root', num_children: columns.length }, ...columns.flatMap(schemaOf)],
      kvMetadata: Object.entries({ name, description, ...facts, columns: JSON.stringify(told) }).map(
        ([key, value]) => ({ key, value }),
      ),
      createdBy: 'starkin',
    });
    const perRow = columns.reduce((sum, { type, size = 1 }) => sum + (type === 'floats' ? size : 1), 0);
    let held: Row[] = [];
    const flush = async () => {
      const rows = held;
      held = [];
      if (rows.length === 0) return;
      const columnData = columns.map((column, i) => ({
        name: column.name,
        data: rows.map((row) => cellOf(column, row[i])),
      }));
      await writer.write({ columnData, rowGroupSize: rows.length });
    };
    return {
      async write(rows) {
        held.push(...rows);
        if (held.length * perRow >= GROUP) await flush();
      },
      async end() {
        await flush();
        await writer.finish();
      },
    };
  },
};

/** The library's buffer, emptied into the sink after every row group. */
class SinkWriter extends ByteWriter {
  constructor(private readonly sink: Sink) {
    super(1 << 20);
  }

  async flush(): Promise<void> {
    const bytes = this.getBytes().slice();
    this.index = 0;
    await this.sink(bytes);
  }

  override finish(): Promise<void> {
    return this.flush();
  }
}

const types = { int: 'INT32', float: 'FLOAT', double: 'DOUBLE', boolean: 'BOOLEAN' } as const;

function schemaOf({ name, type }: Column): SchemaElement[] {
  if (type === 'floats')
    return [
      { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
      { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
      { name: 'element', repetition_type: 'REQUIRED', type: 'FLOAT' },
    ];
  if (type === 'text') return [{ name, repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
  return [{ name, repetition_type: 'OPTIONAL', type: types[type] }];
}

/** null stands for no value in every type, NaN included: Parquet's statistics take none. */
function cellOf({ type }: Column, value: Cell): unknown {
  if (type === 'floats') return value === null ? null : Array.from(value as ArrayLike<number>);
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}

import type { SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { Cell, Column, Sink, TableFormat } from './column.js';

/** Numbers and texts of a row group: larger ones are read faster, and take longer to make, while a server answers nobody, and more room. */
const GROUP = 120_000;
/**
 * Numbers of a column of lists in a row group: arrays of more than 16,000 are large objects to V8, which it collects late. 300,000 latents peaked at 120 MB (resident),
 * where with GROUP alone they took 270, in a file a tenth smaller.
 */
const LISTED = 10_000;

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
    const longest = Math.max(...columns.map(({ type, size = 1 }) => (type === 'floats' ? size : 0)));
    let group = columns.map(heldColumn);
    let rows = 0;
    const flush = async () => {
      if (rows === 0) return;
      const columnData = group.map(({ values }, i) => ({ name: columns[i].name, data: values() }));
      const rowGroupSize = rows;
      group = columns.map(heldColumn);
      rows = 0;
      await writer.write({ columnData, rowGroupSize });
    };
    return {
      async write(batch) {
        for (const row of batch) for (const [i, column] of group.entries()) column.hold(row[i]);
        rows += batch.length;
        if (rows * perRow >= GROUP || rows * longest >= LISTED) await flush();
      },
      async end() {
        await flush();
        await writer.finish();
      },
    };
  },
};

/** A column of the row group in hand. */
interface HeldColumn {
  hold(cell: Cell): void;
  values(): unknown[];
}

/** Numbers are held as such, not within the rows that they came in: what outlives a batch is garbage that V8 is slow to collect. */
function heldColumn(column: Column): HeldColumn {
  if (column.type !== 'floats') {
    const cells: unknown[] = [];
    return { hold: (cell) => cells.push(cellOf(cell)), values: () => cells };
  }
  const lengths: (number | null)[] = [];
  let numbers = new Float32Array(1 << 12);
  let end = 0;
  return {
    hold(cell) {
      const list = cell as ArrayLike<number> | null;
      lengths.push(list?.length ?? null);
      if (!list) return;
      if (end + list.length > numbers.length) {
        const larger = new Float32Array(Math.max(2 * numbers.length, end + list.length));
        larger.set(numbers);
        numbers = larger;
      }
      numbers.set(list, end);
      end += list.length;
    },
    values() {
      let at = 0;
      return lengths.map((length) => {
        if (length === null) return null;
        const list = Array.from(numbers.subarray(at, at + length));
        at += length;
        return list;
      });
    },
  };
}

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
function cellOf(value: Cell): unknown {
  return typeof value === 'number' && Number.isNaN(value) ? null : value;
}

import type { ColumnChunk, SchemaElement } from 'hyparquet';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import type { Cell, Column, Sink, TableDescription, TableFormat } from './column.js';
import { ListChunk } from './parquetLists.js';

/** Cells of a row group, a list being one: larger ones are read faster, and take more room. */
const GROUP = 250_000;
/** Numbers of a column of lists in a row group: 58 spectra of APOGEE. */
const LISTED = 500_000;
/** Row groups that a file has rather than larger ones: the footer, half a kB for each of their columns, is held to the end. */
const GROUPS = 5000;
/** By how much they are larger then, at most: 174 spectra, which take 123 MB (resident) to write where 58 take 64. */
const LARGER = 3;

/** Parquet, of which no more than a row group is held. Units and meanings stand in the metadata, as JSON under `columns`; an axis that all rows share under its name, its numbers alone. */
export const parquet: TableFormat = {
  extension: 'parquet',
  type: 'application/vnd.apache.parquet',
  holdsArrays: true,
  async open(table, sink) {
    const { columns } = table;
    const bytes = new SinkWriter(sink);
    const root: SchemaElement = { name: 'root', num_children: columns.length };
    const writer = new ParquetWriter({
      writer: bytes,
      schema: [root, ...columns.flatMap(schemaOf)],
      kvMetadata: metadataOf(table),
      createdBy: 'starkin',
    });
    const chunks = columns.map((column) => (isList(column) ? listChunk(column) : new CellChunk(root, column)));
    const longest = Math.max(...columns.map((column) => (isList(column) ? (column.size ?? 1) : 0)));
    const groups = Math.max((table.rows * columns.length) / GROUP, (table.rows * longest) / LISTED);
    const larger = Math.min(LARGER, Math.max(1, groups / GROUPS));
    let rows = 0;
    const flush = async () => {
      if (rows === 0) return;
      const start = bytes.offset;
      const written: ColumnChunk[] = [];
      for (const chunk of chunks) {
        written.push(chunk.write(bytes));
        await bytes.flush();
      }
      writer.row_groups.push({
        columns: written,
        total_byte_size: written.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
        num_rows: BigInt(rows),
        total_compressed_size: BigInt(bytes.offset - start),
      });
      writer.num_rows += BigInt(rows);
      rows = 0;
    };
    return {
      async write(batch) {
        for (const row of batch) for (const [i, chunk] of chunks.entries()) chunk.hold(row[i]);
        rows += batch.length;
        if (rows * columns.length >= larger * GROUP || rows * longest >= larger * LISTED) await flush();
      },
      async end() {
        await flush();
        await writer.finish();
      },
    };
  },
};

function metadataOf({ name, description, columns, axis, facts }: TableDescription) {
  const told = [...columns, ...(axis ? [axis] : [])].map(({ name, unit, ucd, description }) => ({
    name,
    unit,
    ucd,
    description,
  }));
  const entries = {
    name,
    description,
    ...facts,
    columns: JSON.stringify(told),
    ...(axis && { [axis.name]: JSON.stringify([...axis.values]) }),
  };
  return Object.entries(entries).map(([key, value]) => ({ key, value }));
}

/** Cells of one column that hold a value each, those of a row group. */
class CellChunk {
  private cells: unknown[] = [];
  private readonly element: SchemaElement;

  constructor(
    private readonly root: SchemaElement,
    column: Column,
  ) {
    [this.element] = schemaOf(column);
  }

  /** null stands for no value in every type, NaN included: Parquet's statistics take none. */
  hold(cell: Cell): void {
    this.cells.push(typeof cell === 'number' && Number.isNaN(cell) ? null : cell);
  }

  /** Writes what is held, and holds nothing from then on. */
  write(writer: ByteWriter): ColumnChunk {
    const values = this.cells;
    this.cells = [];
    return writeColumn({
      writer,
      column: {
        columnName: this.element.name,
        element: this.element,
        schemaPath: [this.root, this.element],
        codec: 'SNAPPY',
        compressors: { SNAPPY: snappyCompress },
        stats: true,
        pageSize: 0,
        columnIndex: false,
        offsetIndex: false,
      },
      pageData: {
        values,
        definitionLevels: values.map((value) => (value === null ? 0 : 1)),
        repetitionLevels: [],
        maxDefinitionLevel: 1,
      },
    }).chunk;
  }
}

/** The library's buffer, emptied into the sink after every column of a row group. */
class SinkWriter extends ByteWriter {
  constructor(private readonly sink: Sink) {
    super(1 << 20);
  }

  async flush(): Promise<void> {
    await this.sink(this.getBytes());
    this.index = 0;
  }

  override finish(): Promise<void> {
    return this.flush();
  }
}

const types = { int: 'INT32', float: 'FLOAT', double: 'DOUBLE', boolean: 'BOOLEAN' } as const;

function isList({ type }: Column): boolean {
  return type === 'floats' || type === 'masks';
}

function listChunk({ name, type }: Column): ListChunk {
  return new ListChunk(name, type === 'floats' ? 'FLOAT' : 'INT32');
}

function schemaOf({ name, type }: Column): SchemaElement[] {
  switch (type) {
    case 'floats':
      return listSchema(name, { type: 'FLOAT' });
    case 'masks':
      return listSchema(name, { type: 'INT32', converted_type: 'UINT_32' });
    case 'text':
      return [{ name, repetition_type: 'OPTIONAL', type: 'BYTE_ARRAY', converted_type: 'UTF8' }];
    default:
      return [{ name, repetition_type: 'OPTIONAL', type: types[type] }];
  }
}

function listSchema(name: string, element: Pick<SchemaElement, 'type' | 'converted_type'>): SchemaElement[] {
  return [
    { name, repetition_type: 'OPTIONAL', num_children: 1, converted_type: 'LIST' },
    { name: 'list', repetition_type: 'REPEATED', num_children: 1 },
    { name: 'element', repetition_type: 'REQUIRED', ...element },
  ];
}

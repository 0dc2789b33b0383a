import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type SchemaTree,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { FileError } from '../../domain/errors.js';
import { describeStart } from '../fileSignature.js';
import type { RowRange } from '../format.js';
import { SourceFile } from '../sourceFile.js';
import { packLists } from './packedLists.js';

/** Bytes of a row group's columns, unpacked, that are read: a column of a row group is held whole while it is read. */
const LARGEST_GROUP = 256 * 1024 * 1024;

/** A Parquet file open for reading (Apache Parquet format 2), its faults as FileErrors. What is damaged may keep the library busy for ever or fill the memory. */
export class ParquetFile {
  /** By column, what was decoded last: a row group is read in slices, and decoded once. */
  private readonly decoded = new Map<string, { readonly group: number; readonly values: readonly unknown[] }>();

  private constructor(
    private readonly source: SourceFile,
    private readonly buffer: AsyncBuffer,
    readonly metadata: FileMetaData,
    private readonly schema: SchemaTree,
  ) {}

  /** @throws FileError when the file is missing, not Parquet, truncated, or its footer makes no sense */
  static async open(path: string): Promise<ParquetFile> {
    const source = await SourceFile.open(path, 'a Parquet file');
    try {
      const found = describeStart(await source.start(64));
      if (found !== 'a Parquet file')
        throw new FileError({ file: path, place: 'first bytes', expected: 'a Parquet file', found });
      const buffer: AsyncBuffer = {
        byteLength: source.size,
        slice(start, end = source.size) {
          const bytes = readRange(source, start, end);
          // The library reads ahead and forgets what it no longer needs: a rejection that nobody waits for would end the process.
          bytes.catch(() => {});
          return bytes;
        },
      };
      return await guard(path, 'footer', async () => {
        // No spectrum is a place on Earth, and hyparquet 1.31 looks for such columns for ever where a damaged footer counts fewer than no children.
        const metadata = await parquetMetadataAsync(buffer, { geoparquet: false });
        const file = new ParquetFile(source, buffer, metadata, parquetSchema(metadata));
        file.checkRows();
        file.checkColumns();
        return file;
      });
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  get path(): string {
    return this.source.path;
  }

  get rows(): number {
    return Number(this.metadata.num_rows);
  }

  /** Columns at the top of the schema. */
  get names(): string[] {
    return this.schema.children.map(({ element }) => element.name ?? '');
  }

  /** A value of the file's key-value metadata; null where there is none of this key. */
  keyValue(key: string): string | null {
    return this.metadata.key_value_metadata?.find((entry) => entry.key === key)?.value ?? null;
  }

  /** Row groups as ranges of rows. @throws FileError when one is too large to be read in bounded memory */
  groups(): RowRange[] {
    this.metadata.row_groups.forEach((group, i) => {
      const bytes = Number(group.total_byte_size);
      if (bytes > LARGEST_GROUP)
        throw this.fault(
          `row group ${i}`,
          `at most ${LARGEST_GROUP >> 20} MiB, since a row group is unpacked in memory`,
          `${Math.round(bytes / 2 ** 20)} MiB`,
          'write it again in smaller ones, with pyarrow: pq.write_table(table, path, row_group_size=500)',
        );
    });
    return this.ranges();
  }

  /** Columns within a range of rows: the values of each by row, lists of numbers as typed arrays. */
  async read<Name extends string>(
    names: readonly Name[],
    { start, end }: RowRange,
  ): Promise<Record<Name, readonly unknown[]>> {
    const read: Partial<Record<Name, readonly unknown[]>> = {};
    for (const name of names) {
      const pieces: (readonly unknown[])[] = [];
      for (const [group, range] of this.ranges().entries()) {
        const [from, to] = [Math.max(start, range.start), Math.min(end, range.end)];
        if (from >= to) continue;
        const values = await this.columnOf(name, group, range);
        pieces.push(values.slice(from - range.start, to - range.start));
      }
      read[name] = pieces.length === 1 ? pieces[0] : pieces.flat();
    }
    return read as Record<Name, readonly unknown[]>;
  }

  fault(place: string, expected: string, found: string, remedy?: string): FileError {
    return new FileError({ file: this.path, place, expected, found }, remedy);
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private ranges(): RowRange[] {
    let start = 0;
    return this.metadata.row_groups.map((group) => {
      const range = { start, end: start + Number(group.num_rows) };
      start = range.end;
      return range;
    });
  }

  private async columnOf(name: string, group: number, range: RowRange): Promise<readonly unknown[]> {
    const kept = this.decoded.get(name);
    if (kept?.group === group) return kept.values;
    // First forgotten, then read: two groups at a time would take twice the memory.
    this.decoded.delete(name);
    const values = await this.decode(name, range);
    this.decoded.set(name, { group, values });
    return values;
  }

  private decode(name: string, { start, end }: RowRange): Promise<readonly unknown[]> {
    return guard(this.path, `column ${name}, rows ${start} to ${end - 1}`, async () => {
      const values: unknown[] = new Array(end - start);
      await parquetRead({
        ...{ file: this.buffer, metadata: this.metadata, compressors, columns: [name], rowStart: start, rowEnd: end },
        onChunk({ columnData, rowStart: first }) {
          const length = Math.min(columnData.length, end - first);
          for (let i = 0; i < length; i++) values[first - start + i] = columnData[i];
        },
      });
      return packLists(values, leavesOf(this.schema, name)[0]?.element.type === 'FLOAT');
    });
  }

  /** Every row has an id of its own, which takes a byte at least: more rows than that are a damaged footer's. */
  private checkRows(): void {
    const stated = Number(this.metadata.num_rows);
    const rows = this.metadata.row_groups.map((group) => Number(group.num_rows));
    const sum = rows.reduce((total, count) => total + count, 0);
    if (sum !== stated || rows.some((count) => !(count >= 0 && count <= this.source.size)))
      throw this.fault('footer', `${stated} rows, in row groups`, `${sum}: it is damaged`);
  }

  /**
   * A row group has the schema's columns in their order. The library takes a chunk for whichever column it names: one named twice would be read and
   * awaited by nobody, and its failure end the process.
   */
  private checkColumns(): void {
    const expected = leavesOf(this.schema).map(({ path }) => path.join('.'));
    this.metadata.row_groups.forEach(({ columns }, group) => {
      const found = columns.map(({ meta_data }) => meta_data?.path_in_schema.join('.'));
      if (found.length !== expected.length || found.some((path, i) => path !== expected[i]))
        throw this.fault(
          `footer, row group ${group}`,
          `the columns ${list(expected)}`,
          `${list(found)}: it is damaged`,
        );
    });
  }
}

/** The columns that hold values, of the whole schema or of one at its top. */
function leavesOf(tree: SchemaTree, name?: string): SchemaTree[] {
  const children = name === undefined ? tree.children : tree.children.filter(({ element }) => element.name === name);
  return children.flatMap((child) => (child.children.length ? leavesOf(child) : [child]));
}

function list(names: readonly (string | undefined)[]): string {
  const few = names.slice(0, 20).map((name) => name ?? '?');
  return names.length > few.length ? `${few.join(', ')} and ${names.length - few.length} more` : few.join(', ');
}

/** The range is checked before memory is taken: a damaged footer asks for anything. */
async function readRange(source: SourceFile, start: number, end: number): Promise<ArrayBuffer> {
  if (!(start >= 0 && end >= start && end <= source.size))
    throw new Error(`bytes ${start} to ${end} of ${source.size}`);
  return (await source.read(start, end - start, `bytes ${start} to ${end}`)).buffer as ArrayBuffer;
}

/** The library's own errors say what is damaged, but not in which file. */
async function guard<T>(file: string, place: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof FileError) throw error;
    const found = `${error instanceof Error ? error.message : error}: it is damaged or truncated`;
    throw new FileError({ file, place, expected: 'a whole Parquet file', found }, 'fetch or write the file again');
  }
}

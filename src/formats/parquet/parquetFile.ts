import {
  type AsyncBuffer,
  type FileMetaData,
  parquetMetadataAsync,
  parquetReadObjects,
  parquetSchema,
} from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { FileError } from '../../domain/errors.js';
import { describeStart } from '../fileSignature.js';
import type { RowRange } from '../format.js';
import { SourceFile } from '../sourceFile.js';

/** Bytes of a row group's columns, unpacked, that are read: a column of a row group is held whole while it is read. */
const LARGEST_GROUP = 256 * 1024 * 1024;

/** A Parquet file open for reading (Apache Parquet format 2), its faults as FileErrors. */
export class ParquetFile {
  private constructor(
    private readonly source: SourceFile,
    private readonly buffer: AsyncBuffer,
    readonly metadata: FileMetaData,
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
      // No spectrum is a place on Earth, and hyparquet 1.31 looks for such columns for ever where a damaged footer counts fewer than no children.
      const metadata = await guard(path, 'footer', () => parquetMetadataAsync(buffer, { geoparquet: false }));
      const file = new ParquetFile(source, buffer, metadata);
      file.checkRows();
      return file;
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
    return parquetSchema(this.metadata).children.map(({ element }) => element.name ?? '');
  }

  /** A value of the file's key-value metadata; null where there is none of this key. */
  keyValue(key: string): string | null {
    return this.metadata.key_value_metadata?.find((entry) => entry.key === key)?.value ?? null;
  }

  /** Row groups as ranges of rows. @throws FileError when one is too large to be read in bounded memory */
  groups(): RowRange[] {
    let start = 0;
    return this.metadata.row_groups.map((group, i) => {
      const bytes = Number(group.total_byte_size);
      if (bytes > LARGEST_GROUP)
        throw this.fault(
          `row group ${i}`,
          `at most ${LARGEST_GROUP >> 20} MiB, since a row group is unpacked in memory`,
          `${Math.round(bytes / 2 ** 20)} MiB`,
          'write it again in smaller ones, with pyarrow: pq.write_table(table, path, row_group_size=500)',
        );
      const range = { start, end: start + Number(group.num_rows) };
      start = range.end;
      return range;
    });
  }

  /** Rows as objects by column. */
  async read(columns: readonly string[], { start, end }: RowRange): Promise<Record<string, unknown>[]> {
    const options = { file: this.buffer, metadata: this.metadata, columns: [...columns], compressors };
    return guard(this.path, `rows ${start} to ${end - 1}`, () =>
      parquetReadObjects({ ...options, rowStart: start, rowEnd: end }),
    );
  }

  /** Every row has an id of its own, which takes a byte at least: more rows than that are a damaged footer's. */
  private checkRows(): void {
    const rows = this.metadata.row_groups.map((group) => Number(group.num_rows));
    const sum = rows.reduce((total, count) => total + count, 0);
    if (sum !== this.rows || rows.some((count) => !(count >= 0 && count <= this.source.size)))
      throw this.fault('footer', `${this.rows} rows, in row groups`, `${sum}: it is damaged`);
  }

  fault(place: string, expected: string, found: string, remedy?: string): FileError {
    return new FileError({ file: this.path, place, expected, found }, remedy);
  }

  close(): Promise<void> {
    return this.source.close();
  }
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

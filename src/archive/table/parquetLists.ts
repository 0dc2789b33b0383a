import type { ColumnChunk, Encoding } from 'hyparquet';
import { ByteWriter } from 'hyparquet-writer';
import { writePageHeader } from 'hyparquet-writer/src/datapage.js';
import { snappyCompress } from 'hyparquet-writer/src/snappy.js';
import type { Cell } from './column.js';

/** Levels of a list in a schema of `optional list { repeated { required element } }`: of definition for its numbers and for no list, of repetition for its first number and the others. */
const levels = { whole: 2, none: 0, first: 0, further: 1 } as const;

const encodings: Encoding[] = ['PLAIN', 'RLE'];

/**
 * Lists of numbers of one column, those of a row group: kept as numbers, never within the rows that they came in, and written as one page (Parquet 2.12, DataPageHeaderV2). The
 * library takes arrays of JavaScript numbers with two levels for each: 20 times the bytes, in pieces that V8 collects late, and 10 times the time.
 */
export class ListChunk {
  private readonly path: string[];
  private lengths: (number | null)[] = [];
  private numbers: Float32Array | Uint32Array;
  private end = 0;

  constructor(
    name: string,
    private readonly type: 'FLOAT' | 'INT32',
  ) {
    this.path = [name, 'list', 'element'];
    this.numbers = this.room(1 << 12);
  }

  hold(cell: Cell): void {
    const list = cell as ArrayLike<number> | null;
    this.lengths.push(list?.length ?? null);
    if (!list) return;
    if (this.end + list.length > this.numbers.length) {
      const larger = this.room(Math.max(2 * this.numbers.length, this.end + list.length));
      larger.set(this.numbers);
      this.numbers = larger;
    }
    this.numbers.set(list, this.end);
    this.end += list.length;
  }

  /** Writes what is held, and holds nothing from then on. */
  write(writer: ByteWriter): ColumnChunk {
    const start = writer.offset;
    const repetition = this.repetitionLevels();
    const definition = this.definitionLevels();
    const bytes = new Uint8Array(this.numbers.buffer, 0, 4 * this.end);
    const packed = snappyCompress(bytes);
    const nulls = this.lengths.filter((length) => length === null).length;
    const own = repetition.length + definition.length;
    writePageHeader(writer, {
      type: 'DATA_PAGE_V2',
      uncompressed_page_size: own + bytes.length,
      compressed_page_size: own + packed.length,
      data_page_header_v2: {
        num_values: this.end + nulls,
        num_nulls: nulls,
        num_rows: this.lengths.length,
        encoding: 'PLAIN',
        definition_levels_byte_length: definition.length,
        repetition_levels_byte_length: repetition.length,
        is_compressed: true,
      },
    });
    const header = writer.offset - start;
    for (const part of [repetition, definition, packed]) writer.appendBytes(part);
    const chunk: ColumnChunk = {
      file_offset: BigInt(start),
      meta_data: {
        type: this.type,
        // Held to the end for every row group: as one.
        encodings,
        path_in_schema: this.path,
        codec: 'SNAPPY',
        num_values: BigInt(this.end + nulls),
        total_uncompressed_size: BigInt(header + own + bytes.length),
        total_compressed_size: BigInt(writer.offset - start),
        data_page_offset: BigInt(start),
      },
    };
    this.lengths = [];
    this.end = 0;
    return chunk;
  }

  private room(numbers: number): Float32Array | Uint32Array {
    return this.type === 'FLOAT' ? new Float32Array(numbers) : new Uint32Array(numbers);
  }

  private repetitionLevels(): Uint8Array {
    const runs = new Runs();
    for (const length of this.lengths) {
      runs.add(levels.first, 1);
      runs.add(levels.further, (length ?? 1) - 1);
    }
    return runs.bytes();
  }

  private definitionLevels(): Uint8Array {
    const runs = new Runs();
    for (const length of this.lengths) runs.add(length === null ? levels.none : levels.whole, length ?? 1);
    return runs.bytes();
  }
}

/** Levels as runs of one value (Parquet's RLE hybrid, at most 8 bits each). */
class Runs {
  private readonly writer = new ByteWriter();
  private value = 0;
  private count = 0;

  add(value: number, count: number): void {
    if (count === 0) return;
    if (value !== this.value) this.end();
    this.value = value;
    this.count += count;
  }

  bytes(): Uint8Array {
    this.end();
    return this.writer.getBytes();
  }

  private end(): void {
    if (this.count > 0) {
      this.writer.appendVarInt(this.count << 1);
      this.writer.appendUint8(this.value);
    }
    this.count = 0;
  }
}

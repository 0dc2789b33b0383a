import { FileError } from '../../domain/errors.js';
import type { FitsFile } from './fitsFile.js';
import { describeHdu, type Hdu } from './hdu.js';
import {
  decodeNumbers,
  type IntegerArray,
  integers,
  type NumberType,
  numberBytes,
  physical,
  type Scaling,
} from './numbers.js';

const numberCodes: Readonly<Record<string, NumberType>> = {
  B: 'uint8',
  I: 'int16',
  J: 'int32',
  K: 'int64',
  E: 'float32',
  D: 'float64',
};
/** Bytes of an element whose type is known but not read: complex numbers, and descriptors of variable-length arrays. */
const otherBytes: Readonly<Record<string, number>> = { L: 1, A: 1, C: 8, M: 16, P: 8, Q: 16 };

interface Column {
  readonly name: string;
  /** TFORM's letter. */
  readonly code: string;
  readonly repeat: number;
  /** Byte range within a row. */
  readonly offset: number;
  readonly bytes: number;
  readonly scaling: Scaling;
}

/** Bytes of a column from which it is read cell by cell, as a single row is: whole rows, with all their other columns, would be many times as much. */
const WIDE = 4096;

/** TTYPEn of a table, in order, in lower case: by which products are told apart. */
export function columnNames({ kind, header }: Hdu): string[] {
  const fields = kind === 'table' ? (header.number('TFIELDS') ?? 0) : 0;
  return Array.from({ length: fields }, (_, i) => header.text(`TTYPE${i + 1}`)?.toLowerCase() ?? '');
}

/** Values row by row, `repeat` per row; one string per row for characters; null for an undefined logical. */
export type ColumnValues = Float64Array | IntegerArray | string[] | (boolean | null)[];

/** A binary table (FITS Standard 4.0, section 7.3). Columns of logicals, characters, integers and floating-point numbers are read. */
export class BinaryTable {
  private constructor(
    private readonly file: FitsFile,
    private readonly hdu: Hdu,
    private readonly columns: readonly Column[],
  ) {}

  /** @throws FileError when the HDU is no binary table, or its columns do not fill its rows */
  static of(file: FitsFile, hdu: Hdu): BinaryTable {
    const fail = (place: string, expected: string, found: string) =>
      new FileError({ file: file.path, place: `HDU ${hdu.index}${place}`, expected, found });
    if (hdu.kind !== 'table' || hdu.shape.length !== 2 || hdu.bitpix !== 8)
      throw fail('', 'a binary table', describeHdu(hdu));
    const fields = hdu.header.number('TFIELDS') ?? -1;
    if (!(fields >= 0 && fields <= 999))
      throw fail(', TFIELDS', 'an integer from 0 to 999', `${hdu.header.get('TFIELDS')}`);
    const columns: Column[] = [];
    let offset = 0;
    for (let n = 1; n <= fields; n++) {
      const column = parseColumn(hdu, n, offset);
      if (!column) throw fail(`, TFORM${n}`, 'a column format such as 3E or 18A', `${hdu.header.get(`TFORM${n}`)}`);
      columns.push(column);
      offset += column.bytes;
    }
    if (offset !== hdu.shape[0])
      throw fail('', `columns that fill the ${hdu.shape[0]} bytes of a row`, `${offset} bytes`);
    return new BinaryTable(file, hdu, columns);
  }

  get rows(): number {
    return this.hdu.shape[1];
  }

  /** TTYPEn, in order. */
  get names(): string[] {
    return this.columns.map(({ name }) => name);
  }

  /** Values per row of a column, 0 where there is none of this name; and its unit (TUNITn), as it stands there. */
  describe(name: string): { readonly repeat: number; readonly code: string; readonly unit: string | null } {
    const index = this.columns.findIndex((c) => c.name.toLowerCase() === name.toLowerCase());
    if (index < 0) return { repeat: 0, code: '', unit: null };
    const { repeat, code } = this.columns[index];
    return { repeat, code, unit: this.hdu.header.text(`TUNIT${index + 1}`) };
  }

  /**
   * @param name TTYPEn, in any case
   * @returns integers as they are (64-bit ones as bigint, TNULLn not interpreted); floating-point and scaled values as doubles
   * @throws FileError when there is no such column or row, or its type is not read: bits, complex numbers, variable-length arrays
   */
  async read(name: string, first = 0, count = this.rows - first): Promise<ColumnValues> {
    const column = this.columns.find((c) => c.name.toLowerCase() === name.toLowerCase());
    if (!column) throw this.fault(name, `one of the columns ${this.names.join(', ')}`, 'no such column');
    if (first < 0 || count < 0 || first + count > this.rows)
      throw this.fault(name, `rows ${first} to ${first + count}`, `${this.rows} rows`);
    const bytes = await this.gather(column, first, count);
    if (column.code === 'A')
      return Array.from({ length: count }, (_, row) => text(bytes, row * column.bytes, column.bytes));
    if (column.code === 'L') return Array.from(bytes, (byte) => (byte === 0x54 ? true : byte === 0x46 ? false : null));
    const type = numberCodes[column.code];
    if (!type) {
      const what = 'PQ'.includes(column.code)
        ? 'a variable-length array'
        : 'XCM'.includes(column.code)
          ? 'bits or complex numbers'
          : 'another type';
      throw this.fault(
        name,
        'a column of type L, A, B, I, J, K, E or D with a fixed length',
        `type ${column.code}: ${what}`,
      );
    }
    const raw = decodeNumbers(bytes, type);
    return integers(raw, column.scaling) ?? physical(raw, column.scaling);
  }

  /** One column's bytes, row after row. */
  private async gather({ offset, bytes }: Column, first: number, count: number): Promise<Buffer> {
    const width = this.hdu.shape[0];
    if (bytes >= WIDE || count === 1) {
      const cells = [];
      for (let row = first; row < first + count; row++)
        cells.push(await this.file.read(this.hdu, row * width + offset, bytes));
      return cells.length === 1 ? cells[0] : ownBuffer(cells);
    }
    const rows = await this.file.read(this.hdu, first * width, count * width);
    const gathered = Buffer.allocUnsafeSlow(count * bytes);
    for (let row = 0; row < count; row++)
      rows.copy(gathered, row * bytes, row * width + offset, row * width + offset + bytes);
    return gathered;
  }

  private fault(column: string, expected: string, found: string): FileError {
    return new FileError({ file: this.file.path, place: `HDU ${this.hdu.index}, column ${column}`, expected, found });
  }
}

function parseColumn({ header }: Hdu, n: number, offset: number): Column | null {
  const form = /^(\d*)([LXBIJKAEDCMPQ])/.exec(header.text(`TFORM${n}`) ?? '');
  if (!form) return null;
  const [, digits, code] = form;
  const repeat = digits === '' ? 1 : Number(digits);
  const bytes = code === 'X' ? Math.ceil(repeat / 8) : repeat * (otherBytes[code] ?? numberBytes[numberCodes[code]]);
  const blank = header.get(`TNULL${n}`);
  const scaling = {
    scale: header.number(`TSCAL${n}`) ?? 1,
    zero: header.number(`TZERO${n}`) ?? 0,
    blank: typeof blank === 'number' || typeof blank === 'bigint' ? blank : null,
  };
  return { name: header.text(`TTYPE${n}`) ?? `column ${n}`, code, repeat, offset, bytes, scaling };
}

/** In an ArrayBuffer of its own, aligned for any number. */
function ownBuffer(parts: readonly Buffer[]): Buffer {
  const whole = Buffer.allocUnsafeSlow(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) at += part.copy(whole, at);
  return whole;
}

/** Characters up to a NUL, without trailing blanks. */
function text(bytes: Buffer, start: number, length: number): string {
  return bytes
    .toString('latin1', start, start + length)
    .split('\0', 1)[0]
    .trimEnd();
}

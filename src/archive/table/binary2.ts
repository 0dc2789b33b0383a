import type { Cell, Column, Row } from './column.js';

/** Rows as VOTable's BINARY2 has them (VOTable 1.4, 5.4): bits that say which cells are null, then every cell, big-endian. */
export class Binary2 {
  private bytes = Buffer.alloc(0);
  private readonly flags: number;
  private readonly fixed: number;

  constructor(private readonly columns: readonly Column[]) {
    this.flags = Math.ceil(columns.length / 8);
    this.fixed = columns.reduce((sum, column) => sum + fixedBytes(column), 0);
  }

  /** @returns bytes that the next rows overwrite: garbage of this kind V8 collects late */
  encode(rows: readonly Row[]): Buffer {
    const length = rows.reduce((sum, row) => sum + this.lengthOf(row), 0);
    if (this.bytes.length < length) this.bytes = Buffer.alloc(length);
    else this.bytes.fill(0, 0, length);
    let place = 0;
    for (const row of rows) place += this.write(row, place);
    return this.bytes.subarray(0, length);
  }

  private lengthOf(row: Row): number {
    const texts = this.columns.map(({ type }, i) => (type === 'text' ? 4 + 2 * textOf(row[i]).length : 0));
    return texts.reduce((sum, bytes) => sum + bytes, this.flags + this.fixed);
  }

  /** @returns the bytes that it took */
  private write(row: Row, start: number): number {
    let place = start + this.flags;
    this.columns.forEach((column, i) => {
      if (row[i] === null) this.bytes[start + (i >> 3)] |= 0x80 >> (i & 7);
      const write = column.type === 'text' ? writeText : writeNumber;
      place += write(this.bytes, place, column, row[i]);
    });
    return place - start;
  }
}

function textOf(value: Cell): string {
  return value === null ? '' : String(value);
}

/** unicodeChar: the number of 16-bit units, then these. @returns the bytes that it took */
function writeText(bytes: Buffer, place: number, _: Column, value: Cell): number {
  const text = textOf(value);
  bytes.writeUInt32BE(text.length, place);
  const end = place + 4 + bytes.write(text, place + 4, 'utf16le');
  bytes.subarray(place + 4, end).swap16();
  return end - place;
}

function fixedBytes({ type, size = 0 }: Column): number {
  return { text: 0, int: 4, float: 4, double: 8, boolean: 1, floats: 4 * size, masks: 8 * size }[type];
}

/** @returns the bytes that it took */
function writeNumber(bytes: Buffer, place: number, column: Column, value: Cell): number {
  const number = value === null ? Number.NaN : (value as number);
  if (column.type === 'double') bytes.writeDoubleBE(number, place);
  else if (column.type === 'float') bytes.writeFloatBE(number, place);
  else if (column.type === 'int') bytes.writeInt32BE(value === null ? 0 : number, place);
  else if (column.type === 'boolean') bytes.write(value === null ? '?' : value ? 'T' : 'F', place, 'latin1');
  else if (column.type === 'masks')
    // 64 bits, since VOTable knows no unsigned 32: the upper ones are 0.
    for (let i = 0; i < (column.size ?? 0); i++)
      bytes.writeUInt32BE(value === null ? 0 : (value as ArrayLike<number>)[i], place + 8 * i + 4);
  else
    for (let i = 0; i < (column.size ?? 0); i++)
      bytes.writeFloatBE(value === null ? Number.NaN : (value as ArrayLike<number>)[i], place + 4 * i);
  return fixedBytes(column);
}

import type { Cell, Column, Row } from './column.js';

/** Rows as VOTable's BINARY2 has them (VOTable 1.4, 5.4): bits that say which cells are null, then every cell, big-endian. */
export function binary2(columns: readonly Column[], rows: readonly Row[]): Buffer {
  return Buffer.concat(rows.map((row) => encodeRow(columns, row)));
}

function encodeRow(columns: readonly Column[], row: Row): Buffer {
  const flags = Buffer.alloc(Math.ceil(columns.length / 8));
  const texts = columns.map(({ type }, i) => (type === 'text' ? utf16(row[i]) : null));
  const bytes = Buffer.alloc(columns.reduce((sum, column, i) => sum + (texts[i]?.length ?? fixedBytes(column)), 0));
  let place = 0;
  columns.forEach((column, i) => {
    if (row[i] === null) flags[i >> 3] |= 0x80 >> (i & 7);
    place += texts[i]?.copy(bytes, place) ?? writeNumber(bytes, place, column, row[i]);
  });
  return Buffer.concat([flags, bytes]);
}

/** unicodeChar: the number of 16-bit units, then these. */
function utf16(value: Cell): Buffer {
  const units = Buffer.from(value === null ? '' : String(value), 'utf16le').swap16();
  const length = Buffer.alloc(4);
  length.writeUInt32BE(units.length / 2);
  return Buffer.concat([length, units]);
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

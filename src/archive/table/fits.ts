import { type Card, dataPadding, writeHeader } from '../fits/header.js';
import type { Axis, Cell, Column, Row, TableDescription, TableFormat } from './column.js';

/**
 * A binary table as the first extension of a FITS file (standard 4.0, 7.3); an axis that all rows share is an image after it. A number without a value is NaN, a whole one without
 * a value is the least that 32 bits hold (TNULL).
 */
export const fits: TableFormat = {
  extension: 'fits',
  type: 'application/fits',
  holdsArrays: true,
  async open(table, sink) {
    const { columns } = table;
    const width = columns.reduce((sum, column) => sum + bytesOf(column), 0);
    await sink(writeHeader([['SIMPLE', true], ['BITPIX', 8], ['NAXIS', 0], ['EXTEND', true], ...factCards(table)]));
    await sink(writeHeader(tableCards(table, width)));
    let written = 0;
    // Serves for all batches: garbage of this kind V8 collects late.
    let bytes = Buffer.alloc(0);
    return {
      async write(rows) {
        written += rows.length;
        const used = width * rows.length;
        if (bytes.length < used) bytes = Buffer.alloc(used);
        else bytes.fill(0, 0, used);
        encodeRows(columns, rows, bytes);
        await sink(bytes.subarray(0, used));
      },
      async end() {
        // The header, which stands before the rows, promised as many.
        if (written !== table.rows) throw new Error(`${written} rows of a table of ${table.rows}`);
        await sink(dataPadding(written * width));
        if (table.axis) await sink(axisImage(table.axis));
      },
    };
  },
};

const NULL_INT = -(2 ** 31);
/** Bits are unsigned, the columns of FITS are not: they are shifted by this (standard 4.0, 7.3.2, TZERO). */
const UNSIGNED = 2 ** 31;
const elementBytes = { text: 1, int: 4, float: 4, double: 8, boolean: 1, floats: 4, masks: 4 } as const;
const letters = { text: 'A', int: 'J', float: 'E', double: 'D', boolean: 'L', floats: 'E', masks: 'J' } as const;

function count({ type, size = 1 }: Column): number {
  return type === 'text' || type === 'floats' || type === 'masks' ? Math.max(1, size) : 1;
}

function bytesOf(column: Column): number {
  return count(column) * elementBytes[column.type];
}

function factCards({ name, facts }: TableDescription): Card[] {
  return [
    ['OBJECT', name],
    ...Object.entries(facts).map(([key, value]): Card => [key.toUpperCase().slice(0, 8), value]),
  ];
}

function tableCards({ name, rows, columns }: TableDescription, width: number): Card[] {
  return [
    ['XTENSION', 'BINTABLE'],
    ['BITPIX', 8],
    ['NAXIS', 2],
    ['NAXIS1', width],
    ['NAXIS2', rows],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['TFIELDS', columns.length],
    ['EXTNAME', name],
    ...columns.flatMap((column, i): Card[] => [
      [`TTYPE${i + 1}`, column.name],
      [`TFORM${i + 1}`, `${count(column)}${letters[column.type]}`],
      ...(column.unit && fitsUnits(column.unit) ? ([[`TUNIT${i + 1}`, column.unit]] satisfies Card[]) : []),
      ...(column.type === 'int' ? ([[`TNULL${i + 1}`, NULL_INT]] satisfies Card[]) : []),
      ...(column.type === 'masks'
        ? ([
            [`TSCAL${i + 1}`, 1],
            [`TZERO${i + 1}`, UNSIGNED],
          ] satisfies Card[])
        : []),
      ...(column.ucd ? ([[`TUCD${i + 1}`, column.ucd]] satisfies Card[]) : []),
      [
        `TCOMM${i + 1}`,
        column.unit && !fitsUnits(column.unit) ? `${column.description} [${column.unit}]` : column.description,
      ],
    ]),
  ];
}

/** FITS has no dex (standard 4.0, 4.3); the descriptions tell of it. */
function fitsUnits(unit: string): boolean {
  return unit !== 'dex';
}

function encodeRows(columns: readonly Column[], rows: readonly Row[], bytes: Buffer): void {
  let place = 0;
  for (const row of rows)
    columns.forEach((column, i) => {
      writeCell(bytes, place, column, row[i]);
      place += bytesOf(column);
    });
}

function writeCell(bytes: Buffer, place: number, column: Column, value: Cell): void {
  switch (column.type) {
    case 'text':
      // Padded with NUL, which ends a string (standard 4.0, 7.3.3.1).
      bytes.write(value === null ? '' : String(value), place, count(column), 'utf8');
      return;
    case 'int':
      bytes.writeInt32BE(value === null ? NULL_INT : (value as number), place);
      return;
    case 'float':
      bytes.writeFloatBE(value === null ? Number.NaN : (value as number), place);
      return;
    case 'double':
      bytes.writeDoubleBE(value === null ? Number.NaN : (value as number), place);
      return;
    case 'boolean':
      bytes[place] = value === null ? 0 : value ? 0x54 : 0x46;
      return;
    case 'floats':
      for (let i = 0; i < count(column); i++)
        bytes.writeFloatBE(value === null ? Number.NaN : (value as ArrayLike<number>)[i], place + 4 * i);
      return;
    case 'masks':
      for (let i = 0; i < count(column); i++)
        bytes.writeInt32BE((value === null ? 0 : (value as ArrayLike<number>)[i]) - UNSIGNED, place + 4 * i);
  }
}

function axisImage({ name, unit, ucd, description, values }: Axis): Buffer {
  const header = writeHeader([
    ['XTENSION', 'IMAGE'],
    ['BITPIX', -64],
    ['NAXIS', 1],
    ['NAXIS1', values.length],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['EXTNAME', name, description],
    ['BUNIT', unit],
    ['UCD', ucd],
  ]);
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    bytes.writeDoubleBE(value, 8 * i);
  });
  return Buffer.concat([header, bytes, dataPadding(bytes.length)]);
}

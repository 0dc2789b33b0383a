import { BLOCK, CARD } from '../../../src/formats/fits/header.js';

export type Cards = readonly (readonly [keyword: string, value: string | number | bigint | boolean])[];

/** The header of a primary HDU (no XTENSION among the cards) or of an extension, padded to whole blocks. */
export function header(cards: Cards, isExtension = false): Buffer {
  const first = isExtension ? [] : [card('SIMPLE', true)];
  return padded(
    Buffer.from(
      [...first, ...cards.map(([keyword, value]) => card(keyword, value)), 'END'.padEnd(CARD)].join(''),
      'latin1',
    ),
    0x20,
  );
}

/** An image HDU; shape as NAXIS1, NAXIS2, …; data big-endian. */
export function image(
  bitpix: number,
  shape: readonly number[],
  data: Buffer,
  extra: Cards = [],
  isExtension = false,
): Buffer {
  const axes: Cards = shape.map((length, i) => [`NAXIS${i + 1}`, length]);
  const extension: Cards = isExtension ? [['XTENSION', 'IMAGE']] : [];
  const stated = extra.some(([keyword]) => keyword === 'PCOUNT' || keyword === 'GCOUNT');
  const counts: Cards =
    isExtension && !stated
      ? [
          ['PCOUNT', 0],
          ['GCOUNT', 1],
        ]
      : [];
  return Buffer.concat([
    header([...extension, ['BITPIX', bitpix], ['NAXIS', shape.length], ...axes, ...counts, ...extra], isExtension),
    padded(data),
  ]);
}

/** A binary table HDU from its columns' [TTYPE, TFORM] and rows, each as long as TFORM says; `rowBytes` where there are no rows. */
export function table(
  columns: readonly (readonly [name: string, form: string])[],
  rows: readonly Buffer[],
  extra: Cards = [],
  rowBytes = rows[0].length,
): Buffer {
  const cards: Cards = [
    ['XTENSION', 'BINTABLE'],
    ['BITPIX', 8],
    ['NAXIS', 2],
    ['NAXIS1', rowBytes],
    ['NAXIS2', rows.length],
    ['PCOUNT', 0],
    ['GCOUNT', 1],
    ['TFIELDS', columns.length],
    ...columns.flatMap(
      ([name, form], i): Cards => [
        [`TTYPE${i + 1}`, name],
        [`TFORM${i + 1}`, form],
      ],
    ),
    ...extra,
  ];
  return Buffer.concat([header(cards, true), padded(Buffer.concat(rows))]);
}

/** A primary HDU without data. */
export function primary(extra: Cards = []): Buffer {
  return header([['BITPIX', 8], ['NAXIS', 0], ...extra]);
}

/** Numbers as FITS stores them. */
export function bigEndian(type: 'Int16' | 'Int32' | 'Float' | 'Double', values: readonly number[]): Buffer {
  const size = { Int16: 2, Int32: 4, Float: 4, Double: 8 }[type];
  const bytes = Buffer.alloc(size * values.length);
  values.forEach((value, i) => {
    bytes[`write${type}BE`](value, i * size);
  });
  return bytes;
}

export function bigEndian64(values: readonly bigint[]): Buffer {
  const bytes = Buffer.alloc(8 * values.length);
  values.forEach((value, i) => {
    bytes.writeBigInt64BE(value, i * 8);
  });
  return bytes;
}

function card(keyword: string, value: string | number | bigint | boolean): string {
  const text =
    typeof value === 'string'
      ? `'${value.replaceAll("'", "''").padEnd(8)}'`
      : (typeof value === 'boolean' ? (value ? 'T' : 'F') : String(value)).padStart(20);
  return `${keyword.padEnd(8)}= ${text}`.padEnd(CARD);
}

function padded(bytes: Buffer, fill = 0): Buffer {
  return Buffer.concat([bytes, Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK, fill)]);
}

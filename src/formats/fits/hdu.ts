import { FileError } from '../../domain/errors.js';
import type { Header } from './header.js';

/** The standard allows 999 axes and column numbers. */
const MAX_AXES = 999;
const bitpixNames: Readonly<Record<number, string>> = {
  8: 'uint8',
  16: 'int16',
  32: 'int32',
  64: 'int64',
  [-32]: 'float32',
  [-64]: 'float64',
};

/** One header-data unit of a FITS file. */
export interface Hdu {
  /** 0 for the primary HDU. */
  readonly index: number;
  readonly kind: 'image' | 'table' | 'other';
  readonly header: Header;
  /** 8, 16, 32, 64, -32 or -64. */
  readonly bitpix: number;
  /** Lengths of the axes, the fastest first; empty where there is no data. */
  readonly shape: readonly number[];
  /** Byte range of the data in the file, without padding. */
  readonly start: number;
  readonly bytes: number;
}

/**
 * @param file the path, for errors
 * @param start first byte after the header's last block
 * @throws FileError naming the HDU and keyword that is absent or makes no sense
 */
export function makeHdu(file: string, index: number, header: Header, start: number): Hdu {
  const integer = (
    keyword: string,
    expected: string,
    accept: (value: number) => boolean,
    fallback?: number,
  ): number => {
    const value = header.get(keyword) ?? fallback;
    if (typeof value === 'number' && Number.isInteger(value) && accept(value)) return value;
    throw new FileError({ file, place: `HDU ${index}, ${keyword}`, expected, found: `${value ?? 'nothing'}` });
  };
  const count = (keyword: string, fallback?: number) =>
    integer(keyword, 'an integer of at least 0', (n) => n >= 0, fallback);

  const bitpix = integer('BITPIX', Object.keys(bitpixNames).join(', '), (value) => value in bitpixNames);
  const axes = integer('NAXIS', `an integer from 0 to ${MAX_AXES}`, (n) => n >= 0 && n <= MAX_AXES);
  const shape = Array.from({ length: axes }, (_, i) => count(`NAXIS${i + 1}`));
  const randomGroups = index === 0 && header.get('GROUPS') === true && shape[0] === 0;
  const elements = axes === 0 ? 0 : (randomGroups ? shape.slice(1) : shape).reduce((a, b) => a * b, 1);
  const bytes = (Math.abs(bitpix) / 8) * count('GCOUNT', 1) * (axes === 0 ? 0 : count('PCOUNT', 0) + elements);
  const extension = header.text('XTENSION');
  const kind = randomGroups
    ? 'other'
    : index === 0 || extension === 'IMAGE'
      ? 'image'
      : extension === 'BINTABLE'
        ? 'table'
        : 'other';
  return { index, kind, header, bitpix, shape, start, bytes };
}

/** An HDU in the words of an error message. */
export function describeHdu(hdu: Hdu | undefined): string {
  if (!hdu) return 'nothing';
  const name = hdu.header.text('EXTNAME');
  const called = name ? ` "${name}"` : '';
  if (hdu.kind === 'table') {
    const columns = hdu.header.number('TFIELDS') ?? 0;
    const names = Array.from({ length: Math.min(columns, 5) }, (_, i) => hdu.header.text(`TTYPE${i + 1}`) ?? '?').join(
      ', ',
    );
    return `a table${called} of ${hdu.shape[1] ?? 0} rows and ${columns} columns (${names}${columns > 5 ? ', …' : ''})`;
  }
  if (hdu.bytes === 0) return `no data${called}`;
  const kind =
    hdu.kind === 'image' ? 'an image' : `an extension of type ${hdu.header.text('XTENSION') ?? 'random groups'}`;
  return `${kind}${called} of ${hdu.shape.join(' x ')} (${bitpixNames[hdu.bitpix]})`;
}

import { FileError } from '../../domain/errors.js';
import type { FitsFile } from './fitsFile.js';
import { describeHdu, type Hdu } from './hdu.js';
import {
  decodeNumbers,
  type IntegerArray,
  integers,
  type NumberArray,
  type NumberType,
  numberBytes,
  physical,
  type Scaling,
} from './numbers.js';

const bitpixTypes: Readonly<Record<number, NumberType>> = {
  8: 'uint8',
  16: 'int16',
  32: 'int32',
  64: 'int64',
  [-32]: 'float32',
  [-64]: 'float64',
};

/**
 * `count` pixels of an image from pixel `first` in storage order, as physical values (BZERO + BSCALE · stored, BLANK as NaN).
 * @throws FileError for pixels outside the image, and for unscaled 64-bit integers, which doubles cannot hold: use readIntegers
 */
export async function readImage(file: FitsFile, hdu: Hdu, first: number, count: number): Promise<Float64Array> {
  const scaling = imageScaling(hdu);
  const raw = await readRaw(file, hdu, first, count);
  if (raw instanceof BigInt64Array && integers(raw, scaling))
    throw fault(file, hdu, 'floating-point numbers or integers of at most 32 bits');
  return physical(raw, scaling);
}

/**
 * The same for images of integers, 64-bit ones as bigint; BLANK is not interpreted.
 * @throws FileError for pixels outside the image, and for floating-point or scaled images
 */
export async function readIntegers(file: FitsFile, hdu: Hdu, first: number, count: number): Promise<IntegerArray> {
  const values = integers(await readRaw(file, hdu, first, count), imageScaling(hdu));
  if (!values) throw fault(file, hdu, 'an image of integers without BSCALE');
  return values;
}

async function readRaw(file: FitsFile, hdu: Hdu, first: number, count: number): Promise<NumberArray> {
  const type = bitpixTypes[hdu.bitpix];
  const size = numberBytes[type];
  if (hdu.kind !== 'image' || first < 0 || (first + count) * size > hdu.bytes)
    throw fault(file, hdu, `an image with pixels ${first} to ${first + count - 1}`);
  return decodeNumbers(await file.read(hdu, first * size, count * size), type);
}

function imageScaling({ header }: Hdu): Scaling {
  const blank = header.get('BLANK');
  return {
    scale: header.number('BSCALE') ?? 1,
    zero: header.number('BZERO') ?? 0,
    blank: typeof blank === 'number' || typeof blank === 'bigint' ? blank : null,
  };
}

function fault(file: FitsFile, hdu: Hdu, expected: string): FileError {
  return new FileError({ file: file.path, place: `HDU ${hdu.index}`, expected, found: describeHdu(hdu) });
}

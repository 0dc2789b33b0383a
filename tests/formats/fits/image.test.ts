import { expect, test } from 'vitest';
import { FileError } from '../../../src/domain/errors.js';
import { FitsFile } from '../../../src/formats/fits/fitsFile.js';
import { readImage, readIntegers } from '../../../src/formats/fits/image.js';
import { scratchFolder } from '../scratchFolder.js';
import { bigEndian, bigEndian64, type Cards, image } from './fitsBytes.js';

const scratch = scratchFolder();

async function withImage<T>(
  bitpix: number,
  data: Buffer,
  extra: Cards,
  use: (file: FitsFile) => Promise<T>,
): Promise<T> {
  const shape = [data.length / (Math.abs(bitpix) / 8)];
  const file = await FitsFile.open(scratch.write('image.fits', image(bitpix, shape, data, extra)));
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

const floats: [bitpix: number, data: Buffer, values: number[]][] = [
  [8, Buffer.from([0, 7, 255]), [0, 7, 255]],
  [16, bigEndian('Int16', [-32768, 0, 513]), [-32768, 0, 513]],
  [32, bigEndian('Int32', [-(2 ** 31), 0, 66051]), [-(2 ** 31), 0, 66051]],
  [-32, bigEndian('Float', [1.5, NaN, -Infinity]), [1.5, NaN, -Infinity]],
  [-64, bigEndian('Double', [512.7113923369116, -0.1, 1e300]), [512.7113923369116, -0.1, 1e300]],
];

test.each(floats)('reads BITPIX %i', async (bitpix, data, values) => {
  const read = await withImage(bitpix, data, [], (file) => readImage(file, file.hdus[0], 0, 3));
  expect([...read]).toEqual(values);
});

test('applies BSCALE and BZERO, and reads BLANK as NaN', async () => {
  const extra: Cards = [
    ['BSCALE', 0.5],
    ['BZERO', 10],
    ['BLANK', -1],
  ];
  const read = await withImage(16, bigEndian('Int16', [4, -1, -2]), extra, (file) =>
    readImage(file, file.hdus[0], 0, 3),
  );
  expect([...read]).toEqual([12, NaN, 9]);
});

test('reads a part of an image', async () => {
  const read = await withImage(16, bigEndian('Int16', [1, 2, 3, 4]), [], (file) => readImage(file, file.hdus[0], 1, 2));
  expect([...read]).toEqual([2, 3]);
});

test('keeps 64-bit integers exact, and refuses to round them', async () => {
  const data = bigEndian64([2n ** 53n + 1n, -1n]);
  await withImage(64, data, [], async (file) => {
    expect([...(await readIntegers(file, file.hdus[0], 0, 2))]).toEqual([2n ** 53n + 1n, -1n]);
    await expect(readImage(file, file.hdus[0], 0, 2)).rejects.toThrow(
      /HDU 0: expected floating-point.*found an image of 2 \(int64\)/,
    );
  });
});

test('reads unsigned integers by their BZERO', async () => {
  const bzero = (zero: bigint): Cards => [['BZERO', zero]];
  const integersOf = async (bitpix: number, data: Buffer, extra: Cards) =>
    withImage(bitpix, data, extra, async (file) => [...(await readIntegers(file, file.hdus[0], 0, 1))]);
  expect(await integersOf(8, Buffer.from([0]), bzero(-128n))).toEqual([-128]);
  expect(await integersOf(16, bigEndian('Int16', [32767]), bzero(32768n))).toEqual([65535]);
  expect(await integersOf(32, bigEndian('Int32', [2 ** 31 - 1]), bzero(2n ** 31n))).toEqual([2 ** 32 - 1]);
  expect(await integersOf(64, bigEndian64([2n ** 63n - 1n]), bzero(2n ** 63n))).toEqual([2n ** 64n - 1n]);
});

test('refuses pixels outside the image, and integers from a floating-point one', async () => {
  await withImage(-32, bigEndian('Float', [1, 2]), [], async (file) => {
    await expect(readImage(file, file.hdus[0], 1, 2)).rejects.toThrow(FileError);
    await expect(readIntegers(file, file.hdus[0], 0, 2)).rejects.toThrow(/an image of integers/);
  });
});

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { StarkinError } from '../../../src/domain/errors.js';
import { apogee } from '../../../src/formats/apogee/format.js';
import { FitsFile } from '../../../src/formats/fits/fitsFile.js';
import { fc } from '../../properties.js';
import { openHandles, scratchFolder } from '../scratchFolder.js';
import { bigEndian, header, image, primary, table } from './fitsBytes.js';

const scratch = scratchFolder();
const threeHdus = Buffer.concat([
  primary([['OBJECT', 'x']]),
  image(16, [3, 2], bigEndian('Int16', [1, 2, 3, 4, 5, 6]), [['EXTNAME', 'COUNTS']], true),
  table(
    [
      ['a', 'J'],
      ['b', '2E'],
    ],
    [Buffer.alloc(12), Buffer.alloc(12)],
  ),
]);

async function open(bytes: Uint8Array | string): Promise<FitsFile> {
  const path = scratch.write('file.fits', bytes);
  try {
    return await FitsFile.open(path);
  } catch (error) {
    expect(openHandles(path)).toBe(0);
    throw error;
  }
}

test('walks the HDUs and describes them', async () => {
  const file = await open(threeHdus);
  expect(file.hdus.map(({ kind, shape, bytes }) => ({ kind, shape, bytes }))).toEqual([
    { kind: 'image', shape: [], bytes: 0 },
    { kind: 'image', shape: [3, 2], bytes: 12 },
    { kind: 'table', shape: [12, 2], bytes: 24 },
  ]);
  expect(file.describe()).toBe(
    'a FITS file of 3 HDUs: HDU 0 no data; HDU 1 an image "COUNTS" of 3 x 2 (int16); HDU 2 a table of 2 rows and 2 columns (a, b)',
  );
  await file.close();
});

test('takes a file whose last padding is left out, or that is padded further', async () => {
  for (const bytes of [
    threeHdus.subarray(0, threeHdus.length - 2000),
    Buffer.concat([threeHdus, Buffer.alloc(2880)]),
  ]) {
    const file = await open(bytes);
    expect(file.hdus).toHaveLength(3);
    await file.close();
  }
});

test('says where a truncated file ends', async () => {
  await expect(open(threeHdus.subarray(0, 80))).rejects.toThrow(
    /header of HDU 0: expected 2880 bytes in the file, found 80: it is truncated/,
  );
  await expect(open(threeHdus.subarray(0, 2880 + 80))).rejects.toThrow(/header of HDU 1.*truncated/);
  await expect(open(threeHdus.subarray(0, 2880 * 2 + 5))).rejects.toThrow(
    /HDU 1: expected 5772 bytes in the file, found 5765/,
  );
});

test('says what a file is that is not FITS', async () => {
  await expect(open('')).rejects.toThrow(/file: expected a FITS file, found an empty file/);
  await expect(open('<!DOCTYPE html><p>Not found')).rejects.toThrow(/found an HTML page/);
  await expect(open('teff,logg\n1,2')).rejects.toThrow(/found text starting with "teff,logg/);
  await expect(open(Buffer.from('1f8b0800', 'hex'))).rejects.toMatchObject({
    remedy: 'fetch the file again',
  });
  await expect(FitsFile.open(scratch.path('absent.fits'))).rejects.toThrow(
    /absent.fits: file: expected a FITS file, found no such file/,
  );
  await expect(FitsFile.open('/')).rejects.toThrow(/found a folder/);
});

test('names the HDU and keyword that make no sense', async () => {
  await expect(
    open(
      header([
        ['BITPIX', 12],
        ['NAXIS', 0],
      ]),
    ),
  ).rejects.toThrow(/HDU 0, BITPIX: expected .*found 12/);
  await expect(open(header([['BITPIX', 8]]))).rejects.toThrow(/HDU 0, NAXIS: .*found nothing/);
  await expect(
    open(
      header([
        ['BITPIX', 8],
        ['NAXIS', 1],
        ['NAXIS1', -5],
      ]),
    ),
  ).rejects.toThrow(/HDU 0, NAXIS1.*-5/);
  await expect(
    open(
      header([
        ['BITPIX', 64],
        ['NAXIS', 2],
        ['NAXIS1', 2 ** 40],
        ['NAXIS2', 2 ** 40],
      ]),
    ),
  ).rejects.toThrow(/truncated/);
  await expect(open(Buffer.concat([threeHdus, Buffer.alloc(2880, 'x')]))).rejects.toThrow(
    /header of HDU 3: expected a card XTENSION/,
  );
});

test('whatever bytes are damaged, reading ends with spectra or with an error of ours', async () => {
  const good = readFileSync(new URL('../../fixtures/apogee/apStar-dr17-2M19485057+5005279.fits', import.meta.url));
  // Headers are where damage matters: the first 20 kB hold those of HDUs 0 and 1, the last 20 kB those of the tables.
  const place = fc.oneof(fc.nat(20_000), fc.nat(good.length - 1));
  const damage = fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(damage, fc.option(fc.nat(good.length), { freq: 4 }), async (changes, length) => {
      const bytes = Buffer.from(good.subarray(0, length ?? good.length));
      for (const [offset, value] of changes) if (offset < bytes.length) bytes[offset] = value;
      const path = scratch.write('damaged.fits', bytes);
      try {
        for await (const record of apogee.read(path, { visits: true }))
          expect(record.spectrum.flux.every(Number.isFinite)).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(StarkinError);
      }
      expect(openHandles(path)).toBe(0);
    }),
    { numRuns: 150 },
  );
});

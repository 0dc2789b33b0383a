import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { goodPixels, type SpectrumRecord } from '../../../src/domain/spectrum.js';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { apogee } from '../../../src/formats/apogee/format.js';
import type { ReadOptions } from '../../../src/formats/format.js';
import { collect } from '../collect.js';
import { bigEndian, type Cards, image, primary } from '../fits/fitsBytes.js';
import { scratchFolder } from '../scratchFolder.js';

const giant = fixture('apStar-dr17-2M17335483-2753043.fits');
const dwarf = fixture('apStar-dr17-2M19485057+5005279.fits');
const scratch = scratchFolder();

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/apogee/${name}`, import.meta.url));
}

async function read(path: string, options: ReadOptions = { visits: false }): Promise<SpectrumRecord[]> {
  return collect(apogee.read(path, options));
}

/** 1-sigma error of a pixel, from its inverse variance in single precision. */
function errorAt({ spectrum }: SpectrumRecord, pixel: number): number {
  return 1 / Math.sqrt(spectrum.ivar[pixel]);
}

test('reads the combined spectrum: values as astropy reads them', async () => {
  // Without bad bits, so that pixel 300, which has SIG_TELLURIC set, shows its error.
  const [record] = await read(giant, { visits: false, badBits: [] });
  expect(record.spectrum.flux[300]).toBe(Math.fround(512.7113923369116));
  expect(record.spectrum.flux[1000]).toBe(Math.fround(885.7837839478033));
  expect(record.spectrum.flux[4000]).toBe(Math.fround(654.5888046376916));
  expect(errorAt(record, 300)).toBeCloseTo(4.966692316537459, 5);
  expect(errorAt(record, 1000)).toBeCloseTo(6.00116315836941, 5);
  expect(errorAt(record, 4000)).toBeCloseTo(4.0002010954182285, 5);
  expect([300, 1000, 4000].map((pixel) => record.spectrum.mask[pixel])).toEqual([8192, 0, 0]);
  expect(record.grid).toBe(apogeeGrid);
  expect(record.visit).toBe(0);
  expect(record.normalised).toBe(false);
  expect(record.truth).toBeNull();
});

test('names the star as the survey does, with its 2MASS alias and position', async () => {
  const [record] = await read(giant);
  expect(record.star).toEqual({
    name: '2M17335483-2753043',
    aliases: { '2mass': '17335483-2753043' },
    ra: 263.478474,
    dec: -27.884539,
  });
});

test('takes SNR and the parameters of the radial-velocity template with the errors of its fit', async () => {
  const [record] = await read(giant);
  expect(record.snr).toBeCloseTo(154.155, 3);
  expect(record.parameters).toMatchObject({ source: 'radial-velocity template' });
  expect(record.parameters?.teff).toBeCloseTo(3676.877, 3);
  expect(record.parameters?.logg).toBeCloseTo(0.52659, 5);
  expect(record.parameters?.feh).toBeCloseTo(-0.29053, 5);
  expect(record.parameters?.errors.teff).toBeCloseTo(3.1635403, 6);
  expect(record.parameters?.errors.logg).toBeCloseTo(0.0137813, 6);
  expect(record.parameters?.errors.feh).toBeCloseTo(0.00615375, 6);
});

test('keeps what tells a binary or a fibre effect', async () => {
  const [record] = await read(giant);
  expect(record.properties).toMatchObject({ FIELD: '000+02', NVISITS: 3, STARFLAG: 0, N_COMP: 1 });
  // JD1 and JD3 of the header.
  expect([record.properties.min_mjd, record.properties.max_mjd]).toEqual([
    expect.closeTo(56396.49199, 6),
    expect.closeTo(56434.3824, 6),
  ]);
  for (const keyword of ['MEANFIB', 'SIGFIB', 'VSCATTER', 'CCFWHM', 'AUTOFWHM'])
    expect(record.properties[keyword]).toBeTypeOf('number');
});

test('gives the gaps no weight and counts their pixels', async () => {
  const [record] = await read(giant);
  expect(record.unusablePixels).toBe(784);
  expect(record.spectrum.flux.every(Number.isFinite)).toBe(true);
  expect(record.spectrum.ivar[3400]).toBe(0);
});

test('gives pixels with bad bits no weight, does not count them as unusable, and keeps their flux and mask', async () => {
  const [plain] = await read(giant, { visits: false, badBits: [] });
  const [masked] = await read(giant);
  expect(masked.spectrum.ivar[300]).toBe(0);
  expect(masked.spectrum.flux).toEqual(plain.spectrum.flux);
  expect(masked.spectrum.mask).toEqual(plain.spectrum.mask);
  expect(masked.unusablePixels).toBe(plain.unusablePixels);
  expect(goodPixels(plain.spectrum)).toBe(8575 - 784);
  expect(goodPixels(masked.spectrum)).toBeLessThan(goodPixels(plain.spectrum) - 400);
});

test('reads the visits, whose gaps are zeros with an error of zero', async () => {
  const records = await read(giant, { visits: true });
  expect(records.map(({ visit }) => visit)).toEqual([0, 1, 2, 3]);
  expect(records.map(({ unusablePixels }) => unusablePixels)).toEqual([784, 772, 772, 772]);
  expect(records[3].snr).toBeCloseTo(105.896, 3);
  expect(records[3].properties).toMatchObject({ FIBER: 221, SFILE: 'apVisit-dr17-5815-56434-221.fits' });
  expect(records[3].source).toBe(`${giant} (visit 3)`);
  expect(records[1].spectrum.flux).not.toEqual(records[2].spectrum.flux);
  expect(new Set(records.map(({ checksum }) => checksum)).size).toBe(1);
});

test('a star with one visit has a combined spectrum alone', async () => {
  expect(await apogee.count(dwarf, { visits: true })).toBe(1);
  const records = await read(dwarf, { visits: true });
  expect(records).toHaveLength(1);
  expect(records[0].snr).toBeCloseTo(137.489, 3);
  expect(goodPixels(records[0].spectrum)).toBeGreaterThan(7000);
});

test('the checksum is the file’s SHA-256', async () => {
  const { createHash } = await import('node:crypto');
  const [record] = await read(dwarf);
  expect(record.checksum).toBe(createHash('sha256').update(readFileSync(dwarf)).digest('hex'));
});

const pixels = 6;
const star: Cards = [
  ['OBJID', 'AP00000000+0000000'],
  ['CTYPE1', 'LOG-LINEAR'],
  ['CRVAL1', 4.2],
  ['CDELT1', 1e-5],
  ['NWAVE', pixels],
];

/** A small apStar file of one row (as a single visit was written up to DR16), on another grid than the survey's. */
function smallApStar(cards: Cards = star, { maskBitpix = 32, errors = pixels } = {}): string {
  const row = (n: number, value: number) => bigEndian('Float', Array(n).fill(value));
  const mask = maskBitpix > 0 ? bigEndian('Int32', Array(pixels).fill(0)) : row(pixels, 0);
  return scratch.write(
    'small.fits',
    Buffer.concat([
      primary(cards),
      image(-32, [pixels], row(pixels, 1), [], true),
      image(-32, [errors], row(errors, 0.01), [], true),
      image(maskBitpix, [pixels], mask, [], true),
    ]),
  );
}

test('takes another logarithmic grid from the header, and a file of one row', async () => {
  const [record, ...others] = await read(smallApStar(), { visits: true });
  expect(others).toEqual([]);
  expect(record.grid.wavelength).toHaveLength(pixels);
  expect(record.grid.wavelength[0]).toBeCloseTo(10 ** 4.2, 6);
  expect(record.grid.wavelength[5]).toBeCloseTo(10 ** 4.20005, 6);
  expect(record.star).toEqual({ name: 'AP00000000+0000000', aliases: {}, ra: null, dec: null });
  expect(record.parameters).toBeNull();
  expect(record.snr).toBeNull();
});

test('reads parameters under the keywords of releases before DR17, without sentinels', async () => {
  const [record] = await read(
    smallApStar([...star, ['RVTEFF', 4321.5], ['RVLOGG', -9999.99], ['RVFEH', 0], ['H', -9999.990234375]]),
  );
  expect(record.parameters).toEqual({
    teff: 4321.5,
    logg: null,
    feh: 0,
    errors: { teff: null, logg: null, feh: null },
    source: 'radial-velocity template',
  });
  expect(record.properties).toEqual({});
});

test('names the header keyword or HDU that is wrong', async () => {
  const without = (keyword: string, ...added: Cards) => [...star.filter(([k]) => k !== keyword), ...added];
  await expect(read(smallApStar(without('CDELT1')))).rejects.toThrow(/HDU 0, CDELT1: expected a number, found nothing/);
  await expect(read(smallApStar(without('CDELT1', ['CDELT1', -1e-5])))).rejects.toThrow(
    /CRVAL1 and CDELT1: expected an increasing/,
  );
  await expect(read(smallApStar(without('NWAVE', ['NWAVE', 8575])))).rejects.toThrow(/NWAVE: expected 6, .*found 8575/);
  await expect(read(smallApStar(star, { errors: 5 }))).rejects.toThrow(
    /HDU 2: expected the error .* 6 x 1, found an image of 5 \(float32\)/,
  );
  await expect(read(smallApStar(star, { maskBitpix: -32 }))).rejects.toThrow(
    /HDU 3: expected the pixel mask \(integers\)/,
  );
});

test('says what a foreign FITS file holds', async () => {
  const path = scratch.write(
    'foreign.fits',
    Buffer.concat([primary(), image(-32, [2, 2], bigEndian('Float', [1, 2, 3, 4]), [], true)]),
  );
  await expect(read(path)).rejects.toThrow(
    /expected an APOGEE apStar file: .*found a FITS file of 2 HDUs: HDU 0 no data; HDU 1 an image of 2 x 2/,
  );
});

test('an unknown mask bit is an error before anything is read', async () => {
  await expect(read(scratch.path('absent.fits'), { visits: false, badBits: ['BAD'] })).rejects.toThrow(
    /mask bit: expected one of BADPIX/,
  );
});

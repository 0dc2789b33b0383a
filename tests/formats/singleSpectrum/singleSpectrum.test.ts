import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FileError } from '../../../src/domain/errors.js';
import { readSingleSpectrum } from '../../../src/formats/singleSpectrum/recognise.js';
import { bigEndian, image, primary, table } from '../fits/fitsBytes.js';
import { writeDatasets } from '../hdf5/spectraDatasets.js';
import { scratchFolder } from '../scratchFolder.js';

const scratch = scratchFolder();
const fixture = (path: string) => fileURLToPath(new URL(`../../fixtures/${path}`, import.meta.url));

/** Twelve pixels, the fourth flagged; floats that 32 bits hold. */
const wavelength = Array.from({ length: 12 }, (_, i) => 15_200 + 0.25 * i);
const flux = wavelength.map((_, i) => 100 + i);
const error = wavelength.map((_, i) => (i === 3 ? Number.NaN : 0.5));
const rows = wavelength.map((lambda, i) => [lambda, flux[i], error[i]]);

let count = 0;
/** Reads bytes under a name that tells nothing. */
function read(bytes: Uint8Array | string) {
  return readSingleSpectrum(scratch.write(`file-${count++}`, bytes));
}

async function fault(bytes: Uint8Array | string): Promise<FileError> {
  const refusal = await read(bytes).then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(refusal).toBeInstanceOf(FileError);
  return refusal as FileError;
}

/** That the pixels are those above, in Å. */
function expectPixels(spectrum: { wavelength: Float64Array; flux: Float64Array; error: Float64Array }): void {
  expect(spectrum.wavelength).toHaveLength(12);
  spectrum.wavelength.forEach((lambda, i) => {
    expect(lambda).toBeCloseTo(wavelength[i], 6);
  });
  expect(Array.from(spectrum.flux)).toEqual(flux);
  spectrum.error.forEach((sigma, i) => {
    if (i === 3) expect(sigma > 0 && sigma < Infinity).toBe(false);
    else expect(sigma).toBeCloseTo(0.5, 9);
  });
}

const text = (separator: string, lines: readonly (readonly (string | number)[])[]) =>
  lines.map((line) => line.join(separator)).join('\n');

describe('text in columns', () => {
  test.each([
    ['comma, with units', `${text(',', [['Wavelength (Å)', 'Flux', 'Flux_err'], ...rows])}\n`],
    ['semicolon, nm', text(';', [['lambda [nm]', 'flux', 'sigma'], ...rows.map(([w, f, e]) => [w / 10, f, e])])],
    [
      'tab, µm, CRLF',
      text('\t', [['wave_um', 'flux', 'std'], ...rows.map(([w, f, e]) => [w / 1e4, f, e])]).replaceAll('\n', '\r\n'),
    ],
    ['blanks without a header', text('   ', rows)],
    ['a header in the last comment', `# made by hand\n# wave flux error\n${text(' ', rows)}`],
    ['a byte order mark and quotes', `\uFEFF"wavelength","flux","error"\n${text(',', rows)}`],
    [
      'columns in another order, and more of them',
      text(',', [['id', 'error', 'flux', 'wavelength'], ...rows.map(([w, f, e], i) => [i, e, f, w])]),
    ],
    ['falling wavelengths', text(',', [['wavelength', 'flux', 'error'], ...rows.toReversed()])],
    [
      'an inverse variance',
      text(',', [['wavelength', 'flux', 'ivar'], ...rows.map(([w, f, e]) => [w, f, e > 0 ? 1 / e ** 2 : 0])]),
    ],
    [
      'log10 of the wavelength',
      text(',', [['loglam', 'flux', 'error'], ...rows.map(([w, f, e]) => [Math.log10(w), f, e])]),
    ],
  ])('%s', async (_, content) => expectPixels(await read(content)));

  test('facts stand in comments and names', async () => {
    const facts =
      '# teff = 4500\n# Teff_err: 80\n# log g = 2.1\n# [Fe/H] = -0.3\n# resolving power = 28000\n# radial velocity = -12.5\n';
    const spectrum = await read(`${facts}${text(',', [['wave_air', 'norm_flux', 'error'], ...rows])}`);
    expectPixels(spectrum);
    expect(spectrum).toMatchObject({
      medium: 'air',
      normalised: true,
      resolvingPower: 28_000,
      radialVelocity: -12.5,
      parameters: { teff: 4500, logg: 2.1, feh: -0.3 },
      errors: { teff: 80, logg: null, feh: null },
    });
  });

  test('nothing is guessed', async () => {
    expect(await read(text(',', rows))).toMatchObject({
      medium: null,
      resolvingPower: null,
      radialVelocity: null,
      normalised: null,
    });
  });

  test.each([
    [
      'two columns',
      text(
        ',',
        rows.map(([w, f]) => [w, f]),
      ),
      /line 1: expected three columns: wavelength, flux, error, found 2/,
    ],
    [
      'no error',
      text(',', [['wavelength', 'flux'], ...rows.map(([w, f]) => [w, f])]),
      /expected an error, variance or inverse variance/,
    ],
    ['a word', `${text(',', rows)}\n15300,x,1`, /line 13: expected a number in column 2, found "x"/],
    ['a short line', `${text(',', rows)}\n15300`, /line 13: expected a number in column 2, found "nothing"/],
    [
      'an unknown unit',
      text(',', [['wavelength (furlong)', 'flux', 'error'], ...rows]),
      /Å, nm, µm or m, found the unit "furlong"/,
    ],
    [
      'µm that are said to be Å',
      text(
        ',',
        rows.map(([w, f, e], i) => [i === 5 ? 1.5 : w, f, e]),
      ),
      /strictly increasing/,
    ],
    ['prose', 'Dear archive,\nplease find my spectrum.\n', /expected a header with columns wavelength, flux and error/],
    ['more than a spectrum', '1 1 1\n'.repeat(100_001), /line 100001: expected at most 100000 pixels/],
    ['nothing but blank lines', '\n'.repeat(100_000), /10000 lines without/],
    ['a page', '<!doctype html><html></html>', /an HTML page/],
    [
      'no flux',
      text(
        ',',
        rows.map(([w]) => [w, 0, 1]),
      ),
      /a flux other than 0/,
    ],
  ])('refused: %s', async (_, content, message) => {
    expect((await fault(content)).message).toMatch(message);
  });
});

describe('FITS', () => {
  const doubles = (values: readonly number[]) => bigEndian('Double', values);
  const axis = { CRVAL1: 15_200, CDELT1: 0.25, CRPIX1: 1 };
  const cards = (extra: Record<string, string | number>) => Object.entries({ ...axis, ...extra });
  const errors = (name = 'ERROR', values = error) => image(-64, [12], doubles(values), [['EXTNAME', name]], true);

  test('the combined spectrum of an apStar file, with what its header says', async () => {
    const spectrum = await read(readFileSync(fixture('apogee/apStar-dr17-2M17335483-2753043.fits')));
    expect(spectrum).toMatchObject({ medium: 'vacuum', resolvingPower: 22_500, radialVelocity: 0, normalised: false });
    expect(spectrum.parameters.teff).toBeCloseTo(3676.88, 2);
    expect(spectrum.flux[1000]).toBeCloseTo(885.78, 2);
    expect(spectrum.error[1000]).toBeCloseTo(6.0012, 4);
    // Pixel 300 has the bit of a significant telluric line.
    expect(spectrum.error[300]).toBeNaN();
  });

  test('a table with a row per pixel', async () => {
    const columns = [
      ['LAMBDA_AIR', 'D'],
      ['FLUX', 'D'],
      ['ERR', 'D'],
    ] as const;
    const bytes = table(columns, rows.map(doubles), [
      ['TUNIT1', 'nm'],
      ['TEFF', 4500],
    ]);
    const inNanometres = table(
      columns,
      rows.map(([w, f, e]) => doubles([w / 10, f, e])),
      [
        ['TUNIT1', 'nm'],
        ['TEFF', 4500],
      ],
    );
    const spectrum = await read(Buffer.concat([primary(), inNanometres]));
    expectPixels(spectrum);
    expect(spectrum).toMatchObject({ medium: 'air', parameters: { teff: 4500 } });
    expect((await read(Buffer.concat([primary(), bytes]))).wavelength[0]).toBe(152_000);
  });

  test('a table of one row of arrays', async () => {
    const row = Buffer.concat([
      doubles(wavelength),
      doubles(flux),
      doubles(error.map((e) => (e > 0 ? 1 / e ** 2 : 0))),
    ]);
    expectPixels(
      await read(
        Buffer.concat([
          primary(),
          table(
            [
              ['wave', '12D'],
              ['flux', '12D'],
              ['ivar', '12D'],
            ],
            [row],
          ),
        ]),
      ),
    );
  });

  test.each([
    ['linear', {}, null],
    ['linear in nm, by a matrix', { CRVAL1: 1520, CDELT1: 1, CD1_1: 0.025, CUNIT1: 'nm' }, null],
    ['linear in air', { CTYPE1: 'AWAV' }, 'air'],
    ['linear in vacuum', { CTYPE1: 'WAVE' }, 'vacuum'],
  ])('images with an axis: %s', async (_, extra, medium) => {
    const spectrum = await read(Buffer.concat([image(-64, [12], doubles(flux), cards(extra)), errors()]));
    expectPixels(spectrum);
    expect(spectrum.medium).toBe(medium);
  });

  test.each([
    ['log10, as IRAF writes it', { CRVAL1: 4.18, CDELT1: 1e-5, 'DC-FLAG': 1 }, 10 ** (4.18 + 1e-5 * 11)],
    [
      'ln, as the standard writes it',
      { CTYPE1: 'AWAV-LOG', CRVAL1: 15_200, CDELT1: 0.25 },
      15_200 * Math.exp((0.25 * 11) / 15_200),
    ],
  ])('images with an axis in %s', async (_, extra, last) => {
    const { wavelength } = await read(Buffer.concat([image(-64, [12], doubles(flux), cards(extra)), errors('SIGMA')]));
    expect(wavelength[11]).toBeCloseTo(last, 8);
  });

  test.each([
    ['no error', () => image(-64, [12], doubles(flux), cards({})), /an error, variance or inverse variance/],
    ['no axis', () => Buffer.concat([image(-64, [12], doubles(flux)), errors()]), /a wavelength axis/],
    [
      'an error of another length',
      () =>
        Buffer.concat([
          image(-64, [12], doubles(flux), cards({})),
          image(-64, [2], doubles([1, 1]), [['EXTNAME', 'ERR']], true),
        ]),
      /HDU 1: expected 12 pixels/,
    ],
    ['a picture', () => image(-64, [4, 3], doubles(flux), cards({})), /one-dimensional images, found a FITS file/],
    [
      'several spectra',
      () =>
        Buffer.concat([
          primary(),
          table(
            [
              ['wave', '2D'],
              ['flux', '2D'],
              ['err', '2D'],
            ],
            [doubles([1, 2, 3, 4, 5, 6]), doubles([1, 2, 3, 4, 5, 6])],
          ),
        ]),
      /expected one spectrum, found 2 rows of arrays/,
    ],
    [
      'a table of text',
      () =>
        Buffer.concat([
          primary(),
          table(
            [
              ['wave', '8A'],
              ['flux', 'D'],
              ['err', 'D'],
            ],
            [Buffer.concat([Buffer.alloc(8, 65), doubles([1, 2])])],
          ),
        ]),
      /expected numbers/,
    ],
    [
      'a table without width',
      () =>
        Buffer.concat([
          primary(),
          table(
            [
              ['wave', '0D'],
              ['flux', '0D'],
              ['err', '0D'],
            ],
            [Buffer.alloc(0)],
            [],
          ),
        ]),
      /expected /,
    ],
  ])('refused: %s', async (_, bytes, message) => {
    expect((await fault(bytes())).message).toMatch(message);
  });
});

describe('HDF5', () => {
  const good = () => ({
    wavelength: { data: Float64Array.from(wavelength) },
    flux: { data: Float64Array.from(flux), shape: [1, 12] },
    flux_err: { data: Float64Array.from(error) },
  });

  test('datasets of the root, with facts as datasets and attributes', async () => {
    const path = await writeDatasets(
      scratch.path('one'),
      { ...good(), logg: { data: Float64Array.of(2.5) } },
      { teff: 4500, medium: 'air', resolving_power: 30_000 },
    );
    const spectrum = await readSingleSpectrum(path);
    expectPixels(spectrum);
    expect(spectrum).toMatchObject({
      medium: 'air',
      resolvingPower: 30_000,
      parameters: { teff: 4500, logg: 2.5, feh: null },
    });
  });

  test('a file of the layout for grids with one star is in vacuum', async () => {
    const { flux_err: _, ...pixels } = good();
    const path = await writeDatasets(
      scratch.path('grid'),
      {
        ...pixels,
        ivar: { data: Float64Array.from(error, (e) => (e > 0 ? 1 / e ** 2 : 0)), shape: [1, 12] },
        id: { data: ['a'] },
        teff: { data: Float64Array.of(4400) },
      },
      { normalised: 1 },
    );
    const spectrum = await readSingleSpectrum(path);
    expectPixels(spectrum);
    expect(spectrum).toMatchObject({ medium: 'vacuum', normalised: true, parameters: { teff: 4400 } });
  });

  test.each([
    [
      'several spectra',
      { flux: { data: Float64Array.from([...flux, ...flux]), shape: [2, 12] } },
      /\/flux: expected one spectrum, found 2/,
    ],
    [
      'three axes',
      { flux: { data: Float64Array.from(flux), shape: [1, 1, 12] } },
      /\/flux: expected one spectrum: P or 1 x P/,
    ],
    ['text', { flux: { data: ['a', 'b'] } }, /\/flux: expected numbers, found string/],
    [
      'too many pixels',
      { flux: { data: new Uint8Array(200_000) } },
      /\/flux: expected 1 to 100000 pixels, found 200000/,
    ],
  ])('refused: %s', async (name, change, message) => {
    const path = await writeDatasets(scratch.path(name), { ...good(), ...change });
    await expect(readSingleSpectrum(path)).rejects.toThrow(message);
  });
});

test.each([
  ['gzip', Buffer.from('1f8b0800', 'hex'), /a gzip-compressed file/],
  ['zip', Buffer.from('PK\x03\x04'), /a ZIP archive/],
  ['Parquet', Buffer.from('PAR1'), /a Parquet file/],
  ['noise', Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 7919) % 251)), /binary data/],
])('another kind of file is named: %s', async (_, bytes, message) => {
  expect((await fault(bytes)).message).toMatch(message);
});

import { expect, test } from 'vitest';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { fitsTable } from '../../../src/formats/fitsTable/format.js';
import type { SurveyFormat } from '../../../src/formats/format.js';
import { hdf5 } from '../../../src/formats/hdf5/format.js';
import { SpectraFile } from '../../../src/formats/hdf5/writer.js';
import { parquet } from '../../../src/formats/parquet/format.js';
import { collect } from '../collect.js';
import { bigEndian } from '../fits/fitsBytes.js';
import { type ParquetGridOptions, parquetGrid, wavelengths } from '../parquet/parquetGrid.js';
import { scratchFolder } from '../scratchFolder.js';
import { fitsGrid, float, fluxOf, pixels, text } from '../sdssFiles.js';

const scratch = scratchFolder();
const read = (format: SurveyFormat, path: string) => collect(format.read(path, { visits: false }));
const readParquet = (options: ParquetGridOptions = {}) =>
  read(parquet, scratch.write('grid.parquet', parquetGrid(3, options)));
const readFits = (options: Parameters<typeof fitsGrid>[1] = {}) =>
  read(fitsTable, scratch.write('grid.fits', fitsGrid(3, options)));

async function hdf5Grid(): Promise<string> {
  const path = scratch.path('grid.h5');
  const file = await SpectraFile.create(path, {
    wavelength: Float64Array.from(wavelengths),
    normalised: true,
    simulated: false,
    elements: ['Mg'],
  });
  const rows = [0, 1, 2];
  file.append({
    ids: rows.map((row) => `grid-${row}`),
    flux: Float32Array.from(rows.flatMap((row) => fluxOf(row))),
    ivar: new Float32Array(3 * pixels).fill(1e4),
    teff: rows.map((row) => 4000 + 10 * row),
    logg: rows.map(() => 1.5),
    feh: rows.map(() => -0.1),
    snr: rows.map(() => NaN),
    abundances: { Mg: rows.map(() => 0.05) },
    twin: rows.map(() => -1),
  });
  file.close();
  return path;
}

test('the same rows are the same spectra in Parquet, in a FITS table and in HDF5, checksums included', async () => {
  const plain = (records: Awaited<ReturnType<typeof read>>) => records.map((record) => ({ ...record, source: '' }));
  const fromParquet = plain(await readParquet());
  expect(fromParquet[1]).toMatchObject({
    normalised: true,
    star: { name: 'grid-1' },
    parameters: { teff: 4010, source: 'catalogue' },
    truth: { abundances: { Mg: 0.05 }, twin: null },
  });
  expect(fromParquet[1].grid).toBe(apogeeGrid);
  expect(plain(await read(hdf5, await hdf5Grid()))).toEqual(fromParquet);
  const inDoubles = await readFits({
    change: (cells) =>
      cells.map((cell) =>
        cell[0] === 'feh' ? double('feh', -0.1) : cell[0] === 'abundances/Mg' ? double('abundances/Mg', 0.05) : cell,
      ),
  });
  expect(plain(inDoubles)).toEqual(fromParquet);
});

function double(name: string, value: number) {
  return [name, 'D', bigEndian('Double', [value])] as const;
}

const rows3 = (value: unknown) => [value, value, value];

test.each<[string, ParquetGridOptions, RegExp]>([
  [
    'no wavelengths',
    { metadata: { wavelength: undefined } },
    /wavelength: expected a JSON array in the file’s metadata, or a list column, found neither/,
  ],
  [
    'wavelengths that are no JSON',
    { metadata: { wavelength: '[1, 2' } },
    /metadata wavelength: expected a JSON array of numbers, found/,
  ],
  [
    'wavelengths in µm',
    { metadata: { wavelength: JSON.stringify(wavelengths.map((w) => w / 1e4)) } },
    /metadata wavelength: expected at least 2 vacuum wavelengths in Å/,
  ],
  [
    'too few pixels in a row',
    { change: { flux: { data: [fluxOf(0), fluxOf(1).slice(1), fluxOf(2)] } } },
    /flux of row 1: expected 8575 numbers, one per wavelength, found 8574/,
  ],
  ['no column flux', { change: { flux: undefined } }, /column flux: expected a list of numbers per row, found nothing/],
  [
    'no column logg',
    { change: { logg: undefined } },
    /column logg: expected a value per row, found nothing \(the table has id, teff, feh/,
  ],
  [
    'temperatures in units of 5040 K',
    { change: { teff: { data: rows3(1.12), type: 'DOUBLE' } } },
    /column teff: expected effective temperatures in K, found values around 1.12/,
  ],
  [
    'a text column of numbers',
    { change: { feh: { data: rows3('x'), type: 'STRING' } } },
    /column feh: expected numbers, found "x" in row 0/,
  ],
  [
    'an id twice',
    { change: { id: { data: ['a', 'b', 'a'], type: 'STRING' } } },
    /column id: expected every id once, found "a" in rows 0 and 2/,
  ],
  [
    'a twin that is no row',
    { change: { twin: { data: rows3(7), type: 'INT32' } } },
    /column twin: expected -1 or the number of another row below 3, found 7 in row 0/,
  ],
  [
    'a flag that is none',
    { metadata: { normalised: 'perhaps' } },
    /metadata normalised: expected 0 or 1, found "perhaps"/,
  ],
])('Parquet with %s is refused, by place, expectation and finding', async (_, options, message) => {
  await expect(readParquet(options)).rejects.toThrow(message);
});

test('Parquet may hold its wavelengths as a column, the same in every row', async () => {
  const column = (data: unknown[]) => ({ metadata: { wavelength: undefined }, change: { wavelength: { data } } });
  expect(await readParquet(column(rows3(wavelengths)))).toHaveLength(3);
  const shifted = wavelengths.map((w) => w + 1);
  await expect(readParquet(column([wavelengths, wavelengths, shifted]))).rejects.toThrow(
    /column wavelength: expected the same wavelengths in every row, found others in row 2/,
  );
});

test('NaN, null and -9999 in flux or ivar are pixels that say nothing, and are counted', async () => {
  const holes = (values: number[]): unknown[] =>
    values.map((value, i) => (i === 400 ? Number.NaN : i === 401 ? -9999 : value));
  const [record] = await readParquet({ change: { flux: { data: [holes(fluxOf(0)), fluxOf(1), fluxOf(2)] } } });
  expect(record.unusablePixels).toBe(2);
  expect([...record.spectrum.ivar.subarray(399, 403)]).toEqual([1e4, 0, 0, 1e4]);
});

test('a Parquet row group that is too large for memory is refused with the way to write smaller ones', async () => {
  const path = scratch.write('huge.parquet', parquetGrid(2));
  const file = await (await import('../../../src/formats/parquet/parquetFile.js')).ParquetFile.open(path);
  file.metadata.row_groups[0].total_byte_size = 300n * 1024n * 1024n;
  expect(() => file.groups()).toThrow(/row group 0: expected at most 256 MiB.*found 300 MiB/);
  await file.close();
});

test.each<[string, Parameters<typeof fitsGrid>[1], RegExp]>([
  ['wavelengths in nm', { unit: 'nm' }, /HDU 1, HDU WAVELENGTH: expected wavelengths in Å, found the unit "nm"/],
  [
    'ivar of another length',
    { change: (cells) => cells.map((cell) => (cell[0] === 'ivar' ? float('ivar', 1, 2) : cell)) },
    /HDU 1, column ivar: expected 8575 floating-point numbers per row, as flux, found 2 of type E/,
  ],
  [
    'no column feh',
    { change: (cells) => cells.filter(([name]) => name !== 'feh') },
    /HDU 1, column feh: expected a value per row, found nothing/,
  ],
  ['a flag that is none', { header: [['SIMULATE', 'maybe']] }, /expected T or F in SIMULATED/],
  [
    'an empty id',
    { change: (cells, row) => cells.map((cell) => (cell[0] === 'id' && row === 1 ? text('id', '', 12) : cell)) },
    /column id: expected an id in every row, found an empty one in row 1/,
  ],
])('a FITS table with %s is refused, by place, expectation and finding', async (_, options, message) => {
  const path = scratch.write('faulty.fits', fitsGrid(3, options));
  await expect(fitsTable.simulated(path).then(() => read(fitsTable, path))).rejects.toThrow(message);
});

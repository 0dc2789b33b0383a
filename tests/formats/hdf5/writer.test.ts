import { expect, test } from 'vitest';
import { FileError, InputError } from '../../../src/domain/errors.js';
import { hdf5 } from '../../../src/formats/hdf5/format.js';
import { SpectraFile, type SpectraRows } from '../../../src/formats/hdf5/writer.js';
import { collect } from '../collect.js';
import { openHandles, scratchFolder } from '../scratchFolder.js';

const pixels = 50;
const wavelength = Float64Array.from({ length: pixels }, (_, i) => 15000 + 0.2 * i);
const header = { wavelength, normalised: true, simulated: true, survey: 'sim', elements: ['Fe', 'Mg'] };
const scratch = scratchFolder();

/** Rows whose every number follows from the row's number in the file. */
function rowsFrom(start: number, count: number): SpectraRows {
  const rows = Array.from({ length: count }, (_, i) => start + i);
  const spectra = (value: (row: number, pixel: number) => number) =>
    Float32Array.from({ length: count * pixels }, (_, i) => value(start + Math.floor(i / pixels), i % pixels));
  return {
    ids: rows.map((row) => `sim-1-${row}`),
    flux: spectra((row, pixel) => row + pixel / 64),
    ivar: spectra((row, pixel) => (pixel === 7 ? 0 : row + 1)),
    teff: rows.map((row) => 4000 + row),
    logg: Float64Array.from(rows, (row) => 1 + row / 1000),
    feh: rows.map((row) => -row / 1000),
    snr: rows.map(() => 100),
    abundances: { Fe: rows.map((row) => -row / 1000), Mg: rows.map((row) => (row === 3 ? NaN : 0.25)) },
    twin: rows.map((row) => row ^ 1),
  };
}

test('what is written is read again, whatever the sizes of the slices', async () => {
  const path = scratch.path('round-trip.h5');
  const file = await SpectraFile.create(path, header);
  let row = 0;
  for (const count of [1, 5, 130, 0, 300, 2]) {
    file.append(rowsFrom(row, count));
    row += count;
  }
  file.close();
  expect(openHandles(path)).toBe(0);
  expect(await hdf5.simulated(path)).toBe(true);
  expect(await hdf5.count(path, { visits: false })).toBe(438);
  const expected = rowsFrom(0, 438);
  row = 0;
  for await (const record of hdf5.read(path, { visits: false })) {
    expect(record.star).toEqual({ name: `sim-1-${row}`, aliases: {}, ra: null, dec: null });
    expect(record.spectrum.flux).toEqual(expected.flux.slice(row * pixels, (row + 1) * pixels));
    expect(record.spectrum.ivar).toEqual(expected.ivar.slice(row * pixels, (row + 1) * pixels));
    expect(record.parameters).toMatchObject({ teff: 4000 + row, logg: 1 + row / 1000, source: 'simulation' });
    expect(record.truth?.twin).toBe(`sim-1-${row ^ 1}`);
    expect(record.truth?.abundances.Mg).toBe(row === 3 ? undefined : 0.25);
    expect(record).toMatchObject({ survey: 'sim', normalised: true, snr: 100, unusablePixels: 0 });
    row++;
  }
  expect(row).toBe(438);
});

test('rows may be written from arrays that are used again', async () => {
  const path = scratch.path('reused.h5');
  const file = await SpectraFile.create(path, header);
  const rows = rowsFrom(0, 2);
  file.append(rows);
  rows.flux.fill(-1);
  file.close();
  const [first] = await collect(hdf5.read(path, { visits: false }));
  expect(first.spectrum.flux[1]).toBe(1 / 64);
});

test('positions are written where they are given', async () => {
  const path = scratch.path('positions.h5');
  const file = await SpectraFile.create(path, header);
  file.append({ ...rowsFrom(0, 2), ra: [10, 20], dec: [-10, 20] });
  file.close();
  const records = await collect(hdf5.read(path, { visits: false }));
  expect(records.map(({ star }) => [star.ra, star.dec])).toEqual([
    [10, -10],
    [20, 20],
  ]);
});

test('refuses rows that do not fit together, and writes none of them', async () => {
  const path = scratch.path('misfits.h5');
  const file = await SpectraFile.create(path, header);
  const rows = rowsFrom(0, 2);
  expect(() => file.append({ ...rows, flux: rows.flux.subarray(1) })).toThrow(
    /\/flux: expected 100 values for 2 ids, found 99/,
  );
  expect(() => file.append({ ...rows, twin: [1] })).toThrow(InputError);
  expect(() => file.append({ ...rows, ids: ['a', 'x'.repeat(64)] })).toThrow(/id: expected 1 to 63 ASCII characters/);
  expect(() => file.append({ ...rows, ids: ['a', 'é'] })).toThrow(InputError);
  file.append(rows);
  file.close();
  expect(await hdf5.count(path, { visits: false })).toBe(2);
});

test('a place that cannot be written is an error', async () => {
  await expect(SpectraFile.create(scratch.path('no/such/folder.h5'), header)).rejects.toThrow(FileError);
});

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { inflateSync } from 'node:zlib';
import h5wasm from 'h5wasm/node';
import { describe, expect, test } from 'vitest';
import { FileError } from '../../../src/domain/errors.js';
import type { SpectrumRecord } from '../../../src/domain/spectrum.js';
import { hdf5 } from '../../../src/formats/hdf5/format.js';
import { collect } from '../collect.js';
import { openHandles, scratchFolder } from '../scratchFolder.js';
import { goodDatasets, type TestDataset, writeDatasets } from './spectraDatasets.js';

const scratch = scratchFolder();

function fixture(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/hdf5/${name}`, import.meta.url));
}

async function read(path: string): Promise<SpectrumRecord[]> {
  return collect(hdf5.read(path, { visits: false }));
}

/** Reads the good file with some datasets replaced, or left out (null). */
async function readWith(
  changes: Readonly<Record<string, TestDataset | null>>,
  attributes: Readonly<Record<string, number | string>> = {},
): Promise<SpectrumRecord[]> {
  const kept = Object.entries({ ...goodDatasets(), ...changes }).filter(
    (entry): entry is [string, TestDataset] => entry[1] !== null,
  );
  return read(await writeDatasets(scratch.path('changed.h5'), Object.fromEntries(kept), attributes));
}

describe.each([
  ['variable-strings.h5', 1e-7],
  ['fixed-strings-gzip.h5', 1e-7],
  ['big-endian.h5', 1e-7],
  ['half-precision.h5', 1e-3],
])('%s of h5py', (name, precision) => {
  test('has the values that were written', async () => {
    expect(await hdf5.simulated(fixture(name))).toBe(true);
    const records = await read(fixture(name));
    expect(records.map(({ star }) => star.name)).toEqual(['é-one', 'two', 'three', 'four', 'five']);
    const [first] = records;
    expect(first).toMatchObject({ survey: 'grid', normalised: true, snr: 100, visit: 0, properties: {} });
    expect(first.parameters).toEqual({
      teff: 4500,
      logg: 2,
      feh: -0.5,
      errors: { teff: 50, logg: null, feh: null },
      source: 'simulation',
    });
    expect(records.map(({ star }) => star.ra)).toEqual([0, 90, 180, 0, null]);
    expect(records.map(({ star }) => star.dec)).toEqual([-90, 0, 45, 90, null]);
    expect(first.grid.chips).toEqual([
      { start: 0, end: 20 },
      { start: 20, end: 30 },
    ]);
    records.forEach(({ spectrum }, row) => {
      spectrum.flux.forEach((value, pixel) => {
        const expected = row === 2 && pixel === 5 ? 0 : 1 + 0.001 * (row * 30 + pixel);
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(precision * 1.2);
      });
    });
    expect(first.spectrum.ivar[4]).toBe(1e4);
  });

  test('has its missing labels, bad pixels and truth recognised', async () => {
    const records = await read(fixture(name));
    expect(records.map(({ parameters }) => parameters?.teff ?? null)).toEqual([4500, 4600, null, 4800, null]);
    expect(records[2].parameters).toBeNull();
    expect(records[4].parameters).toBeNull();
    expect(records.map(({ unusablePixels }) => unusablePixels)).toEqual([0, 1, 1, 1, 0]);
    expect(records.map(({ spectrum }, row) => spectrum.ivar[3 + row])).toEqual([0, 0, 0, 0, 1e4]);
    expect(records.map(({ truth }) => truth?.twin)).toEqual(['two', 'é-one', null, 'five', 'four']);
    expect(records[0].truth?.abundances).toEqual({ Fe: -0.5, Mg: 0.1 });
    expect(records[1].truth?.abundances).toEqual({ Fe: 0 });
  });
});

test('a compression that the library lacks is named, with the remedy', async () => {
  const refused = read(fixture('lzf.h5'));
  await expect(refused).rejects.toThrow(/\/ivar: expected readable data, found required filter 'lzf'/);
  await expect(refused).rejects.toHaveProperty('remedy', expect.stringContaining('gzip'));
});

test('without the optional parts: no errors, no truth, a catalogue’s parameters, flux not normalised', async () => {
  const [record] = await readWith({});
  expect(record).toMatchObject({
    survey: null,
    normalised: false,
    snr: null,
    truth: null,
    star: { ra: null, dec: null },
  });
  expect(record.parameters).toMatchObject({ source: 'catalogue', errors: { teff: null, logg: null, feh: null } });
});

const misfits: [what: string, changes: Record<string, TestDataset | null>, message: RegExp][] = [
  ['no flux', { flux: null }, /\/flux: expected a dataset of N x P .*found nothing \(the file has feh, id, ivar, logg/],
  ['no id', { id: null }, /\/id: expected a dataset of 3 strings, found nothing/],
  ['no feh', { feh: null }, /\/feh: expected a dataset of 3 numbers, found nothing/],
  ['one-dimensional flux', { flux: { data: new Float32Array(12) } }, /\/flux: expected N x P.*found the shape 12/],
  [
    'integer ivar',
    { ivar: { data: new Int32Array(12), shape: [3, 4] } },
    /\/ivar: expected floating-point .*found int32/,
  ],
  [
    'a transposed ivar',
    { ivar: { data: new Float32Array(12), shape: [4, 3] } },
    /\/ivar: expected the shape 3 x 4.*found the shape 4 x 3/,
  ],
  [
    'a short wavelength',
    { wavelength: { data: Float64Array.of(1, 2) } },
    /\/wavelength: expected the shape 4.*found the shape 2/,
  ],
  ['falling wavelengths', { wavelength: { data: Float64Array.of(4, 3, 2, 1) } }, /\/wavelength: .*strictly increasing/],
  ['a long teff', { teff: { data: new Float64Array(4) } }, /\/teff: expected the shape 3.*found the shape 4/],
  ['a scalar logg', { logg: { data: 2 } }, /\/logg: expected the shape 3, .*found a scalar/],
  [
    'a misshapen optional column',
    { snr: { data: new Float64Array(2) } },
    /\/snr: expected the shape 3.*found the shape 2/,
  ],
  ['teff as text', { teff: { data: ['4500', '4600', '4700'] } }, /\/teff: expected numbers, found string/],
  ['numbers as ids', { id: { data: Int32Array.of(1, 2, 3) } }, /\/id: expected strings, found int32/],
  ['an id twice', { id: { data: ['a', 'b', 'a'] } }, /\/id: expected every id once, found "a" in rows 0 and 2/],
  ['an empty id', { id: { data: ['a', '', 'c'] } }, /\/id: expected an id in every row, found an empty one in row 1/],
  ['a twin that is no row', { twin: { data: Int32Array.of(1, 0, 3) } }, /\/twin: expected -1 or .*found 3 in row 2/],
  ['a star as its own twin', { twin: { data: Int32Array.of(0, -1, -1) } }, /\/twin: .*found 0 in row 0/],
  [
    'abundances that are no group',
    { abundances: { data: Float64Array.of(1, 2, 3) } },
    /\/abundances: expected a group.*found a dataset/,
  ],
  [
    'a misshapen abundance',
    { 'abundances/Mg': { data: Float64Array.of(1) } },
    /\/abundances\/Mg: expected the shape 3/,
  ],
  [
    'no rows',
    { flux: { data: new Float32Array(0), shape: [0, 4] } },
    /\/flux: expected N x P with N of at least 1, found the shape 0 x 4/,
  ],
];

test.each(misfits)(
  'refuses %s, naming the dataset, what was expected and what was found',
  async (_, changes, message) => {
    await expect(readWith(changes)).rejects.toThrow(FileError);
    await expect(readWith(changes)).rejects.toThrow(message);
  },
);

test('refuses flags that are neither 0 nor 1', async () => {
  await expect(readWith({}, { normalised: 2 })).rejects.toThrow(/attribute normalised: expected 0 or 1, found 2/);
  await expect(readWith({}, { simulated: 'yes' })).rejects.toThrow(/attribute simulated: expected 0 or 1, found "yes"/);
});

test('does not follow links into other files', async () => {
  const { flux, ...rest } = goodDatasets();
  const other = await writeDatasets(scratch.path('other.h5'), { flux });
  const path = await writeDatasets(scratch.path('links.h5'), rest);
  const file = new h5wasm.File(path, 'a');
  file.create_external_link(other, '/flux', 'flux');
  file.close();
  await expect(read(path)).rejects.toThrow(/\/flux: expected a dataset .*found a link/);
});

test('a damaged chunk is an error, never garbage', async () => {
  const bytes = readFileSync(fixture('big-endian.h5'));
  const chunk = findDeflated(bytes, 5 * 30 * 4);
  for (const offset of [2, 30, 60]) {
    const damaged = Buffer.from(bytes);
    damaged[chunk + offset] ^= 0xff;
    const path = scratch.write('damaged.h5', damaged);
    await expect(read(path)).rejects.toThrow(/\/(flux|ivar): expected readable data, found .*filter/);
    expect(openHandles(path)).toBe(0);
  }
});

test('whatever byte is damaged, reading ends with spectra or with an error of ours', async () => {
  const bytes = readFileSync(fixture('variable-strings.h5'));
  let refused = 0;
  for (let offset = 0; offset < bytes.length; offset += 31) {
    const damaged = Buffer.from(bytes);
    damaged[offset] ^= 0xff;
    const path = scratch.write('damaged.h5', damaged);
    const outcome = await read(path).catch((error: unknown) => error);
    if (!Array.isArray(outcome)) {
      expect(outcome).toBeInstanceOf(FileError);
      refused++;
    }
    expect(openHandles(path)).toBe(0);
  }
  expect(refused).toBeGreaterThan(10);
});

/** Where in a file a zlib stream of that many bytes, inflated, starts. */
function findDeflated(bytes: Buffer, inflated: number): number {
  for (let offset = bytes.indexOf(0x78); offset >= 0; offset = bytes.indexOf(0x78, offset + 1)) {
    try {
      if (inflateSync(bytes.subarray(offset)).length === inflated) return offset;
    } catch {
      // not the start of a stream
    }
  }
  throw new Error('the fixture has no such chunk');
}

test('the checksum of a row follows its content, not its place in the file', async () => {
  const [a, b] = await readWith({});
  const fluxOf = (i: number, value: number) => ({ flux: { data: goodFlux().fill(value, i, i + 1), shape: [3, 4] } });
  const changed = await readWith(fluxOf(5, 9));
  expect(changed[0].checksum).toBe(a.checksum);
  expect(changed[1].checksum).not.toBe(b.checksum);
  const relabelled = await readWith({ teff: { data: Float64Array.of(4501, 4600, 4700) } });
  expect(relabelled[0].checksum).not.toBe(a.checksum);
  expect(relabelled[1].checksum).toBe(b.checksum);
  const normalised = await readWith({}, { normalised: 1 });
  expect(normalised[0].checksum).not.toBe(a.checksum);
});

function goodFlux(): Float32Array {
  return Float32Array.from({ length: 12 }, (_, i) => 1 + i / 100);
}

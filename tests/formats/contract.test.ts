import { copyFileSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { FileError, InputError } from '../../src/domain/errors.js';
import type { SpectrumRecord } from '../../src/domain/spectrum.js';
import { aspcap } from '../../src/formats/apogee/aspcapStar.js';
import { withContent } from '../../src/formats/fileContent.js';
import { rowsIn, type SurveyFormat } from '../../src/formats/format.js';
import { findFormat, formats, recogniseFormat } from '../../src/formats/registry.js';
import { collect } from './collect.js';
import { bigEndian, image } from './fits/fitsBytes.js';
import { parquetGrid } from './parquet/parquetGrid.js';
import { openHandles, scratchFolder } from './scratchFolder.js';
import { aspcapStar, fitsGrid, mwmStar } from './sdssFiles.js';

/** A good file per format, of several spectra (with visits) where the format can hold them. A new format adds its own. */
const samples: Readonly<Record<string, string | (() => Buffer)>> = {
  apogee: 'apogee/apStar-dr17-2M17335483-2753043.fits',
  aspcap: aspcapStar,
  mwm: mwmStar,
  hdf5: 'hdf5/fixed-strings-gzip.h5',
  parquet: () => parquetGrid(3),
  'fits-table': () => fitsGrid(3),
};
const scratch = scratchFolder();
const written = new Map<string, string>();

function sampleOf({ name }: SurveyFormat): string {
  const sample = samples[name];
  if (typeof sample === 'string') return fileURLToPath(new URL(`../fixtures/${sample}`, import.meta.url));
  // Once: the same path and bytes in every test.
  const path = written.get(name) ?? scratch.write(`sample-${name}`, sample());
  written.set(name, path);
  return path;
}

function read(format: SurveyFormat, path: string, visits = true): Promise<SpectrumRecord[]> {
  return collect(format.read(path, { visits }));
}

/** Reads a file that must not give a single spectrum before its error. */
async function readNone(format: SurveyFormat, path: string): Promise<void> {
  for await (const { source } of format.read(path, { visits: true })) throw new Error(`${source} was read`);
}

async function refusal(attempt: Promise<unknown>): Promise<FileError> {
  const error = await attempt.then(
    () => null,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(FileError);
  return error as FileError;
}

test('a format is found by its name; another name is answered with those that there are', () => {
  for (const format of formats) expect(findFormat(format.name)).toBe(format);
  expect(() => findFormat('csv')).toThrow(InputError);
  expect(() => findFormat('csv')).toThrow(`one of auto, ${formats.map(({ name }) => name).join(', ')}`);
  expect(new Set(formats.map(({ name }) => name)).size).toBe(formats.length);
});

describe.each(formats)('format $name', (format) => {
  test('yields spectra that keep the contract', async () => {
    const records = await read(format, sampleOf(format));
    expect(records.length).toBeGreaterThan(format === aspcap ? 0 : 1);
    for (const { spectrum, grid, star, checksum, source, unusablePixels } of records) {
      const pixels = grid.wavelength.length;
      for (const values of [spectrum.flux, spectrum.ivar, spectrum.mask]) expect(values).toHaveLength(pixels);
      expect(spectrum.flux.every(Number.isFinite)).toBe(true);
      expect(spectrum.ivar.every((w) => w >= 0 && w < Infinity)).toBe(true);
      expect(unusablePixels).toBeLessThanOrEqual(spectrum.ivar.filter((w) => w === 0).length);
      expect(star.name).not.toBe('');
      expect(checksum).toMatch(/^[0-9a-f]{64}$/);
      expect(source).toContain(sampleOf(format));
    }
    expect(
      new Set(records.map(({ star, visit, properties }) => `${star.name} ${visit} ${properties.telescope}`)).size,
    ).toBe(records.length);
  });

  test('is told by content, under any name, and claimed by no other format', async () => {
    const path = scratch.path(`renamed-${format.name}.txt`);
    copyFileSync(sampleOf(format), path);
    expect((await recogniseFormat(path)).name).toBe(format.name);
    const claims = await withContent(path, (content) => formats.filter((each) => each.recognises(content)));
    expect(claims).toEqual([format]);
    expect(openHandles(path)).toBe(0);
  });

  test('reads in parts what it reads as a whole', async () => {
    const path = sampleOf(format);
    const whole = await read(format, path);
    const parts = (await format.parts?.(path)) ?? [{ start: 0, end: whole.length }];
    expect(rowsIn(parts)).toBe(whole.length);
    if (!format.parts) return;
    const halves = [
      { start: 0, end: 1 },
      { start: 1, end: whole.length },
    ];
    const read2 = await Promise.all(halves.map((rows) => collect(format.read(path, { visits: true, rows }))));
    expect(read2.flat()).toEqual(whole);
  });

  test('counts what it reads, with and without visits', async () => {
    for (const visits of [false, true])
      expect(await format.count(sampleOf(format), { visits })).toBe(
        (await read(format, sampleOf(format), visits)).length,
      );
  });

  test('reads the same twice', async () => {
    expect(await read(format, sampleOf(format))).toEqual(await read(format, sampleOf(format)));
  });

  test('says whether a file is simulated', async () => {
    expect(await format.simulated(sampleOf(format))).toBeTypeOf('boolean');
  });

  test('closes the file, at its end and when the reader stops early', async () => {
    const path = scratch.path(`copy-${format.name}`);
    copyFileSync(sampleOf(format), path);
    for await (const record of format.read(path, { visits: true })) {
      expect(record.visit).toBe(0);
      expect(openHandles(path)).toBeLessThan(2);
      break;
    }
    expect(openHandles(path)).toBe(0);
    await read(format, path);
    await format.count(path, { visits: false });
    expect(openHandles(path)).toBe(0);
  });

  test('refuses a truncated file wherever it ends, and yields nothing of it', async () => {
    const bytes = readFileSync(sampleOf(format));
    for (const length of [1, 7, 79, 600, 4000, bytes.length >> 1, bytes.length - 3000]) {
      const path = scratch.write(`truncated-${format.name}`, bytes.subarray(0, length));
      for (const attempt of [() => readNone(format, path), () => format.count(path, { visits: false })]) {
        const { fault } = await refusal(attempt());
        expect(fault.file).toBe(path);
      }
      expect(openHandles(path)).toBe(0);
    }
  });

  test('refuses empty, missing and foreign files, saying what was expected and found', async () => {
    const otherSamples = formats.filter((other) => other !== format).map(sampleOf);
    const paths = [
      scratch.write('empty', ''),
      scratch.path('missing'),
      fileURLToPath(new URL('../fixtures', import.meta.url)),
      scratch.write('text', 'id,teff\n1,4500\n'),
      scratch.write('noise', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251))),
      scratch.write('other.fits', image(-32, [4], bigEndian('Float', [1, 2, 3, 4]))),
      ...otherSamples,
    ];
    for (const path of paths) {
      const error = await refusal(readNone(format, path));
      expect(error.fault.file).toBe(path);
      expect(error.message).toBe(
        `${path}: ${error.fault.place}: expected ${error.fault.expected}, found ${error.fault.found}`,
      );
      await refusal(format.count(path, { visits: false }));
    }
  });
});

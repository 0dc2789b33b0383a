import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import type { SpectraRows } from '../../src/formats/hdf5/writer.js';
import { listReleases } from '../../src/storage/dataRelease.js';
import { loadTwins } from '../../src/storage/siblingGroup.js';
import { countSpectra } from '../../src/storage/spectrumScan.js';
import { encode } from '../../workers/tasks/encode.js';
import { type IngestRequest, ingest } from '../../workers/tasks/ingest.js';
import { train } from '../../workers/tasks/train.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

const apogee = join(projectRoot, 'tests', 'fixtures', 'apogee');
const giant = join(apogee, 'apStar-dr17-2M17335483-2753043.fits');
const dwarf = join(apogee, 'apStar-dr17-2M19485057+5005279.fits');
const { wavelength } = apogeeGrid;

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(() => place.close());

const request = (
  release: string,
  format: string,
  paths: string[],
  change: Partial<IngestRequest> = {},
): IngestRequest => ({
  release,
  format,
  paths,
  survey: null,
  visits: false,
  ...change,
});
const spectraOf = async (name: string) => {
  const release = (await listReleases(place.db)).find((candidate) => candidate.name === name);
  return release ? countSpectra(place.db, release.id) : null;
};
/** The rows with one array exchanged. */
const withColumn = (rows: SpectraRows, change: Partial<SpectraRows>): SpectraRows => ({ ...rows, ...change });

describe('ingest of apStar files', () => {
  test('stores combined spectra, counts unusable pixels, and skips them the second time', async () => {
    const first = await ingest(place, request('dr17', 'apogee', [apogee]), course);
    expect(first).toMatchObject({ stored: 2, skipped: 0, withoutParameters: [] });
    expect(first.failed.map(({ source }) => source)).toEqual(['README.md']);
    expect(first.unusablePixels).toBeGreaterThan(100);
    const second = await ingest(place, request('dr17', 'apogee', [giant, dwarf]), course);
    expect(second).toMatchObject({ stored: 0, skipped: 2, failed: [] });
    expect(await spectraOf('dr17')).toBe(2);
  });

  test('stores visits when asked', async () => {
    const { stored } = await ingest(place, request('visits', 'apogee', [giant, dwarf], { visits: true }), course);
    expect(stored).toBe(2 + 3);
  });

  test('goes on past a truncated, an empty and a foreign file, and stores nothing of them', async () => {
    const bytes = await readFile(giant);
    const bad = {
      'cut.fits': bytes.subarray(0, 1_000_000),
      'empty.fits': Buffer.alloc(0),
      'text.fits': Buffer.from('hello'),
    };
    const paths = [];
    for (const [name, content] of Object.entries(bad)) {
      paths.push(join(place.folder, name));
      await writeFile(join(place.folder, name), content);
    }
    const summary = await ingest(place, request('partial', 'apogee', [...paths, dwarf]), course);
    expect(summary).toMatchObject({ stored: 1, files: 4 });
    expect(summary.failed.map(({ source }) => source)).toEqual(['cut.fits', 'empty.fits', 'text.fits']);
    for (const { code, message } of summary.failed) {
      expect(code).toBe('BAD_FILE');
      expect(message).toMatch(/expected .+, found .+/);
    }
    expect(await spectraOf('partial')).toBe(1);
  });

  test('leaves no release behind when nothing can be read', async () => {
    const path = join(place.folder, 'only.fits');
    await writeFile(path, 'hello');
    await ingest(place, request('nothing', 'apogee', [path]), course);
    expect(await spectraOf('nothing')).toBeNull();
  });
});

describe('ingest of HDF5 files', () => {
  const rows = simulated(3);

  test('stores spectra with the truth of a simulation', async () => {
    const path = await writeSpectra(join(place.folder, 'good.h5'), wavelength, rows);
    expect(await ingest(place, request('simulated', 'hdf5', [path]), course)).toMatchObject({ stored: 6, failed: [] });
    const release = (await listReleases(place.db)).find(({ name }) => name === 'simulated');
    expect(release?.simulated).toBe(true);
    expect(await loadTwins(place.db, release?.id as number)).toHaveLength(3);
  });

  test('refuses the same star with another content, and keeps what is stored', async () => {
    const changed = withColumn(rows, { teff: Float64Array.from(rows.teff, (teff, i) => (i === 2 ? teff + 1 : teff)) });
    const path = await writeSpectra(join(place.folder, 'changed.h5'), wavelength, changed);
    const summary = await ingest(place, request('simulated', 'hdf5', [path]), course);
    expect(summary).toMatchObject({ stored: 0, skipped: 5 });
    expect(summary.failed).toEqual([
      expect.objectContaining({ code: 'CONFLICT', message: expect.stringMatching(/changed\.h5.*simulated.*sha256/) }),
    ]);
  });

  test('refuses a grid other than the release’s, naming both', async () => {
    const shifted = wavelength.map((value) => value * 1.0001);
    const path = await writeSpectra(join(place.folder, 'shifted.h5'), shifted, simulated(1, 2));
    const summary = await ingest(place, request('simulated', 'hdf5', [path]), course);
    expect(summary.stored).toBe(0);
    expect(summary.failed[0]).toMatchObject({
      code: 'GRID_MISMATCH',
      message: expect.stringMatching(
        /shifted\.h5.*expected the wavelength grid .*15100\.80-16999\.81 Å in 8575 pixels.*found 15102\.31-/,
      ),
    });
  });

  test('refuses observed spectra in a release of simulated ones', async () => {
    const path = await writeSpectra(join(place.folder, 'observed.h5'), wavelength, simulated(1, 3), {
      simulated: false,
    });
    const { failed } = await ingest(place, request('simulated', 'hdf5', [path]), course);
    expect(failed).toEqual([
      expect.objectContaining({
        code: 'CONFLICT',
        message: expect.stringMatching(/holds simulated spectra, and these are observed/),
      }),
    ]);
  });

  test('gives pixels that are not finite ivar 0, and refuses a spectrum with too few good ones', async () => {
    const bad = simulated(1, 4);
    bad.flux.fill(Number.NaN, 0, 6000);
    bad.flux[8575 + 1000] = Number.POSITIVE_INFINITY;
    const path = await writeSpectra(join(place.folder, 'nan.h5'), wavelength, bad);
    const summary = await ingest(place, request('nan', 'hdf5', [path]), course);
    expect(summary).toMatchObject({ stored: 1, unusablePixels: 1 });
    expect(summary.failed).toEqual([
      expect.objectContaining({
        code: 'BAD_SPECTRUM',
        message: expect.stringMatching(/at least 3000 good pixels.*found "?\d+/),
      }),
    ]);
  });

  test('refuses a star whose parameters no star can have, naming it and the value; -9999 is unknown', async () => {
    const rows = simulated(3, 6);
    const path = await writeSpectra(
      join(place.folder, 'impossible.h5'),
      wavelength,
      withColumn(rows, {
        teff: Float64Array.from(rows.teff, (teff, i) => [1e300, 3.7, -9999][i] ?? teff),
        logg: Float64Array.from(rows.logg, (logg, i) => (i === 3 ? 40 : logg)),
      }),
    );
    const summary = await ingest(place, request('impossible', 'hdf5', [path]), course);
    expect(summary).toMatchObject({ stored: 3, withoutParameters: [rows.ids[2]] });
    const message = (row: number, name: string, range: string, found: string) =>
      expect.stringMatching(
        new RegExp(`impossible\\.h5.*${rows.ids[row]}: ${name}: expected ${range}, or -9999 .*, found ${found}`),
      );
    expect(summary.failed).toEqual([
      { source: expect.any(String), code: 'BAD_SPECTRUM', message: message(0, 'teff', '100 to 1000000 K', '1e\\+300') },
      { source: expect.any(String), code: 'BAD_SPECTRUM', message: message(1, 'teff', '100 to 1000000 K', '3.7') },
      { source: expect.any(String), code: 'BAD_SPECTRUM', message: message(3, 'logg', '-5 to 16 dex', '40') },
    ]);
  });

  test('stores and lists a star without Teff, and gives it no latent but a reason', async () => {
    const some = simulated(60, 5);
    const path = await writeSpectra(
      join(place.folder, 'unknown.h5'),
      wavelength,
      withColumn(some, { teff: Float64Array.from(some.teff, (teff, i) => (i === 1 ? Number.NaN : teff)) }),
    );
    const summary = await ingest(place, request('unknown', 'hdf5', [path]), course);
    expect(summary).toMatchObject({ stored: 120, withoutParameters: [some.ids[1]] });
    const { model, spectra } = await train(
      place,
      {
        release: 'unknown',
        method: 'polydis',
        preset: 'compact',
        parameters: null,
        seed: null,
        settings: {},
        resume: false,
      },
      course,
    );
    expect(spectra).toBe(119);
    const encoded = await encode(place, { release: 'unknown', model }, course);
    expect(encoded).toMatchObject({
      encoded: 120,
      already: 0,
      withoutLatent: { 'teff unknown, which the model removes': 1 },
    });
    expect(await encode(place, { release: 'unknown', model }, course)).toMatchObject({ encoded: 0, already: 120 });
  });
});

describe('a file beside others', () => {
  const pixels = wavelength.length;
  const good = async (name: string, seed: number) =>
    writeSpectra(join(place.folder, `${name}.h5`), wavelength, simulated(1, seed));

  test('does not set the grid of a release by spectra that cannot be used', async () => {
    const tiny = { ...simulated(1, 20), flux: new Float32Array(8).fill(Number.NaN), ivar: new Float32Array(8) };
    const first = await writeSpectra(
      join(place.folder, 'a-tiny.h5'),
      Float64Array.of(15200, 15201, 15202, 15203),
      tiny,
    );
    const summary = await ingest(place, request('beside-grid', 'hdf5', [first, await good('b-grid', 21)]), course);
    expect(summary).toMatchObject({ stored: 2 });
    expect(summary.failed.map(({ code }) => code)).toEqual(['BAD_SPECTRUM', 'BAD_SPECTRUM']);
  });

  test('does not keep them out by a survey name that cannot be one', async () => {
    const odd = await writeSpectra(join(place.folder, 'a-odd.h5'), wavelength, simulated(1, 22), {
      survey: 'GALAH DR4',
    });
    const summary = await ingest(place, request('beside-survey', 'hdf5', [odd, await good('b-survey', 23)]), course);
    expect(summary).toMatchObject({ stored: 2 });
    expect(summary.failed[0]).toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/a-odd\.h5.*survey: expected a name of lower-case letters.*found "GALAH DR4"/),
    });
  });

  test('does not keep them out by not being there, or by being a pipe', async () => {
    const pipe = join(place.folder, 'pipe.h5');
    execFileSync('mkfifo', [pipe]);
    const paths = [join(place.folder, 'nowhere.h5'), pipe, await good('b-missing', 24)];
    const summary = await ingest(place, request('beside-missing', 'hdf5', paths), course);
    expect(summary).toMatchObject({ stored: 2, files: 2 });
    expect(summary.failed.map(({ message }) => message)).toEqual([
      expect.stringMatching(/no file or folder ".*nowhere\.h5"/),
      expect.stringMatching(/pipe\.h5: file: expected .* found something that is not a regular file/),
    ]);
  });

  test('is refused when its flux is too far out to be stored, and does not block the release', async () => {
    const huge = simulated(1, 25);
    huge.flux.fill(1e30, 0, pixels);
    const path = await writeSpectra(join(place.folder, 'huge.h5'), wavelength, huge);
    const summary = await ingest(place, request('beside-huge', 'hdf5', [path]), course);
    expect(summary).toMatchObject({ stored: 1 });
    expect(summary.failed).toEqual([
      expect.objectContaining({
        code: 'BAD_SPECTRUM',
        message: expect.stringMatching(/row 0.*good pixels.*found "?0/),
      }),
    ]);
  });
});

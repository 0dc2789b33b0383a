import { copyFile, mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { findRelease, publish } from '../../src/storage/dataRelease.js';
import { type IngestRequest, ingest } from '../../workers/tasks/ingest.js';
import { parquetGrid } from '../formats/parquet/parquetGrid.js';
import { type ApStarOptions, apStar, aspcapStar, fitsGrid, mwmStar, unsuitable } from '../formats/sdssFiles.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

const fixtures = join(projectRoot, 'tests', 'fixtures', 'apogee');
let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(() => place.close());

const request = (release: string, paths: string[], change: Partial<IngestRequest> = {}): IngestRequest => ({
  release,
  format: 'auto',
  paths,
  survey: null,
  visits: false,
  ...change,
});

async function folderOf(name: string, files: Readonly<Record<string, Buffer>>): Promise<string> {
  const folder = join(place.folder, name);
  await mkdir(folder);
  for (const [file, bytes] of Object.entries(files)) await writeFile(join(folder, file), bytes);
  return folder;
}

/** Star, visit and telescope of everything in a release. */
async function contents(
  release: string,
): Promise<{ star: string; visit: number; telescope: string | null; snr: number | null }[]> {
  return place.db.query(
    `select s.star_id as star, s.visit, s.properties->>'telescope' as telescope, s.snr
     from spectrum s join data_release r on r.id = s.release_id where r.name = $1 order by 1, 2`,
    [release],
  );
}

test('one folder of several formats is read by content, and what is not suitable is named', async () => {
  const folder = await folderOf('mixed', {
    'a.fits': apStar(),
    'b.dat': aspcapStar(),
    'c.fits': mwmStar(),
    'd.fits.gz': gzipSync(apStar({ name: '2M00000002+0000002' })),
    'e.parquet': parquetGrid(3, { metadata: { survey: 'grid' } }),
    'f.fits': fitsGrid(2, { header: [['SURVEY', 'table']] }),
    'g.fits': unsuitable.apVisit,
    'h.fits': unsuitable.allStar,
    'notes.txt': Buffer.from('not a spectrum'),
  });
  const summary = await ingest(place, request('mixed', [folder]), course);
  expect(summary).toMatchObject({ files: 9, stored: 10, beside: 1, normalised: 6, superseded: 0 });
  expect(summary.failed.map(({ source }) => source)).toEqual(['g.fits', 'h.fits', 'notes.txt']);
  expect(summary.failed[0].message).toMatch(/an apVisit \(or asVisit\) file: .*not resampled/);
  expect(summary.notes).toContainEqual({
    source: expect.stringContaining('c.fits'),
    note: expect.stringContaining('BOSS/APO'),
  });
  const stars = new Set((await contents('mixed')).map(({ star }) => star));
  expect(stars).toContain('apogee:2M19534321+6705175');
  expect(stars).toContain('grid:grid-2');
  expect(stars).toContain('table:grid-1');
  expect(await ingest(place, request('mixed', [folder]), course)).toMatchObject({ stored: 0, skipped: 10 });
});

describe('a star seen from both observatories', () => {
  const name = '2M11111111+1111111';
  const files = {
    'apo.fits': apStar({ name, snr: 80, nvisits: 2 } satisfies ApStarOptions),
    'lco.fits': apStar({ name, prefix: 'asVisit', snr: 120, nvisits: 1, seed: 4 } satisfies ApStarOptions),
  };

  test.each([
    ['together', [['apo.fits', 'lco.fits']]],
    ['one after the other', [['apo.fits'], ['lco.fits']]],
    ['the other way round', [['lco.fits'], ['apo.fits']]],
  ])('is one star whose better spectrum is searched: files read %s', async (label, commands) => {
    const release = `both ${label}`;
    const folder = await folderOf(release, files);
    for (const names of commands) {
      const paths = names.map((file) => join(folder, file));
      const { failed } = await ingest(place, request(release, paths, { visits: true }), course);
      expect(failed).toEqual([]);
    }
    expect(await contents(release)).toEqual([
      { star: `apogee:${name}`, visit: 0, telescope: 'lco25m', snr: 120 },
      { star: `apogee:${name}`, visit: 100_000, telescope: 'apo25m', snr: 80 },
      { star: `apogee:${name}`, visit: 100_001, telescope: 'apo25m', snr: 60 },
      { star: `apogee:${name}`, visit: 100_002, telescope: 'apo25m', snr: 60 },
    ]);
    expect(await ingest(place, request(release, [folder], { visits: true }), course)).toMatchObject({
      stored: 0,
      skipped: 4,
    });
  });
});

describe('a second reduction of a star', () => {
  const name = '2M22222222+2222222';
  const files = {
    'dr16.fits': apStar({ name, reduction: 'dr16', nvisits: 3, snr: 150 }),
    'dr17.fits': apStar({ name, reduction: 'dr17', nvisits: 2, snr: 140, seed: 5 }),
  };

  test.each([
    ['older first', ['dr16.fits', 'dr17.fits']],
    ['newer first', ['dr17.fits', 'dr16.fits']],
  ])('stands where it is the newer one, and is told: %s', async (label, names) => {
    const release = `reductions ${label}`;
    const folder = await folderOf(release, files);
    const summaries = [];
    for (const file of names)
      summaries.push(await ingest(place, request(release, [join(folder, file)], { visits: true }), course));
    expect(summaries.flatMap(({ failed }) => failed)).toEqual([]);
    expect((await contents(release)).map(({ visit, snr }) => [visit, snr])).toEqual([
      [0, 140],
      [1, 60],
      [2, 60],
    ]);
    if (label === 'newer first')
      expect(summaries[1]).toMatchObject({
        stored: 0,
        superseded: 4,
        notes: expect.arrayContaining([expect.objectContaining({ note: expect.stringContaining('newer reduction') })]),
      });
    const both = await ingest(place, request(`${release}, at once`, [folder], { visits: true }), course);
    expect(both.failed).toEqual([]);
    expect((await contents(`${release}, at once`)).map(({ visit }) => visit)).toEqual([0, 1, 2]);
  });

  test('does not change what is published', async () => {
    const folder = await folderOf('published', files);
    await ingest(place, request('published', [join(folder, 'dr16.fits')]), course);
    await publish(place.db, (await findRelease(place.db, 'published')).id);
    const { failed, stored } = await ingest(place, request('published', [join(folder, 'dr17.fits')]), course);
    expect(stored).toBe(0);
    expect(failed).toEqual([
      expect.objectContaining({ code: 'CONFLICT', message: expect.stringMatching(/reduction dr16, this one dr17/) }),
    ]);
  });
});

test('a visit without a spectrum is told, and the others are stored', async () => {
  const folder = await folderOf('missing', { 'star.fits': apStar({ nvisits: 3, empty: [1] }) });
  const summary = await ingest(place, request('missing', [folder], { visits: true }), course);
  expect(summary).toMatchObject({ stored: 3, failed: [] });
  expect(summary.notes).toEqual([
    { source: expect.stringContaining('star.fits'), note: expect.stringMatching(/^visit 1 of 3/) },
  ]);
});

describe('reading in several threads', () => {
  test('stores what one thread stores, and reports the same, whatever file is damaged', async () => {
    const folder = await folderOf('threads', {});
    for (let i = 0; i < 12; i++)
      await copyFile(
        join(fixtures, 'apStar-dr17-2M19485057+5005279.fits'),
        join(folder, `${String(i).padStart(2, '0')}.fits`),
      );
    await truncate(join(folder, '03.fits'), 100_000);
    await writeFile(join(folder, '07.fits'), apStar({ name: '2M33333333+3333333', seed: 9 }));
    const rows = simulated(30, 31);
    rows.flux.fill(Number.NaN, 5 * 8575, 6 * 8575);
    const file = await writeSpectra(join(folder, '20.h5'), apogeeGrid.wavelength, rows, {
      simulated: false,
      survey: 'observed',
    });
    const results = [];
    for (const threads of [1, 3]) {
      const settings = { ...place.settings, ingest: { ...place.settings.ingest, threads, batch: 7 } };
      const release = `threads-${threads}`;
      const summary = await ingest({ ...place, settings }, request(release, [folder, file]), course);
      results.push({ ...summary, release: '', contents: await contents(release) });
    }
    expect(results[1]).toEqual(results[0]);
    expect(results[0]).toMatchObject({ stored: 2 + 59, skipped: 10 - 1 + 59 });
    expect(results[0].failed.map(({ code, source }) => [code, source.replace(/^.*\//, '')])).toEqual([
      ['BAD_FILE', '03.fits'],
      ['BAD_SPECTRUM', '20.h5 row 5'],
      ['BAD_SPECTRUM', '20.h5 row 5'],
    ]);
  });

  test('stops when asked to, and goes on from there', async () => {
    const file = await writeSpectra(join(place.folder, 'stopped.h5'), apogeeGrid.wavelength, simulated(40, 32));
    const settings = { ...place.settings, ingest: { ...place.settings.ingest, threads: 2, batch: 16 } };
    const abort = new AbortController();
    const stopping = { report: () => abort.abort(new Error('enough')), signal: abort.signal };
    await expect(ingest({ ...place, settings }, request('stopped', [file]), stopping)).rejects.toThrow('enough');
    const { stored, skipped, failed } = await ingest({ ...place, settings }, request('stopped', [file]), course);
    expect(failed).toEqual([]);
    expect(stored + skipped).toBe(80);
    expect(skipped).toBeGreaterThan(0);
    expect(stored).toBeGreaterThan(0);
  });
});

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { projectRoot } from '../../src/config.js';
import { findRelease, publish } from '../../src/storage/dataRelease.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const apogee = join(projectRoot, 'tests', 'fixtures', 'apogee');
const giant = join(apogee, 'apStar-dr17-2M17335483-2753043.fits');
const dwarf = join(apogee, 'apStar-dr17-2M19485057+5005279.fits');

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace();
});
afterAll(() => place.close());

async function run(release: string, paths: string[], table: string, settings = place.settings) {
  const labels = join(place.folder, 'labels.csv');
  await writeFile(labels, table);
  const request = { release, format: 'auto', paths, survey: null, visits: false, labels };
  return ingest({ ...place, settings }, request, course);
}

async function parametersOf(release: string) {
  return place.db.query<{ star: string; teff: number; logg: number; source: string }>(
    `select p.star_id as star, p.teff, p.logg, p.source from star_parameters p join data_release r on r.id = p.release_id
     where r.name = $1 order by 1`,
    [release],
  );
}

const table = `id,teff,logg,fe_h,teff_err
2M17335483-2753043,3711,0.61,-0.21,55
19485057+5005279,5800,4.4,0,
2M17335483-2753043,1000,1,1,
elsewhere,4000,1,0,
`;

test('labels take the place of what came with the spectra, joined by name or alias; others are counted and listed', async () => {
  const { stored, labels } = await run('labelled', [giant, dwarf], table);
  expect(stored).toBe(2);
  expect(labels).toMatchObject({
    rows: 4,
    stars: 2,
    unknown: 1,
    unknownIds: ['elsewhere'],
    repeated: 1,
    refused: [],
    published: [],
  });
  expect(await parametersOf('labelled')).toEqual([
    { star: 'apogee:2M17335483-2753043', teff: 3711, logg: 0.61, source: 'catalogue' },
    { star: 'apogee:2M19485057+5005279', teff: 5800, logg: 4.4, source: 'catalogue' },
  ]);
});

test('labels alone change a release that is there, and the same again changes nothing', async () => {
  await run('alone', [giant], table);
  const again = await run('alone', [], table.replace('3711', '3722'));
  expect(again).toMatchObject({ files: 0, stored: 0, labels: { stars: 1, unknown: 2 } });
  expect((await parametersOf('alone'))[0].teff).toBe(3722);
});

test('a value that no star can have is refused, and the others are taken', async () => {
  const { labels } = await run('impossible', [giant, dwarf], table.replace('3711', '3.7e9'));
  expect(labels?.refused).toEqual([expect.stringMatching(/^2M17335483-2753043: teff: expected .* found 3700000000$/)]);
  expect((await parametersOf('impossible')).map(({ source }) => source)).toEqual(['catalogue', 'catalogue']);
});

test('published parameters stay, and are told', async () => {
  await run('out', [giant], table);
  await publish(place.db, (await findRelease(place.db, 'out')).id);
  const { labels } = await run('out', [], table.replace('3711', '3722'));
  expect(labels?.published).toEqual(['apogee:2M17335483-2753043']);
  expect((await parametersOf('out'))[0].teff).toBe(3711);
});

test('columns go by the names that the configuration gives', async () => {
  const settings = { ...place.settings, ingest: { ...place.settings.ingest, labels: { teff: 'T' } } };
  await run('mapped', [giant], 'id,teff,T\n2M17335483-2753043,1,3733\n', settings);
  expect((await parametersOf('mapped'))[0].teff).toBe(3733);
});

test('labels for a release that is not there are refused', async () => {
  await expect(run('nowhere', [], table)).rejects.toThrow('no release "nowhere"');
});

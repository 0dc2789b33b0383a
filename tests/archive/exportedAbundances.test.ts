import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExportRequest } from '../../src/archive/export/request.js';
import { openTable } from '../../src/archive/export/table.js';
import { exportCommand } from '../../src/commands/export.js';
import { startCompute } from '../../src/compute/pool.js';
import { readConfig } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { storeAbundances } from '../../src/storage/abundance.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease, publish, setProprietary, withdraw } from '../../src/storage/dataRelease.js';
import { readView } from '../../src/storage/view.js';
import { fillSmallArchive } from '../api/smallArchive.js';
import { estimate, makeEstimator } from '../api/storedEstimates.js';
import { openTestDatabase } from '../testArchive.js';

let db: Database;
let folder: string;
beforeAll(async () => {
  db = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'starkin-abundances-'));
  const { served } = await fillSmallArchive(db);
  const toy = await findRelease(db, 'toy-1');
  await storeAbundances(db, toy.id, [
    { starId: 'toy:T0', element: 'Mg', value: 0.25, sigma: null },
    { starId: 'toy:T0', element: 'Fe', value: -0.5, sigma: null },
  ]);
  await publish(db, toy.id);
  const dr1 = await findRelease(db, 'dr1');
  const estimator = await makeEstimator(db, { modelId: served.id, method: 'linear', releaseId: dr1.id, revision: 1 });
  const value = { revision: 1, Fe: -0.5, Mg: 0.125, reason: { Mg: 'LOW_SNR' as never } };
  await estimate(db, estimator, [
    { starId: 'toy:T0', releaseId: toy.id, ...value },
    { starId: 'apogee:S06', releaseId: dr1.id, ...value },
  ]);
});
afterAll(async () => {
  await db.close();
  await rm(folder, { recursive: true });
});

async function rowsOf(release: string): Promise<Record<string, unknown>[]> {
  const table = await openTable(db, await readView(db), readExportRequest({ release, format: 'csv' }));
  const rows: Record<string, unknown>[] = [];
  const names = table.description.columns.map(({ name }) => name);
  for await (const batch of table.rows())
    for (const row of batch) rows.push(Object.fromEntries(names.map((name, i) => [name, row[i]])));
  return rows;
}

describe('the abundances of a table of stars', () => {
  test('are those of the served model, with their errors, and null where a star has none', async () => {
    const rows = await rowsOf('dr1');
    expect(rows.find(({ name }) => name === 'S06')).toMatchObject({
      abundance_fe: -0.5,
      abundance_fe_sigma: expect.closeTo(0.02, 6),
      abundance_fe_reliable: true,
      abundance_mg: 0.125,
      abundance_mg_reliable: false,
    });
    expect(rows.find(({ name }) => name === 'S05')).toMatchObject({ abundance_fe: null, abundance_fe_reliable: null });
    expect(rows[0]).not.toHaveProperty('true_fe');
  });

  test('have the truth beside them in a simulation, and nowhere else', async () => {
    const rows = await rowsOf('toy-1');
    expect(rows.find(({ name }) => name === 'T0')).toMatchObject({ abundance_fe: -0.5, true_fe: -0.5, true_mg: 0.25 });
    expect(rows.find(({ name }) => name === 'T1')).toMatchObject({ true_fe: null });
  });

  test('lose no truth to a star that is first in order but not published yet', async () => {
    const { id } = await findRelease(db, 'toy-1');
    await db.query("insert into star (id, survey, name) values ('toy:A', 'toy', 'A')");
    await storeAbundances(db, id, [{ starId: 'toy:A', element: 'Eu', value: 0, sigma: null }]);
    expect((await rowsOf('toy-1')).find(({ name }) => name === 'T0')).toMatchObject({ true_fe: -0.5, true_mg: 0.25 });
    await db.query("delete from star where id = 'toy:A'");
  });

  test('are left out where the release that they were learnt from is hidden', async () => {
    const { id } = await findRelease(db, 'dr1');
    await setProprietary(db, id, true);
    expect((await rowsOf('toy-1'))[0]).not.toHaveProperty('abundance_fe');
    expect(await db.query('select 1 from published_abundance')).toEqual([]);
    await setProprietary(db, id, false);
    expect(
      await db.query(
        `select star_id, element, reliable from published_abundance where release = 'toy-1' order by element`,
      ),
    ).toEqual([
      { star_id: 'toy:T0', element: 'Fe', reliable: true },
      { star_id: 'toy:T0', element: 'Mg', reliable: false },
    ]);
  });
});

describe('npx starkin export', () => {
  const compute = startCompute({ backend: 'auto' });
  afterAll(() => compute.close());
  const config = readConfig({ STARKIN_DATA: tmpdir() });
  const context = {
    config,
    workplace: async () => ({ db, compute, settings: config.settings, folder }),
    migrated: async () => [],
    activity: () => null,
  };
  const run = (options: object, signal = new AbortController().signal) =>
    exportCommand.run(
      context,
      exportCommand.request([], { format: 'csv', what: 'stars', out: join(folder, 'out.csv'), ...options }),
      { report: silent, signal },
    );

  test('writes what the archive serves, a draft as its publication would show it', async () => {
    expect(await run({ release: 'dr2' })).toMatchObject({ exitCode: 0, data: { rows: 15 } });
    const lines = (await readFile(join(folder, 'out.csv'), 'utf8')).trim().split('\r\n');
    expect(lines).toHaveLength(16);
    expect(await run({ release: 'dr3' })).toMatchObject({ data: { rows: 5 } });
    expect(await run({ release: 'dr1', what: 'latents', format: 'parquet' })).toMatchObject({ data: { rows: 19 } });
  });

  test.each([
    [{ release: 'none' }, 'no release "none"'],
    [{ release: 'dr1', format: 'xls' }, /format: expected .*found "xls"/],
    [{ release: 'dr1', what: 'spectrum' }, /what: expected .*found "spectrum"/],
    [{ release: 'dr1', what: 'spectra' }, 'format: expected parquet, votable, fits for a table of spectra'],
    [{ release: 'dr1', what: 'latents', model: 'none' }, 'no model "none"'],
    [{ release: 'dr1', out: '/nowhere/out.csv' }, /--out: expected a file in a folder that is there/],
  ])('refuses %j, naming what is wrong', async (options, message) => {
    await expect((async () => run(options))()).rejects.toThrow(message);
  });

  test('of a withdrawn release is refused with the remedy', async () => {
    const { id } = await findRelease(db, 'toy-1');
    await withdraw(db, id);
    await expect(run({ release: 'toy-1' })).rejects.toMatchObject({
      code: 'CONFLICT',
      remedy: expect.stringContaining('release publish'),
    });
  });

  test('that is stopped leaves nothing of the new file, and the one before as it was', async () => {
    await run({ release: 'dr2' });
    const before = await readFile(join(folder, 'out.csv'));
    await expect(run({ release: 'dr1' }, AbortSignal.abort())).rejects.toThrow();
    expect(await readFile(join(folder, 'out.csv'))).toEqual(before);
    expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
  });
});

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings, projectRoot } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { findRelease, publish } from '../../src/storage/dataRelease.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { type Served, serveDatabase } from '../api/served.js';
import { pythonTest, runPython } from '../python/python.js';
import { snippets } from '../snippets.js';
import { openTestDatabase } from '../testArchive.js';

let api: Served;
let close: () => Promise<void>;

/** The two real stars of the demonstration, as ingested from their files. */
beforeAll(async () => {
  const db = await openTestDatabase();
  const folder = await mkdtemp(join(tmpdir(), 'starkin-documents-'));
  const compute = startCompute({ backend: 'auto' });
  const place = { db, compute, settings: defaultSettings(), folder };
  const paths = [join(projectRoot, 'tests', 'fixtures', 'apogee')];
  const course = { report: silent, signal: new AbortController().signal };
  await ingest(place, { release: 'real', format: 'apogee', paths, survey: null, visits: false }, course);
  await publish(db, (await findRelease(db, 'real')).id);
  api = await serveDatabase(db, { compute });
  close = async () => {
    await api.close();
    await compute.close();
    await db.close();
    await rm(folder, { recursive: true });
  };
});
afterAll(() => close());

/** What each program prints, in order. */
const printed = [
  /^\(8575,\) 15100\.80\d* Angstrom True\n\['wavelength', 'flux', 'error', 'mask'\] Angstrom\n$/,
  /^DONE 1 True\n$/,
  /^\(2, 8575\) \(8575,\) True\n$/,
  /^apogee:2M17335483-2753043 3676\.88\n2M17335483-2753043 in real application\/fits 8575\n$/,
];
const programs = snippets('docs/files.md').filter(({ language }) => language === 'python');

pythonTest.each(programs.map(({ text }, i) => [i + 1, text] as const))(
  'docs/files.md shows Python that runs as it stands: program %i',
  async (number, text) => {
    expect(await runPython(text, { STARKIN_URL: api.url })).toMatch(printed[number - 1]);
  },
);

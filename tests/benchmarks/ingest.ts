import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings, projectRoot } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { SpectraFile } from '../../src/formats/hdf5/writer.js';
import { simulateRows } from '../../src/science/simulator/simulatedRows.js';
import { migrate } from '../../src/storage/migrations.js';
import { openServer } from '../../src/storage/server.js';
import { Ingestion } from '../../workers/ingestion.js';
import type { Workplace } from '../../workers/tasks/task.js';
import { startPostgres } from '../storage/postgresServer.js';
import { type Measurement, whyNotJudged } from './measurement.js';

const FILES = 240;
const ROWS = 4096;
/** Simulated once; the other rows repeat these under names of their own. */
const PAIRS = 64;
/** On 4 idle cores. */
const MARKS = { apogee: 60, hdf5: 800 } as const;

/**
 * Spectra ingested per second into a PostgreSQL 18 server on the same cores, from reading the files to the committed transaction: apStar files of 2.5 MB and
 * 3 visits, combined spectra, and rows of an HDF5 file with the truth of a simulation. Held against one thread, as it was before there were several.
 */
export async function bench(): Promise<Measurement[]> {
  const judged = whyNotJudged() === null;
  const folder = await mkdtemp(join(tmpdir(), 'starkin-bench-'));
  const server = await startPostgres(18);
  const db = await openServer(server.url('postgres'));
  const compute = startCompute({ backend: 'auto' });
  try {
    await migrate(db);
    const place: Workplace = { db, compute, settings: defaultSettings(), folder };
    const inputs = {
      apogee: await apStarFiles(join(folder, 'apstar')),
      hdf5: [await rowsFile(join(folder, 'rows.h5'))],
    };
    const measurements: Measurement[] = [];
    for (const [format, files] of Object.entries(inputs) as [keyof typeof MARKS, string[]][]) {
      await spectraPerSecond(place, format, files.slice(0, 60), availableParallelism(), 'warm');
      const one = await spectraPerSecond(place, format, files, 1, 'one');
      const value = await spectraPerSecond(place, format, files, availableParallelism(), 'many');
      const [mark, name] = [MARKS[format], format === 'apogee' ? 'apStar files' : 'HDF5 rows'];
      const met = judged ? value >= mark : null;
      measurements.push({
        name: `ingest, ${name} (reference: one thread)`,
        value,
        unit: '1/s',
        reference: one,
        ratio: value / one,
        mark,
        met,
      });
    }
    return measurements;
  } finally {
    await compute.close();
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

async function spectraPerSecond(
  place: Workplace,
  format: string,
  files: readonly string[],
  threads: number,
  name: string,
): Promise<number> {
  const settings = { ...place.settings, ingest: { ...place.settings.ingest, threads } };
  const request = { release: `${format}-${name}`, format: 'auto', paths: files, survey: null, visits: false };
  const course = { report: silent, signal: new AbortController().signal };
  const start = performance.now();
  const { stored, failed } = await new Ingestion({ ...place, settings }, request, course, []).read(files);
  const seconds = (performance.now() - start) / 1000;
  if (failed.length) throw new Error(`${failed.length} failed: ${failed[0].message}`);
  return stored / seconds;
}

/** Copies of a real file under names of their own. */
async function apStarFiles(folder: string): Promise<string[]> {
  await mkdir(folder);
  const name = '2M17335483-2753043';
  const bytes = await readFile(join(projectRoot, 'tests', 'fixtures', 'apogee', `apStar-dr17-${name}.fits`));
  const at = bytes.indexOf(`OBJID   = '${name}'`) + "OBJID   = '".length;
  const files = [];
  for (let i = 0; i < FILES; i++) {
    bytes.write(`2M${String(i).padStart(8, '0')}-2753043`, at, 'latin1');
    files.push(join(folder, `${i}.fits`));
    await writeFile(files[i], bytes);
  }
  return files;
}

async function rowsFile(path: string): Promise<string> {
  const rows = simulateRows({ seed: 1, snr: 100, continuum: false }, 0, PAIRS);
  const { wavelength } = apogeeGrid;
  const elements = Object.keys(rows.abundances);
  const file = await SpectraFile.create(path, {
    wavelength,
    normalised: true,
    simulated: true,
    survey: 'bench',
    elements,
  });
  for (let first = 0; first < ROWS; first += rows.ids.length)
    file.append({
      ...rows,
      ids: rows.ids.map((_, i) => `star-${first + i}`),
      twin: Int32Array.from(rows.twin, (twin) => first + twin),
    });
  file.close();
  return path;
}

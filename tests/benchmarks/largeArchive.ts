import { join } from 'node:path';
import { startCompute } from '../../src/compute/pool.js';
import { defaultSettings } from '../../src/config.js';
import { silent } from '../../src/domain/progress.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { SpectraFile } from '../../src/formats/hdf5/writer.js';
import { simulateRows } from '../../src/science/simulator/simulatedRows.js';
import type { Database } from '../../src/storage/database.js';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { publish } from '../../workers/tasks/publish.js';
import type { Workplace } from '../../workers/tasks/task.js';
import { train } from '../../workers/tasks/train.js';
import { trainAbundances } from '../../workers/tasks/trainAbundances.js';

export const RELEASE = 'large';
/** Simulated and ingested; all others repeat these under names of their own. */
const PAIRS = 200;

/**
 * A published release of so many APOGEE-like spectra, encoded under two models of which the first is served. Copies are made by the database: simulating 100,000 would take ten
 * minutes, and to store, read and encode they are no different.
 * @param options.abundances whether to estimate them too, from the truth of the simulation
 * @param options.components of the latents; as many as the method finds where left out
 * @returns the second model's id
 */
export async function fillLargeArchive(
  db: Database,
  folder: string,
  spectra: number,
  { abundances = false, components }: { readonly abundances?: boolean; readonly components?: number } = {},
): Promise<string> {
  const compute = startCompute({ backend: 'auto' });
  const place: Workplace = { db, compute, settings: defaultSettings(), folder };
  const course = { report: silent, signal: new AbortController().signal };
  try {
    const paths = [await writeSpectra(join(folder, 'large.h5'))];
    await ingest(place, { release: RELEASE, format: 'hdf5', paths, survey: null, visits: false }, course);
    const models: string[] = [];
    for (const degree of [4, 2]) {
      const request = { release: RELEASE, method: 'polydis', preset: 'compact', parameters: null, seed: null };
      const settings = { degree, ...(components && { components }) };
      const { model } = await train(place, { ...request, settings, resume: false }, course);
      await encode(place, { release: RELEASE, model }, course);
      models.push(model);
    }
    await publish(place, { release: RELEASE, force: true }, course);
    if (abundances) {
      const known = { release: RELEASE, model: models[0], labels: null, truth: true };
      await trainAbundances(place, { ...known, methods: ['linear'], seed: 1 }, course);
    }
    await multiply(db, Math.ceil(spectra / (2 * PAIRS)) - 1);
    return models[1];
  } finally {
    await compute.close();
  }
}

async function writeSpectra(path: string): Promise<string> {
  const rows = simulateRows({ seed: 1, snr: 100, continuum: false }, 0, PAIRS);
  const elements = Object.keys(rows.abundances);
  const file = await SpectraFile.create(path, {
    wavelength: apogeeGrid.wavelength,
    normalised: true,
    simulated: true,
    survey: 'simulated',
    elements,
  });
  file.append(rows);
  file.close();
  return path;
}

/** Every star so many times more, with its parameters, spectrum and latents. */
async function multiply(db: Database, copies: number): Promise<void> {
  const named = `survey || ':copy-' || row || '-' || copy`;
  await db.query(
    `create table copied as select id as original, ${named} as id, survey as survey_name, 'copy-' || row || '-' || copy as name
     from (select star.*, row_number() over (order by id) - 1 as row from star) as star, generate_series(1, ${copies}) as copy`,
  );
  await db.query('insert into star (id, survey, name) select id, survey_name, name from copied');
  for (const table of ['star_position', 'star_parameters', 'spectrum', 'latent', 'abundance_estimate']) {
    const columns = await db.query<{ name: string }>(
      `select column_name as name from information_schema.columns where table_name = $1 and column_name <> 'star_id' and is_generated = 'NEVER'`,
      [table],
    );
    const list = columns.map(({ name }) => name).join(', ');
    await db.query(
      `insert into ${table} (star_id, ${list}) select copied.id, ${list} from copied join ${table} on star_id = original`,
    );
  }
  await db.query('drop table copied');
  await db.query('vacuum analyze');
}

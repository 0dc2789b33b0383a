import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { train } from '../../workers/tasks/train.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

let place: TestWorkplace;
let model: string;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({ ...settings, encode: { ...settings.encode, batch: 64 } }));
  await ingestInto('survey');
  const request = { release: 'survey', method: 'polydis', preset: 'compact', parameters: null, seed: null };
  const overrides = { degree: 2, components: 6 };
  ({ model } = await train(place, { ...request, settings: overrides, resume: false }, course));
});
afterAll(() => place.close());

async function ingestInto(release: string) {
  const path = await writeSyntheticFile(join(place.folder, `${release}.h5`), { stars: 200, seed: 1 });
  return ingest(place, { release, format: 'auto', paths: [path], survey: release, visits: false }, course);
}

async function latentsOf(release: string) {
  return place.db.query<{ star: string; refined: number[] }>(
    `select split_part(star_id, ':', 2) as star, z::text, residual::text, to_json(refined) as refined from latent
     join data_release r on r.id = release_id where r.name = $1 and model_id = $2 order by 1`,
    [release, model],
  );
}

/** New parameters for the first, the 150th and the last star. */
async function relabel(release: string) {
  const labels = join(place.folder, `${release}.csv`);
  const rows = ['000000', '000149', '000199'].map((row) => `1-${row},4321,2.1,-0.3`);
  await writeFile(labels, ['id,teff,logg,fe_h', ...rows, ''].join('\n'));
  return ingest(place, { release, format: 'auto', paths: [], survey: null, visits: false, labels }, course);
}

test('stars whose parameters change while their batch is being encoded get the latents of the new ones', async () => {
  await ingestInto('before');
  await relabel('before');
  await encode(place, { release: 'before', model }, course);

  await ingestInto('meanwhile');
  let batches = 0;
  const interrupted: typeof place.compute.encode = async (...batch) => {
    const encoded = await place.compute.encode(...batch);
    if (batches++ === 2) await relabel('meanwhile');
    return encoded;
  };
  const compute = { ...place.compute, encode: interrupted };
  const summary = await encode({ ...place, compute }, { release: 'meanwhile', model }, course);
  // The first was stored, and deleted by the change; the 150th was on its way.
  expect(summary.encoded).toBeGreaterThan(200);
  expect(await latentsOf('meanwhile')).toEqual(await latentsOf('before'));
});

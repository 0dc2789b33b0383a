import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { starId } from '../../src/domain/star.js';
import { apogeeGrid } from '../../src/domain/wavelengthGrid.js';
import { readMetric } from '../../src/science/latents/metric/metricArtefact.js';
import { loadLatents } from '../../src/storage/latent.js';
import { findModel, listModels, loadArtefact } from '../../src/storage/model.js';
import { readView } from '../../src/storage/view.js';
import { type CalibrateSummary, calibrate } from '../../workers/tasks/calibrate.js';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { promote } from '../../workers/tasks/promote.js';
import { publish } from '../../workers/tasks/publish.js';
import { train } from '../../workers/tasks/train.js';
import { nearest } from '../storage/nearest.js';
import { course, openWorkplace, simulated, type TestWorkplace, writeSpectra } from './workplace.js';

const PAIRS = 60;
let place: TestWorkplace;
let model: string;
let names: readonly string[];
/** Of a draft that the model was not trained on. */
let hidden: string;

beforeAll(async () => {
  place = await openWorkplace();
  const rows = simulated(PAIRS);
  names = rows.ids;
  const path = await writeSpectra(join(place.folder, 'pairs.h5'), apogeeGrid.wavelength, rows);
  await ingest(place, { release: 'pairs', format: 'hdf5', paths: [path], survey: null, visits: false }, course);
  const request = {
    release: 'pairs',
    method: 'polydis',
    preset: 'compact',
    parameters: null,
    seed: 1,
    settings: { components: 10 },
    resume: false,
  };
  model = (await train(place, request, course)).model;
  await encode(place, { release: 'pairs', model }, course);
}, 120_000);
afterAll(() => place.close());

async function siblings(lines: readonly string[]): Promise<string> {
  const path = join(place.folder, 'siblings.csv');
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}

/** All pairs, each a cluster of two. */
const pairs = () => names.map((name, i) => `pair ${i >> 1},${name}`);

const run = async (lines: readonly string[]) => calibrate(place, { siblings: await siblings(lines), model }, course);

describe('a calibration on siblings', () => {
  let summary: CalibrateSummary;

  test('makes a new model of the old one, with every latent, and finds more siblings that it was not fitted to', async () => {
    summary = await run(['cluster,star', ...pairs()]);
    const { alike } = summary.refused;
    const clusters = PAIRS - alike.length;
    expect(summary).toMatchObject({ from: model, clusters, stars: 2 * clusters, latents: 2 * PAIRS });
    expect(alike.length).toBeLessThan(3);
    expect(summary.model).not.toBeNull();
    expect(summary.after.logProbability).toBeGreaterThan(summary.before.logProbability);
    const stored = await findModel(place.db, summary.model as string);
    expect(stored.config).toMatchObject({
      calibration: { from: model, siblings: 'siblings.csv', weights: summary.weights },
    });
    expect(stored.metrics).toMatchObject({ siblingsFirst: summary.after.first });
    expect(stored.trainedOn).toBe('pairs');
  });

  test('searches by the new metric what the old one estimated', async () => {
    const to = summary.model as string;
    const metric = readMetric(await loadArtefact(place.db, to));
    const ids = names.slice(0, 6).map((name) => starId('simulated', name));
    await publish(place, { release: 'pairs', force: true }, course);
    const view = await readView(place.db);
    const [before, after] = await Promise.all([model, to].map((id) => loadLatents(place.db, view, id, ids)));
    expect(after.size).toBe(6);
    for (const id of ids) {
      const estimate = before.get(id)?.estimate;
      expect(after.get(id)?.estimate).toEqual(estimate);
      expect(after.get(id)?.z).toEqual(before.get(id)?.z);
      expect(after.get(id)?.searched).toEqual(estimate && metric.whiten(estimate.residual));
      expect(after.get(id)?.searched).not.toEqual(before.get(id)?.searched);
    }
    await promote(place.db, to);
    expect((await nearest(place.db, view, to, ids[0], { first: 3 })).rows).toHaveLength(3);
  });

  test('is the same model when it is made again, and moves nothing twice', async () => {
    const models = (await listModels(place.db)).length;
    const again = await run(['cluster,star', ...pairs()]);
    expect(again).toMatchObject({ model: summary.model, latents: 0 });
    expect(await listModels(place.db)).toHaveLength(models);
  });

  test('encodes further spectra by itself', async () => {
    const rows = simulated(2, 7);
    hidden = rows.ids[0];
    const path = await writeSpectra(join(place.folder, 'more.h5'), apogeeGrid.wavelength, rows);
    await ingest(place, { release: 'more', format: 'hdf5', paths: [path], survey: null, visits: false }, course);
    const encoded = await encode(place, { release: 'more', model: summary.model }, course);
    expect(encoded).toMatchObject({ encoded: 4, withoutLatent: {} });
  });

  test('names what it cannot use, stars of a draft that the model was not trained on among it, and uses the rest', async () => {
    const { refused, clusters, stars } = await run([
      '# open clusters',
      'Star,note,Cluster',
      ...names.slice(0, 60).map((name, i) => `${name},"a, b",pair ${i >> 1}`),
      `${names[0]},,pair 0`,
      `${names[2]},,pair 5`,
      'nobody,,pair 1',
      `${hidden},,pair 1`,
      `${names[100]},,lonely`,
      `simulated:${names[110]},,alike`,
      ',,pair 2',
      `${names[120]}`,
      `${names[120]},"a"b,pair 2`,
    ]);
    expect(refused).toEqual({
      badLines: [
        'line 69: expected a star, found nothing',
        'line 70: expected a cluster, found nothing',
        `line 71: expected fields separated by commas, found ${names[120]},"a"b,pair 2`,
      ],
      unknown: ['nobody', hidden],
      ambiguous: [],
      withoutLatent: [],
      duplicates: [names[0]],
      inSeveralClusters: [names[2], names[2]],
      alone: ['pair 1', 'lonely', 'alike'],
      alike: [],
    });
    expect({ clusters, stars }).toEqual({ clusters: 29, stars: 58 });
  });
});

describe('a file of siblings that cannot be used', () => {
  const files: [string, string[], RegExp][] = [
    [
      'without the columns',
      ['name,group', 'a,b'],
      /line 1: expected a header with the columns cluster and star.* found name,group/,
    ],
    ['that is empty', [''], /header with the columns/],
    ['with a header alone', ['cluster,star'], /expected lines of siblings below the header/],
    [
      'with nothing but bad lines',
      ['cluster,star', 'M67,', 'M67,"a"b'],
      /found 2 lines of none: line 2: expected a star, found nothing; line 3: expected fields separated by commas/,
    ],
    [
      'of stars that nobody knows',
      ['cluster,star', 'M67,a', 'M67,b'],
      /at least 2 clusters.*found "0; 2 unknown stars: a, b; 1 clusters with one star: M67"/,
    ],
  ];
  test.each(files)('%s is refused with the reason', async (_what, lines, message) => {
    await expect(run(lines)).rejects.toThrow(message);
  });

  test('that does not exist is refused by name', async () => {
    const request = { siblings: join(place.folder, 'none.csv'), model };
    await expect(calibrate(place, request, course)).rejects.toThrow(
      /none\.csv: file: expected a readable CSV file, found no such file/,
    );
  });

  test('that is a folder, or no text, is refused without its bytes', async () => {
    const refused = (siblings: string) => expect(calibrate(place, { siblings, model }, course)).rejects;
    await refused(place.folder).toThrow(/file: expected a readable CSV file, found a folder/);
    const path = join(place.folder, 'grid.h5');
    await writeFile(path, Buffer.from('\x89HDF\r\n\x1a\n\0\x1b[2J', 'latin1'));
    await refused(path).toThrow(/grid\.h5: first bytes: expected a CSV file, found an HDF5 file/);
  });
});

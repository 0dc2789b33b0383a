import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Random } from '../../src/science/networks/random.js';
import { loadAnalyses, loadSharing } from '../../src/storage/analysis.js';
import { publish } from '../../src/storage/dataRelease.js';
import { readView, serve } from '../../src/storage/view.js';
import { type SystematicsSummary, systematics } from '../../workers/tasks/systematics.js';
import { addLatents, addModel, addStars, setTeff } from '../storage/archiveContent.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const FIBRES = 20;
const EACH = 8;
const LATENTS = 4;

let place: TestWorkplace;
let model: string;

/** Stars of one fibre lie about a point of their own; what field they are of has no part in it. z, which is -1 times the vector here, follows Teff. */
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    systematics: { ...settings.systematics, shuffles: 199 },
  }));
  const { db } = place;
  const random = new Random(11);
  model = await addModel(db, 'systematics');
  for (let fibre = 0; fibre < FIBRES; fibre++) {
    const names = Array.from({ length: EACH }, (_, i) => `f${fibre}-${i}`);
    const centre = Array.from({ length: LATENTS }, () => 3 * random.normal());
    for (const [i, name] of names.entries()) {
      const properties = { MEANFIB: fibre + 1, SIGFIB: 0, FIELD: `field ${(fibre + i) % 5}`, VSCATTER: -9999 };
      const release = await addStars(db, 'r1', [name], { properties, snr: 80 + 20 * random.uniform() });
      const vector = centre.map((value) => value + random.normal());
      await setTeff(db, release, { [name]: 4500 + 100 * vector[0] });
      await addLatents(db, model, release, { [name]: vector });
      if (fibre === FIBRES - 1 && i === EACH - 1) await publish(db, release.id);
    }
  }
  await serve(db, model);
}, 60_000);

afterAll(() => place.close());

describe('systematics of the published stars', () => {
  let summary: SystematicsSummary;
  beforeAll(async () => {
    summary = await systematics(place, { model: null }, course);
  });

  test('are found where they were planted', () => {
    expect(summary).toMatchObject({
      model,
      releases: ['r1'],
      stars: FIBRES * EACH,
      estimator: null,
      removes: ['teff', 'logg'],
    });
    const found = (property: string) =>
      summary.trends
        .find((each) => each.property === property && each.stage === 'before')
        ?.quantities.filter(({ found }) => found);
    expect(found('teff')?.map(({ quantity }) => quantity)).toContain('latent 1');
    // z is -1 in units of its standard deviation for each 100 K.
    expect(found('teff')?.[0].slope).toBeCloseTo(-0.01, 3);
    expect(summary.sharing.find(({ condition }) => condition === 'fibre')).toMatchObject({ explains: true });
  });

  test('are not found where nothing was planted', () => {
    for (const property of ['snr', 'field'])
      expect(
        summary.trends.filter((each) => each.property === property && each.quantities.some(({ found }) => found)),
      ).toEqual([]);
    expect(summary.sharing.find(({ condition }) => condition === 'field')).toMatchObject({ explains: false });
    // -9999 is how APOGEE says that it does not know.
    expect(summary.trends.filter(({ property }) => property === 'vscatter')).toEqual([]);
  });

  test('are kept, and not looked for twice in the same stars', async () => {
    const view = await readView(place.db);
    const [first] = await loadAnalyses(place.db, view, model, ['systematics']);
    expect((await loadSharing(place.db, view, [model])).get(model)).toEqual(summary.sharing);
    expect(await systematics(place, { model }, course)).toEqual(summary);
    const [second] = await loadAnalyses(place.db, view, model, ['systematics']);
    expect(second.id).toBe(first.id);
  });

  test('are refused for too few stars', async () => {
    const lonely = await addModel(place.db, 'lonely');
    await expect(systematics(place, { model: lonely }, course)).rejects.toThrow(/0 published stars have a latent/);
  });
});

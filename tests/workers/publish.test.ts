import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findRelease } from '../../src/storage/dataRelease.js';
import { countLatents } from '../../src/storage/latent.js';
import { findModel } from '../../src/storage/model.js';
import { listRuns } from '../../src/storage/run.js';
import { readView } from '../../src/storage/view.js';
import { measureRelease, objections } from '../../workers/releaseCheck.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { promote } from '../../workers/tasks/promote.js';
import { publish } from '../../workers/tasks/publish.js';
import { writeSyntheticFile } from '../syntheticFile.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const STARS = 1200;
/** What the method of a first model is trained like, to be quick. */
const quick = { faderdis: { batch: 64, epochs: 4 }, polydis: {} };

let place: TestWorkplace;
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    train: { ...settings.train, overrides: quick },
    index: { minimumRows: 10 },
  }));
  await read('toy', STARS, 1);
});
afterAll(() => place.close());

async function read(release: string, stars: number, seed: number): Promise<void> {
  const paths = [await writeSyntheticFile(join(place.folder, `${release}-${seed}.h5`), { stars, seed })];
  await ingest(place, { release, format: 'hdf5', paths, survey: null, visits: false }, course);
}

const served = async () => (await readView(place.db)).modelId as string;
const state = async () => (await findRelease(place.db, 'toy')).state;

describe('a publication', { timeout: 120_000 }, () => {
  test('that does not pass its checks is refused with the figures, the setting and the remedy, and shows nothing', async () => {
    const strict = { ...place, settings: { ...place.settings, check: { ...place.settings.check, leakageBits: 1e-6 } } };
    await expect(publish(strict, { release: 'toy', train: true }, course)).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringMatching(
        /^release "toy" under faderdis-compact-\w+ did not pass its checks: the latents tell \d+\.\d\d bits of the parameters \(check\.leakageBits allows 0\.000001\)$/,
      ),
      remedy: expect.stringContaining('npx starkin release publish toy --force'),
    });
    expect(await state()).toBe('draft');
    expect((await listRuns(place.db, 20)).find(({ kind }) => kind === 'publish')).toMatchObject({ state: 'failed' });
  });

  test('is done all the same when it is forced, encodes nothing again, and tells the figures', async () => {
    const strict = { ...place, settings: { ...place.settings, check: { ...place.settings.check, leakageBits: 1e-6 } } };
    const { encoded, checks, formerModel } = await publish(strict, { release: 'toy', force: true }, course);
    expect(encoded).toBe(0);
    expect(formerModel).toBeNull();
    expect(checks).toMatchObject({ stars: STARS, withoutLatent: 0, latentDrift: null, twinOverlap: null });
    expect(checks.leakageBits).toBeGreaterThan(0);
    expect(await state()).toBe('published');
  });

  test('that is refused does not open a proprietary release, and one that is not opens it', async () => {
    const strict = { ...place, settings: { ...place.settings, check: { ...place.settings.check, leakageBits: 1e-6 } } };
    const isProprietary = async () => (await findRelease(place.db, 'toy')).proprietary;
    await expect(publish(strict, { release: 'toy', proprietary: true }, course)).rejects.toThrow('did not pass');
    expect(await isProprietary()).toBe(true);
    await expect(publish(strict, { release: 'toy', proprietary: false }, course)).rejects.toThrow('did not pass');
    expect(await isProprietary()).toBe(true);
    await publish(place, { release: 'toy', proprietary: false, force: true }, course);
    expect(await isProprietary()).toBe(false);
  });

  test('has made the index, whole, on the latents of the model', async () => {
    const [{ definition }] = await place.db.query<{ definition: string }>(
      'select pg_get_indexdef(indexrelid) as definition from pg_index where indisvalid and indexrelid = to_regclass($1)',
      [`"latent_${await served()}_hnsw"`],
    );
    expect(definition).toMatch(/USING hnsw .*vector\(\d+\).*vector_l2_ops.*visit = 0/);
  });

  test('with a training serves the new model in every release, compares it with the former one, and can be taken back', async () => {
    const former = await served();
    await read('more', 60, 2);
    const settings = { ...place.settings, check: { ...place.settings.check, latentDrift: 1, twinOverlap: 0 } };
    const again = { ...settings, train: { ...settings.train, seed: 2 } };
    const { model, encoded, checks, formerModel } = await publish(
      { ...place, settings: again },
      { release: 'toy', train: true },
      course,
    );
    expect(formerModel).toBe(former);
    expect(model).not.toBe(former);
    expect(encoded).toBe(STARS);
    expect(await served()).toBe(model);
    expect(checks.latentDrift).toBeGreaterThan(0);
    expect(checks.twinOverlap).toBeGreaterThan(0);
    expect((await findModel(place.db, model)).trainedOn).toBe('toy');
    await promote(place.db, former);
    expect(await served()).toBe(former);
    const elsewhere = await measureRelease(
      place.db,
      await findRelease(place.db, 'more'),
      await findModel(place.db, model),
      former,
      [await findRelease(place.db, 'toy')],
    );
    expect(elsewhere).toMatchObject({ stars: 0, latentDrift: checks.latentDrift, twinOverlap: checks.twinOverlap });
  });

  test('of another release encodes that one alone under the served model', async () => {
    const { encoded, spectra } = await publish(place, { release: 'more' }, course);
    expect([encoded, spectra]).toEqual([60, 60]);
    expect(await countLatents(place.db, await served(), (await findRelease(place.db, 'more')).id)).toBe(60);
  });

  test('is a row with steps of its own, the versions and the checksums of what went in', async () => {
    const runs = await listRuns(place.db, 100);
    const publications = runs.filter(({ kind }) => kind === 'publish');
    const last = publications[0];
    expect(last).toMatchObject({
      state: 'done',
      input: { release: 'more' },
      versions: { starkin: expect.any(String), continuum: 1 },
      checksums: { spectra: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
    expect(runs.filter(({ parentId }) => parentId === last.id).map(({ kind }) => kind)).toEqual(['index', 'encode']);
  });
});

describe('the gate', () => {
  const gate = { withoutLatent: 0.2, leakageBits: 1.5, latentDrift: 0.5, twinOverlap: 0.2 };
  const good = {
    stars: 100,
    withoutLatent: 0.2,
    revised: 10,
    revisedWithoutLatent: 0.2,
    leakageBits: 1.5,
    latentDrift: 0.5,
    twinOverlap: 0.2,
  };

  test('is passed by what is just good enough, and by what cannot be told', () => {
    expect(objections(good, gate)).toEqual([]);
    expect(objections({ ...good, leakageBits: null, latentDrift: null, twinOverlap: null }, gate)).toEqual([]);
  });

  test.each([
    [{ withoutLatent: 0.3 }, /^30.0 % of the stars have no latent \(check.withoutLatent allows 20.0 %\)$/],
    [{ revisedWithoutLatent: 0.3 }, /^30.0 % of the stars with another spectrum lose their latent/],
    [{ leakageBits: 2 }, /2.00 bits .*check.leakageBits allows 1.5/],
    [{ latentDrift: 0.6 }, /drifted by 0.60 .*check.latentDrift allows 0.5/],
    [{ twinOverlap: 0.1 }, /share 10.0 % .*check.twinOverlap asks for 20.0 %/],
  ])('stops %j', (figures, message) => {
    expect(objections({ ...good, ...figures }, gate)).toEqual([expect.stringMatching(message)]);
  });
});

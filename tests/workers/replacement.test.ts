import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { starId } from '../../src/domain/star.js';
import type { Database } from '../../src/storage/database.js';
import { findRelease } from '../../src/storage/dataRelease.js';
import { loadLatents } from '../../src/storage/latent.js';
import { loadSpectra } from '../../src/storage/spectrum.js';
import { readView, type View } from '../../src/storage/view.js';
import { encode } from '../../workers/tasks/encode.js';
import { ingest } from '../../workers/tasks/ingest.js';
import { promote } from '../../workers/tasks/promote.js';
import { publish } from '../../workers/tasks/publish.js';
import { reencode } from '../../workers/tasks/reencode.js';
import { rollBack } from '../../workers/tasks/rollBack.js';
import { train } from '../../workers/tasks/train.js';
import { type SyntheticFile, writeSyntheticFile } from '../syntheticFile.js';
import { failing } from './failing.js';
import { course, openWorkplace, type TestWorkplace } from './workplace.js';

const STARS = 120;
const ANEW = 60;
const ids = Array.from({ length: STARS }, (_, row) => starId('synthetic', `1-${String(row).padStart(6, '0')}`));

let place: TestWorkplace;
let path: string;
let models: string[];
beforeAll(async () => {
  place = await openWorkplace((settings) => ({
    ...settings,
    ingest: { ...settings.ingest, batch: 25 },
    encode: { ...settings.encode, batch: 25 },
    check: { withoutLatent: 1, leakageBits: 30, latentDrift: 2, twinOverlap: 0 },
  }));
  path = join(place.folder, 'live.h5');
  await write({});
  await read('live');
  models = [await trainBy(2), await trainBy(1)];
  await publish(place, { release: 'live' }, course);
}, 120_000);
afterAll(() => place.close());

const write = (change: Partial<SyntheticFile>, to = path) =>
  writeSyntheticFile(to, { stars: STARS, seed: 1, ...change });
const read = (release: string, file = path, db: Database = place.db, revise = false) =>
  ingest({ ...place, db }, { release, format: 'auto', paths: [file], survey: null, visits: false, revise }, course);

async function trainBy(degree: number): Promise<string> {
  const request = { release: 'live', method: 'polydis', preset: 'compact', parameters: null, seed: null };
  return (await train(place, { ...request, settings: { degree, components: 6 }, resume: false }, course)).model;
}

/** All that a view tells of the stars: what stands behind every answer. */
async function told(view: View): Promise<unknown[]> {
  const spectra = await loadSpectra(place.db, view, ids);
  const latents = view.modelId ? await loadLatents(place.db, view, view.modelId, ids) : new Map();
  return ids.map((id) => {
    const [spectrum, latent] = [spectra.get(id), latents.get(id)];
    const flux = spectrum && [...spectrum.spectrum.flux.subarray(0, 20)];
    return { id, flux, parameters: spectrum?.parameters, z: latent?.z, refined: latent?.estimate?.refined };
  });
}
const seen = async () => told(await readView(place.db));
const rows = async (condition: string) =>
  (await place.db.query<{ n: number }>(`select count(*)::int as n from spectrum where ${condition}`))[0].n;

describe('a file of a published release that comes again with other content', { timeout: 120_000 }, () => {
  let before: unknown[];
  let after: unknown[];
  let former: View;

  test('is staged: what changed is stored beside what is seen, and nothing else is touched', async () => {
    former = await readView(place.db);
    before = await told(former);
    await write({ anew: { stars: ANEW, seed: 2 } });
    expect(await read('live')).toMatchObject({ stored: ANEW, revised: ANEW, skipped: STARS - ANEW, failed: [] });
    expect(await seen()).toEqual(before);
    expect([await rows('true'), await rows('revision = 2'), await rows('until = 2')]).toEqual([
      STARS + ANEW,
      ANEW,
      ANEW,
    ]);
    // Read again, nothing changes.
    expect(await read('live')).toMatchObject({ stored: 0, revised: 0, skipped: STARS, failed: [] });
    expect(await rows('true')).toBe(STARS + ANEW);
  });

  test('may change once more before the publication, in the place of what was staged', async () => {
    await write({ anew: { stars: ANEW, seed: 3 } });
    expect(await read('live')).toMatchObject({ stored: ANEW, failed: [] });
    expect([await rows('true'), await rows('revision = 2')]).toEqual([STARS + ANEW, ANEW]);
    expect(await seen()).toEqual(before);
  });

  test('of another name is a conflict that names what to do, and is staged when that is asked for', async () => {
    const other = join(place.folder, 'again.h5');
    await write({ anew: { stars: 1, seed: 4 } }, other);
    const { failed, stored } = await read('live', other);
    expect({ stored, failed: failed.map(({ code }) => code) }).toEqual({
      stored: 0,
      failed: Array.from({ length: ANEW }, () => 'CONFLICT'),
    });
    expect(await read('live', other, place.db, true)).toMatchObject({ stored: ANEW, failed: [] });
    expect(await seen()).toEqual(before);
    expect(await read('live', path, place.db, true)).toMatchObject({ stored: ANEW, failed: [] });
  });

  test('does not keep a model from being promoted, under which all that is seen has its latents', async () => {
    await expect(promote(place.db, models[1])).rejects.toThrow(`${STARS + ANEW} of its spectra are not encoded`);
    expect(await encode(place, { release: 'live', model: models[1] }, course)).toMatchObject({ encoded: STARS + ANEW });
    await promote(place.db, models[1]);
    expect((await seen()).filter((star) => (star as { z: unknown }).z)).toHaveLength(STARS);
    await place.db.query('delete from latent where model_id = $1 and revision = 2', [models[0]]);
    await expect(promote(place.db, models[0])).rejects.toThrow(`${ANEW} of its spectra are not encoded`);
    await encode(place, { release: 'live', model: models[0] }, course);
    await promote(place.db, models[0]);
    expect(await seen()).toEqual(before);
  });

  test('is not published when its latents have nothing to do with the former ones', async () => {
    const strict = { ...place, settings: { ...place.settings, check: { ...place.settings.check, twinOverlap: 0.9 } } };
    await expect(publish(strict, { release: 'live' }, course)).rejects.toThrow(/twin lists share .*check\.twinOverlap/);
    expect(await seen()).toEqual(before);
  });

  test('is seen, whole, from the next publication on, as if it had never been another', async () => {
    const { checks, release } = await publish(place, { release: 'live' }, course);
    expect(release.revision).toBe(2);
    expect(checks).toMatchObject({ stars: STARS, revised: ANEW, revisedWithoutLatent: 0 });
    expect(checks.latentDrift).toBeGreaterThan(0.5);
    after = await seen();
    expect(after.slice(ANEW)).toEqual(before.slice(ANEW));
    for (let i = 0; i < ANEW; i++) expect(after[i]).not.toEqual(before[i]);
    await read('fresh');
    await encode(place, { release: 'fresh', model: models[0] }, course);
    const { modelId } = await readView(place.db);
    const fresh = await findRelease(place.db, 'fresh');
    expect(after).toEqual(await told({ modelId, releases: [{ ...fresh, revision: 1 }] }));
  });

  test('leaves what a request reads that began before', async () => {
    expect(await told(former)).toEqual(before);
  });

  test('is taken back by one step, stays back whatever a schedule finds, and is published again by hand', async () => {
    expect(await rollBack(place, 'live', course)).toMatchObject({ from: 2, release: { revision: 1, latest: 2 } });
    expect(await seen()).toEqual(before);
    const scheduled = {
      folders: [place.folder],
      release: 'live',
      format: 'auto',
      visits: false,
      train: 'never',
    } as const;
    expect(await reencode(place, scheduled, course)).toMatchObject({
      published: null,
      faults: expect.arrayContaining([expect.stringMatching(/was rolled back to revision 1.*release publish live/)]),
    });
    expect(await seen()).toEqual(before);
    await expect(rollBack(place, 'live', course)).rejects.toMatchObject({
      code: 'CONFLICT',
      remedy: expect.stringContaining('release withdraw live'),
    });
    await publish(place, { release: 'live' }, course);
    expect(await seen()).toEqual(after);
    expect(await findRelease(place.db, 'live')).toMatchObject({ revision: 3, latest: 3 });
  });

  test('is taken back past publications that changed nothing, under a model that came later, too', async () => {
    const third = await trainBy(3);
    await encode(place, { release: 'live', model: third }, course);
    await promote(place.db, third);
    await publish(place, { release: 'live' }, course);
    expect(await rollBack(place, 'live', course)).toMatchObject({ from: 4, release: { revision: 1, latest: 4 } });
    const back = await seen();
    const fluxOf = (stars: unknown[]) => stars.map((star) => (star as { flux: unknown }).flux);
    expect(fluxOf(back)).toEqual(fluxOf(before));
    expect(back.filter((star) => (star as { z: unknown }).z)).toHaveLength(STARS);
    await promote(place.db, models[0]);
    expect(await seen()).toEqual(before);
  });

  test('does not change what was seen once, though it was taken back', async () => {
    await write({ anew: { stars: 10, seed: 5 } });
    expect(await read('live')).toMatchObject({ stored: ANEW, failed: [] });
    expect(await rows('revision = 2 and until = 5')).toBe(ANEW);
    expect(await rows('revision = 5')).toBe(ANEW);
    await publish(place, { release: 'live' }, course);
    expect((await seen()).slice(10)).toEqual(before.slice(10));
  });
});

test('a revision that is killed at any statement shows the former state or the new one, and goes on to the same end', {
  timeout: 240_000,
}, async () => {
  const source = join(place.folder, 'killed.h5');
  await copyFile(path, source);
  await write({}, source);
  await read('killed', source);
  await publish(place, { release: 'killed' }, course);
  const viewOf = async () => {
    const view = await readView(place.db);
    return { ...view, releases: view.releases.filter(({ name }) => name === 'killed') };
  };
  const before = await told(await viewOf());
  await write({ anew: { stars: ANEW, seed: 6 } }, source);
  let kills = 0;
  for (let statements = 1; ; statements = Math.ceil(statements * 1.15)) {
    const db = failing(place.db, statements);
    try {
      await read('killed', source, db);
      await publish({ ...place, db }, { release: 'killed' }, course);
      break;
    } catch (error) {
      expect((error as Error).message).toBe('killed');
      kills++;
    }
    const { releases, modelId } = await viewOf();
    if (releases[0].revision === 1) expect(await told({ releases, modelId })).toEqual(before);
  }
  expect(kills).toBeGreaterThan(10);
  await read('whole', source);
  await encode(place, { release: 'whole', model: null }, course);
  const whole = await findRelease(place.db, 'whole');
  const view = await viewOf();
  expect(await told(view)).toEqual(await told({ ...view, releases: [{ ...whole, revision: 1 }] }));
  const [{ n }] = await place.db.query<{ n: number }>(
    `select count(*)::int as n from spectrum s join data_release r on r.id = s.release_id where r.name = 'killed'`,
  );
  expect(n).toBe(STARS + ANEW);
});

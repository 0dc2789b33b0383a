import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import type { Release } from '../../src/storage/dataRelease.js';
import { countLatents, type NewLatent, storeLatents } from '../../src/storage/latent.js';
import { storeParameters } from '../../src/storage/starParameters.js';
import { openTestDatabase } from '../testArchive.js';
import { addModel, addStars, idOf, newSpectrum, parameters, setTeff } from './archiveContent.js';

let db: Database;
let modelId: string;
beforeAll(async () => {
  db = await openTestDatabase();
  modelId = await addModel(db, 'inputs');
});
afterAll(() => db.close());

/** As an encoder hands it over that read the star at this Teff. */
async function madeAt(release: Release, name: string, teff: number | null): Promise<NewLatent> {
  const { starId, visit, checksum, continuum } = await newSpectrum(db, release, name);
  return {
    starId,
    releaseId: release.id,
    visit,
    z: Float32Array.of(teff ?? 0),
    searched: Float32Array.of(teff ?? 0),
    estimate: null,
    extrapolated: false,
    reason: null,
    from: {
      checksum,
      continuumVersion: continuum.version,
      parameters: teff === null ? null : parameters(teff),
    },
  };
}

async function names(rows: Promise<readonly NewLatent[]>): Promise<string[]> {
  return (await rows).map(({ starId }) => starId);
}

test('latents made from what stands are stored, unknown parameters among it', async () => {
  const release = await addStars(db, 'standing', ['a', 'b']);
  await setTeff(db, release, { a: 4000 });
  const rows = [await madeAt(release, 'a', 4000), await madeAt(release, 'b', null)];
  expect(await names(storeLatents(db, modelId, rows))).toEqual([idOf('a'), idOf('b')]);
});

test('those whose parameters, spectrum or continuum are others by now are left out, and what is there stays', async () => {
  const release = await addStars(db, 'changed', ['a', 'b', 'c', 'd']);
  await setTeff(db, release, { a: 4000, b: 4100, c: 4200, d: 4300 });
  const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map((name, i) => madeAt(release, name, 4000 + 100 * i)));
  await storeLatents(db, modelId, [b]);
  const rows = [
    a,
    { ...b, from: b.from && { ...b.from, checksum: 'cd'.repeat(32) } },
    { ...c, from: c.from && { ...c.from, continuumVersion: 1 } },
    { ...d, from: d.from && { ...d.from, parameters: parameters(4301) } },
    { ...a, starId: idOf('gone') },
  ];
  expect(await names(storeLatents(db, modelId, rows))).toEqual([a.starId]);
  expect(await countLatents(db, modelId, release.id)).toBe(2);
});

test('a latent waits for a change of its star that is under way, and is left out then', async () => {
  const release = await addStars(db, 'under-way', ['a', 'b']);
  await setTeff(db, release, { a: 4000, b: 4000 });
  const rows = [await madeAt(release, 'a', 4000), await madeAt(release, 'b', 4000)];
  const [changing, changed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const change = db.transaction(async (tx) => {
    await storeParameters(tx, release.id, [{ starId: idOf('a'), parameters: parameters(5000) }]);
    changing.resolve();
    await changed.promise;
  });
  await changing.promise;
  const stored = names(storeLatents(db, modelId, rows));
  // Time enough for a writer that does not wait.
  await Promise.race([stored, setTimeout(300)]);
  changed.resolve();
  await change;
  expect(await stored).toEqual([idOf('b')]);
  expect(await countLatents(db, modelId, release.id)).toBe(1);
});

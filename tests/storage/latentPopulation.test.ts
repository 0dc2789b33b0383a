import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LatentPopulation } from '../../src/domain/falseTwins.js';
import type { Database } from '../../src/storage/database.js';
import { publish, stagedRevisions, withdraw } from '../../src/storage/dataRelease.js';
import { loadPopulations, sampleSearched, storePopulation } from '../../src/storage/latentPopulation.js';
import { storeSpectra } from '../../src/storage/spectrum.js';
import { changeStaged } from '../../src/storage/storedVersion.js';
import { readView } from '../../src/storage/view.js';
import { addLatents, addModel, addStars, idOf, newSpectrum } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

const population = (at: number): LatentPopulation => ({ mean: [at, 0.1], axes: [1, 0, 0, 1], variances: [2, 1 / 3] });

describe.each(testDatabases)('populations of latents in $name', ({ open }) => {
  let db: Database;
  let modelId: string;
  beforeAll(async () => {
    db = await open();
    modelId = await addModel(db, 'population');
  });
  afterAll(() => db.close());

  const seen = async () => (await loadPopulations(db, await readView(db), [modelId, 'none'])).get(modelId);

  it('the largest visible release answers, by its visible revision, and a hidden one never', async () => {
    const small = await addStars(db, 'small', ['a', 'b']);
    const large = await addStars(db, 'large', ['c', 'd']);
    await storePopulation(db, { modelId, releaseId: small.id, revision: 1 }, population(1), 200);
    await storePopulation(db, { modelId, releaseId: large.id, revision: 1 }, population(2), 900);
    expect(await seen()).toBeUndefined();
    await publish(db, small.id);
    expect(await seen()).toEqual(population(1));
    await publish(db, large.id);
    expect(await seen()).toEqual(population(2));
    await storePopulation(db, { modelId, releaseId: large.id, revision: 2 }, population(3), 950);
    expect(await seen()).toEqual(population(2));
    await publish(db, large.id);
    expect(await seen()).toEqual(population(3));
    await storePopulation(db, { modelId, releaseId: large.id, revision: 2 }, population(4), 990);
    expect(await seen()).toEqual(population(4));
    await withdraw(db, large.id);
    expect(await seen()).toEqual(population(1));
  });

  it('is sampled from the latents of combined spectra, with the revision that they come with', async () => {
    const release = await addStars(db, 'sampled', ['x', 'y', 'z']);
    expect(await sampleSearched(db, modelId, release.id, 10)).toEqual({ revision: null, vectors: [] });
    await addLatents(db, modelId, release, { x: [1, 2], y: [3, 4], z: null });
    const { revision, vectors } = await sampleSearched(db, modelId, release.id, 10);
    expect(revision).toBe(1);
    expect(vectors.map((vector) => Array.from(vector)).sort()).toEqual([
      [1, 2],
      [3, 4],
    ]);
    expect((await sampleSearched(db, modelId, release.id, 1)).vectors).toHaveLength(1);
    // A published one gives way to one that has no latent: what is told of the published ones stays.
    await publish(db, release.id);
    await db.transaction(async (tx) => {
      await stagedRevisions(tx, [release.id]);
      await changeStaged(tx, release.id, [{ id: idOf('x'), changes: [{ kind: 'retire', visit: 0 }] }]);
      await storeSpectra(tx, [await newSpectrum(tx, release, 'x', { checksum: 'other' })]);
    });
    await addLatents(db, modelId, release, { x: null });
    const next = await sampleSearched(db, modelId, release.id, 10);
    expect([next.revision, next.vectors.map((vector) => Array.from(vector))]).toEqual([2, [[3, 4]]]);
  });
});

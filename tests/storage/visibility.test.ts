import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError } from '../../src/domain/errors.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease, findRelease, listReleases, publish, withdraw } from '../../src/storage/dataRelease.js';
import { countLatents, loadLatents, searchedVectors } from '../../src/storage/latent.js';
import { readView, serve } from '../../src/storage/view.js';
import { countStatements } from '../testArchive.js';
import { addLatents, addModel, addStars, idOf } from './archiveContent.js';
import { nearest } from './nearest.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('what is visible in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  it('is nothing at first, then the served model and the published releases, read in one statement', async () => {
    expect(await readView(db)).toEqual({ modelId: null, releases: [] });
    const [first, second] = [await addModel(db, 'one'), await addModel(db, 'two')];
    await serve(db, first);
    await serve(db, second);
    await serve(db, second);
    const older = await addStars(db, 'older', ['a']);
    await addStars(db, 'draft', ['a']);
    await publish(db, older.id);
    await publish(db, (await addStars(db, 'newer', ['a'])).id);
    await publish(db, older.id);
    const statements = countStatements(db);
    const view = await readView(statements);
    expect(statements.statements).toHaveLength(1);
    expect(view.modelId).toBe(second);
    expect(view.releases.map(({ name, revision }) => [name, revision])).toEqual([
      ['newer', 1],
      ['older', 2],
    ]);
    expect(await db.query('select former_model_id from served_model')).toEqual([{ former_model_id: first }]);
  });

  it('leaves out a withdrawn release until it is published again', async () => {
    const release = await findRelease(db, 'newer');
    expect((await withdraw(db, release.id)).state).toBe('withdrawn');
    expect((await readView(db)).releases.map(({ name }) => name)).toEqual(['older']);
    await publish(db, release.id);
    expect((await readView(db)).releases.map(({ name }) => name)).toEqual(['newer', 'older']);
    await expect(withdraw(db, (await findRelease(db, 'draft')).id)).rejects.toThrow(ConflictError);
    await expect(publish(db, -1)).rejects.toThrow(NotFoundError);
    expect((await listReleases(db)).map(({ name }) => name)).toEqual(['newer', 'draft', 'older']);
  });

  it('never mixes simulated and observed in a release', async () => {
    await expect(ensureRelease(db, 'older', { simulated: false })).rejects.toThrow(ConflictError);
    await expect(findRelease(db, 'unknown')).rejects.toThrow(NotFoundError);
  });

  it('is one latent of a star: that of its newest visible release that was encoded; staged ones are stored, but not seen', async () => {
    const modelId = await addModel(db, 'latents');
    const old = await addStars(db, 'l-old', ['q', 'r', 's', 't']);
    const fresh = await addStars(db, 'l-new', ['r', 's', 't']);
    const draft = await addStars(db, 'l-draft', ['q', 'r', 's', 't']);
    await addLatents(db, modelId, old, { q: [0, 0], r: [1, 0], s: [2, 0], t: [3, 0] });
    await addLatents(db, modelId, fresh, { r: [10, 0], s: null });
    await addLatents(db, modelId, draft, { q: [9, 9], r: [9, 9], s: [9, 9], t: [9, 9] });
    await publish(db, old.id);
    const names = ['q', 'r', 's', 't'];
    const loaded = async () => {
      const latents = await loadLatents(db, await readView(db), modelId, names.map(idOf));
      return names.map((name) => latents.get(idOf(name))?.searched?.[0] ?? null);
    };
    const found = async () => {
      const { rows } = await nearest(db, await readView(db), modelId, idOf('q'), { first: 10 });
      return rows.map(({ starId, distance }) => [starId.slice(-1), distance]);
    };
    expect(await loaded()).toEqual([0, 1, 2, 3]);
    expect(await found()).toEqual([
      ['r', 1],
      ['s', 2],
      ['t', 3],
    ]);
    await publish(db, fresh.id);
    expect(await loaded()).toEqual([0, 10, null, 3]);
    expect(await found()).toEqual([
      ['t', 3],
      ['r', 10],
    ]);

    await addStars(db, 'l-new', ['u']);
    await addLatents(db, modelId, fresh, { u: [0.5, 0] });
    expect(await found()).toEqual([
      ['t', 3],
      ['r', 10],
    ]);
    expect(await countLatents(db, modelId, fresh.id)).toBe(3);
    expect(await searchedVectors(db, modelId, fresh.id)).toEqual([
      { starId: idOf('r'), searched: Float32Array.of(10, 0) },
      { starId: idOf('u'), searched: Float32Array.of(0.5, 0) },
    ]);
    await publish(db, fresh.id);
    expect(await found()).toEqual([
      ['u', 0.5],
      ['t', 3],
      ['r', 10],
    ]);
  });
});

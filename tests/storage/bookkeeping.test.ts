import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFoundError } from '../../src/domain/errors.js';
import { storeAbundances } from '../../src/storage/abundance.js';
import type { Database } from '../../src/storage/database.js';
import { ensureRelease } from '../../src/storage/dataRelease.js';
import { endAbandonedRuns, endRun, listRuns, startRun } from '../../src/storage/run.js';
import { loadTwins, storeTwins } from '../../src/storage/siblingGroup.js';
import { addModel, addStars, idOf } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

describe.each(testDatabases)('bookkeeping in $name', ({ open }) => {
  let db: Database;
  beforeAll(async () => {
    db = await open();
  });
  afterAll(() => db.close());

  it('tells what ran and how it ended; a run ends once', async () => {
    const done = await startRun(db, { kind: 'ingest', input: { release: 'DR1', paths: ['a.fits'] } });
    const abandoned = await startRun(db, { kind: 'encode', input: {} });
    await endRun(db, done, 'partial', { stored: 3 }, 'one file failed');
    await expect(endRun(db, done, 'done', {})).rejects.toThrow(NotFoundError);
    await endAbandonedRuns(db);
    const runs = await listRuns(db, 10);
    expect(runs).toMatchObject([
      { id: abandoned, kind: 'encode', state: 'stopped', counts: null },
      {
        id: done,
        kind: 'ingest',
        input: { release: 'DR1', paths: ['a.fits'] },
        state: 'partial',
        counts: { stored: 3 },
        error: 'one file failed',
      },
    ]);
    expect(runs.every(({ endedAt }) => endedAt instanceof Date)).toBe(true);
    expect(await listRuns(db, 1)).toHaveLength(1);
  });

  it('shows the runs of some releases without a trace of others: neither a number, nor a step into one, nor a model of one', async () => {
    const any = await ensureRelease(db, 'any', { simulated: true });
    const model = await addModel(db, 'of a hidden release', any.id);
    const seen = { kind: 'ingest', input: { release: 'seen' } };
    const runs = [
      seen,
      { kind: 'ingest', input: { release: 'hidden' } },
      { kind: 'encode', input: { release: 'seen', model } },
      { kind: 'renormalise', input: { release: 'seen', into: 'hidden' } },
      { kind: 'demo', input: {} },
      seen,
    ];
    for (const run of runs) await startRun(db, run);
    const of = (name: string) => ({ id: name === 'any' ? any.id : -1, name });
    const listed = async (names: string[], before: number | null = null) =>
      (await listRuns(db, 10, { releases: names.map(of), before })).map(({ kind, place }) => [place, kind]);
    expect(await listed(['seen'])).toEqual([
      [2, 'ingest'],
      [1, 'ingest'],
    ]);
    expect(await listed(['seen'], 2)).toEqual([[1, 'ingest']]);
    expect((await listed(['seen', 'hidden', 'any'])).map(([, kind]) => kind)).toEqual([
      'ingest',
      'renormalise',
      'encode',
      'ingest',
      'ingest',
    ]);
  });

  it('keeps each pair of true twins once, whichever is named first, and leaves out unknown stars', async () => {
    const release = await addStars(db, 'twins', ['a', 'b', 'c', 'd']);
    const pairs = [
      ['b', 'a'],
      ['a', 'b'],
      ['c', 'd'],
      ['a', 'unknown'],
    ].map(([a, b]) => [idOf(a), idOf(b)] as const);
    await storeTwins(db, release.id, pairs.slice(0, 1));
    await storeTwins(db, release.id, pairs);
    expect(await loadTwins(db, release.id)).toEqual([
      [idOf('a'), idOf('b')],
      [idOf('c'), idOf('d')],
    ]);
    expect(await loadTwins(db, release.id + 1)).toEqual([]);
  });

  it('keeps the true abundances of a star, stored together and once', async () => {
    const release = await addStars(db, 'abundances', ['a', 'b']);
    const row = (name: string, element: string, value: number) => ({ starId: idOf(name), element, value, sigma: null });
    await storeAbundances(db, release.id, [row('a', 'Fe', -0.1), row('a', 'Mg', 0.2)]);
    await storeAbundances(db, release.id, [row('a', 'Fe', 9), row('a', 'Mg', 9), row('b', 'Fe', 0.3)]);
    expect(
      await db.query('select star_id as id, element, value, method, model_id as model from abundance order by 1, 2'),
    ).toEqual([
      { id: idOf('a'), element: 'Fe', value: -0.1, method: 'truth', model: null },
      { id: idOf('a'), element: 'Mg', value: 0.2, method: 'truth', model: null },
      { id: idOf('b'), element: 'Fe', value: 0.3, method: 'truth', model: null },
    ]);
  });
});

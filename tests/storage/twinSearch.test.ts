import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NotFoundError } from '../../src/domain/errors.js';
import type { StarId } from '../../src/domain/star.js';
import type { Database } from '../../src/storage/database.js';
import { publish, type Release } from '../../src/storage/dataRelease.js';
import { loadEvidence } from '../../src/storage/evidence.js';
import { ensurePartition, loadLatents, storeLatents } from '../../src/storage/latent.js';
import type { StarFilter } from '../../src/storage/starFilter.js';
import { countCandidates, type Found, findNeighbours } from '../../src/storage/twinSearch.js';
import { readView, type View } from '../../src/storage/view.js';
import { fc } from '../properties.js';
import { countStatements } from '../testArchive.js';
import { addLatents, addModel, addStars, idOf, setTeff } from './archiveContent.js';
import { type Measured, nearest } from './nearest.js';
import { testDatabases } from './testDatabases.js';

/** Vectors of small whole numbers: many stars are equally far, and distances are exact. */
const vectors: Record<string, number[]> = Object.fromEntries(
  Array.from({ length: 60 }, (_, i) => [`s${i}`, [i % 4, Math.floor(i / 4) % 3, (i * 7) % 5]]),
);
const teffOf = (name: string) => 4000 + (Number(name.slice(1)) % 10) * 100;

function bruteForce(from: string, accept: (name: string) => boolean = () => true): Measured[] {
  return Object.entries(vectors)
    .filter(([name]) => name !== from && accept(name))
    .map(([name, vector]) => ({
      starId: idOf(name),
      distance: Math.sqrt(vector.reduce((sum, x, i) => sum + (x - vectors[from][i]) ** 2, 0)),
    }))
    .sort((a, b) => a.distance - b.distance || (a.starId < b.starId ? -1 : 1));
}

function expectSame(found: readonly Measured[], expected: readonly Measured[]): void {
  expect(found.map(({ starId }) => starId)).toEqual(expected.map(({ starId }) => starId));
  for (let i = 0; i < found.length; i++) expect(found[i].distance).toBeCloseTo(expected[i].distance, 12);
}

describe.each(testDatabases)('latents and the exact twin search in $name', ({ open }) => {
  let db: Database;
  let release: Release;
  let modelId: string;
  let view: View;

  beforeAll(async () => {
    db = await open();
    modelId = await addModel(db, 'search');
    const names = Object.keys(vectors);
    release = await addStars(db, 'search', [...names, 'unencoded', 'reasoned']);
    await addStars(db, 'search', ['s1'], { visit: 1 });
    await setTeff(db, release, Object.fromEntries(names.map((name) => [name, teffOf(name)])));
    await addLatents(db, modelId, release, { ...vectors, reasoned: null });
    await storeLatents(db, modelId, [
      {
        starId: idOf('s1'),
        releaseId: release.id,
        visit: 1,
        z: Float32Array.of(0, 0, 0),
        searched: Float32Array.of(0, 0, 0),
        estimate: null,
        extrapolated: false,
        reason: null,
      },
    ]);
    await publish(db, release.id);
    view = await readView(db);
  });
  afterAll(() => db.close());

  it('a vector that is no star’s finds every star, the one that it equals first, also through a filter', async () => {
    const origin = Float32Array.from(vectors.s17);
    const all: Measured[] = [{ starId: idOf('s17'), distance: 0 }, ...bruteForce('s17')].sort(
      (a, b) => a.distance - b.distance || (a.starId < b.starId ? -1 : 1),
    );
    expectSame((await nearest(db, view, modelId, origin, { first: 100 })).rows, all);
    const filter = { teff: { max: 4300 } };
    const warm = all.filter(({ starId }) => teffOf(starId.split(':')[1]) <= 4300);
    expectSame((await nearest(db, view, modelId, origin, { first: 100, filter })).rows, warm);
  });

  it('the search finds what brute force finds, ties by id, in one statement', async () => {
    const statements = countStatements(db);
    for (const from of ['s0', 's17', 's59'])
      expectSame(
        (await nearest(statements, view, modelId, idOf(from), { first: 25 })).rows,
        bruteForce(from).slice(0, 25),
      );
    expect(statements.statements).toHaveLength(3);
    expect(await countCandidates(db, view, modelId, idOf('s0'))).toBe(59);
  });

  it('several stars are searched for in one statement, each as by itself, with what was encoded of it', async () => {
    const statements = countStatements(db);
    const page = { first: 12, filter: { teff: { max: 4600 } } };
    const asked = ['s0', 's17', 's59', 'reasoned', 'unencoded', 'unknown'].map(idOf);
    const found = await findNeighbours(statements, view, modelId, asked, page);
    expect(statements.statements).toHaveLength(1);
    expect([...found.keys()].sort()).toEqual(asked.slice(0, 4).sort());
    for (const [star, { own, neighbours }] of found) {
      const name = star.split(':')[1];
      const expected = name in vectors ? bruteForce(name, (other) => teffOf(other) <= 4600).slice(0, 12) : [];
      expectSame(neighbours, expected);
      expect(own).toMatchObject({ release: 'search', extrapolated: false, reason: name in vectors ? null : 'no Teff' });
    }
  });

  it('several stars are told of as they are found, each once', async () => {
    const asked = Object.keys(vectors).slice(0, 30).map(idOf);
    const told: [string, Found][] = [];
    const found = await findNeighbours(db, view, modelId, asked, { first: 7 }, (some) => told.push(...some));
    expect(new Map(told)).toEqual(found);
    expect(told).toHaveLength(asked.length);
  });

  it('the search pages without repeating or skipping a star, through ties too', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(vectors)),
        fc.integer({ min: 1, max: 30 }),
        async (from, first) => {
          const paged: Measured[] = [];
          for (;;) {
            const last = paged.at(-1);
            const { rows } = await nearest(db, view, modelId, idOf(from), {
              first,
              after: last && { distance: last.distance, id: last.starId },
            });
            paged.push(...rows);
            if (rows.length < first) break;
          }
          expectSame(paged, bruteForce(from));
        },
      ),
      { numRuns: 8 },
    );
  });

  it('the search keeps to the filter', async () => {
    const cool = (name: string) => teffOf(name) <= 4300;
    const ids: StarId[] = ['s3', 's4', 's0', 'reasoned'].map(idOf);
    const filters: [StarFilter, (name: string) => boolean][] = [
      [{ teff: { max: 4300 } }, cool],
      [{ ids }, (name) => ids.includes(idOf(name))],
      [{ teff: { max: 4300 }, namePrefix: 's1', release: 'search' }, (name) => cool(name) && name.startsWith('s1')],
      [{ release: 'another' }, () => false],
    ];
    for (const [filter, accept] of filters) {
      expectSame((await nearest(db, view, modelId, idOf('s0'), { first: 100, filter })).rows, bruteForce('s0', accept));
      expect(await countCandidates(db, view, modelId, idOf('s0'), filter)).toBe(bruteForce('s0', accept).length);
    }
  });

  it('the search has nothing for a star without a latent, for another model, or while nothing is visible', async () => {
    for (const name of ['reasoned', 'unencoded', 'unknown']) {
      expect(await nearest(db, view, modelId, idOf(name), { first: 5 })).toEqual({ rows: [] });
    }
    expect(await nearest(db, view, await addModel(db, 'other'), idOf('s0'), { first: 5 })).toEqual({ rows: [] });
    expect(await nearest(db, { ...view, releases: [] }, modelId, idOf('s0'), { first: 5 })).toEqual({ rows: [] });
  });

  it('the search answers in the length of its model beside models of another', async () => {
    const wide = await addModel(db, 'wide');
    await addLatents(db, wide, release, { s0: Array(50).fill(0), s1: Array(50).fill(1) });
    const { rows } = await nearest(db, view, wide, idOf('s0'), { first: 5 });
    expect(rows).toEqual([{ starId: idOf('s1'), distance: Math.sqrt(50) }]);
  });

  it('latents replace those of the same spectrum, and come back bit by bit', async () => {
    const modelId = await addModel(db, 'replace');
    await ensurePartition(db, modelId);
    const release = await addStars(db, 'replace', ['a', 'b']);
    await addLatents(db, modelId, release, { a: [1], b: null });
    const exact = [Math.fround(0.1), -1e-20, 3.4e38];
    await addLatents(db, modelId, release, { a: exact });
    await publish(db, release.id);
    const latents = await loadLatents(db, await readView(db), modelId, [idOf('a'), idOf('b')]);
    expect(latents.get(idOf('a'))).toMatchObject({
      searched: Float32Array.from(exact),
      release: 'replace',
      modelId,
      reason: null,
    });
    expect(latents.get(idOf('b'))).toMatchObject({ z: null, searched: null, reason: 'no Teff' });
  });

  it('the estimate of a latent comes back bit by bit, and is null in a row without one', async () => {
    const modelId = await addModel(db, 'estimate');
    await ensurePartition(db, modelId);
    const release = await addStars(db, 'estimate', ['c', 'd']);
    const estimate = {
      residual: Float32Array.of(0.1, -1e-20, 3),
      information: Float32Array.of(1e9, 0.1, 2, -0.3, 1 / 3, 4e-8),
      informationVector: Float32Array.of(1e8, 0.7, -2),
      refined: Float32Array.of(4512.34, 2.1),
      refinedCovariance: Float32Array.of(1234.5, -0.3, 0.0016),
    };
    const key = { releaseId: release.id, visit: 0, extrapolated: false, reason: null };
    const vector = Float32Array.of(1, 2, 3);
    await storeLatents(db, modelId, [
      { ...key, starId: idOf('c'), z: vector, searched: vector, estimate },
      { ...key, starId: idOf('d'), z: vector, searched: vector, estimate: null },
    ]);
    await publish(db, release.id);
    const latents = await loadLatents(db, await readView(db), modelId, [idOf('c'), idOf('d')]);
    expect(latents.get(idOf('c'))?.estimate).toEqual(estimate);
    expect(latents.get(idOf('d'))?.estimate).toBeNull();
  });

  it('neighbours carry the stamp of their evidence, which a latent that is made anew does not share', async () => {
    const modelId = await addModel(db, 'stamped');
    await ensurePartition(db, modelId);
    const release = await addStars(db, 'stamped', ['e', 'f', 'g']);
    const store = (name: string, x: number, size = 2) => {
      const vector = new Float32Array(size).fill(x);
      const estimate = {
        residual: vector,
        information: new Float32Array((size * (size + 1)) / 2).fill(x / 3),
        informationVector: vector.map((value) => value / 7),
        refined: vector,
        refinedCovariance: vector,
      };
      const key = { starId: idOf(name), releaseId: release.id, visit: 0, extrapolated: false, reason: null };
      return storeLatents(db, modelId, [{ ...key, z: vector, searched: Float32Array.of(x), estimate }]);
    };
    await store('e', 1);
    await store('f', 2, 5);
    await store('g', 3);
    await publish(db, release.id);
    const view = await readView(db);
    const ids = ['e', 'f', 'g'].map(idOf);
    const read = async () => {
      const searched = (await findNeighbours(db, view, modelId, ids.slice(0, 1), { first: 5 })).get(idOf('e'));
      const stamps = new Map(searched?.neighbours.map(({ starId, stamp }) => [starId, stamp]));
      const evidence = await loadEvidence(db, view, modelId, ids);
      expect(evidence.get(idOf('e'))).toEqual(searched?.own.evidence);
      for (const name of ['f', 'g']) expect(evidence.get(idOf(name))?.stamp).toBe(stamps.get(idOf(name)));
      return { evidence, stamps };
    };
    const before = await read();
    expect(before.evidence.get(idOf('f'))?.informationVector).toEqual(new Float32Array(5).fill(Math.fround(2) / 7));
    await store('g', 4);
    const after = await read();
    expect(after.stamps.get(idOf('f'))).toBe(before.stamps.get(idOf('f')));
    expect(after.stamps.get(idOf('g'))).not.toBe(before.stamps.get(idOf('g')));
    expect(after.evidence.get(idOf('g'))?.information[0]).toBeCloseTo(4 / 3, 6);
  });

  it('latents need a stored spectrum, and are all left out when one lacks it', async () => {
    const modelId = await addModel(db, 'missing');
    const release = await addStars(db, 'missing', ['a']);
    await expect(addLatents(db, modelId, release, { a: [1], nobody: [2] })).rejects.toThrow(NotFoundError);
    expect(await db.query('select 1 from latent where model_id = $1', [modelId])).toEqual([]);
    await expect(ensurePartition(db, "x'); drop table latent; --")).rejects.toThrow(NotFoundError);
  });
});

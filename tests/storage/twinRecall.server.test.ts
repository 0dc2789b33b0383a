import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/storage/database.js';
import { buildLatentIndex } from '../../src/storage/latentIndex.js';
import { EXACT, type SearchPlan } from '../../src/storage/searchPlan.js';
import type { StarFilter } from '../../src/storage/starFilter.js';
import { TwinPlanner } from '../../src/storage/twinPlanner.js';
import { findNeighbours } from '../../src/storage/twinSearch.js';
import { readView, type View } from '../../src/storage/view.js';
import { openTestDatabase, testServer } from '../testArchive.js';
import { fillManyLatents, type ManyLatents, type SearchedStar, starName } from './manyLatents.js';
import { type Measured, nearest } from './nearest.js';

const ROWS = 100_000;
/** Neighbours that a page of twins needs: those that are ranked, and the page. */
const WANTED = 321;
const ORIGINS = [40, 1234, 31_415, 50_021, 77_777, 99_999];

/** Shares of the stars, in a range of Teff (whatever their latents) or of [Fe/H] (a region of latents). */
const filters: readonly (readonly [string, StarFilter | null])[] = [
  ['all stars', null],
  ['50 % of them', { teff: { max: 4500 } }],
  ['20 %', { teff: { max: 4200 } }],
  ['10 %', { teff: { max: 4100 } }],
  ['5 %', { teff: { max: 4050 } }],
  ['1 %', { teff: { max: 4010 } }],
  ['.3 %', { teff: { max: 4003 } }],
  ['.1 %', { teff: { max: 4001 } }],
  ['the metal-rich half', { feh: { min: 0 } }],
  ['the richest 1 %', { feh: { min: 0.57 } }],
];

function passes({ teff, feh }: SearchedStar, filter: StarFilter | null): boolean {
  return teff <= (filter?.teff?.max ?? Number.POSITIVE_INFINITY) && feh >= (filter?.feh?.min ?? -1e9);
}

describe('twins among 100,000 stars', () => {
  let db: Database;
  let many: ManyLatents;
  let view: View;
  let planner: TwinPlanner;
  beforeAll(async () => {
    db = await openTestDatabase();
    many = await fillManyLatents(db, ROWS);
    const index = await buildLatentIndex(db, many.modelId, ROWS);
    expect(index).toMatchObject({ indexed: true, made: true });
    view = await readView(db);
    planner = new TwinPlanner(db);
  }, 600_000);
  afterAll(() => db.close());

  /** The nearest of the stars that are visible, by measuring them all. */
  function truth(origin: number, filter: StarFilter | null, count: number): Measured[] {
    const own = many.stars[origin].vector;
    return many.stars
      .map((star, row) => ({ star, row }))
      .filter(({ star, row }) => row !== origin && passes(star, filter))
      .map(({ star, row }) => ({
        starId: starName(row),
        distance: Math.sqrt(star.vector.reduce((sum, x, i) => sum + (x - own[i]) ** 2, 0)),
      }))
      .sort((a, b) => a.distance - b.distance)
      .slice(0, count);
  }

  /** As the API searches: exactly where the index did not find enough. */
  async function search(origin: number, filter: StarFilter | null, plan: SearchPlan): Promise<readonly Measured[]> {
    const page = { first: WANTED, filter };
    const { rows } = await nearest(db, view, many.modelId, starName(origin), { ...page, plan });
    if (plan === EXACT || rows.length === WANTED) return rows;
    return (await nearest(db, view, many.modelId, starName(origin), page)).rows;
  }

  it.each(filters)('among %s 99 in 100 of the 20 nearest are found, and none that is hidden', async (_, filter) => {
    const plan = await planner.choose(view, many.modelId, filter, WANTED);
    let found = 0;
    let expected = 0;
    for (const origin of ORIGINS) {
      const rows = await search(origin, filter, plan);
      const nearestRows = truth(origin, filter, WANTED);
      expect(rows.length).toBe(nearestRows.length);
      const ids = new Set(rows.slice(0, 20).map(({ starId }) => starId));
      const wanted = nearestRows.slice(0, 20);
      found += wanted.filter(({ starId }) => ids.has(starId)).length;
      expected += wanted.length;
      // A hidden latent would be at another distance than the star's visible one.
      for (const { starId, distance } of rows) {
        const { vector } = many.stars[Number(starId.split(':')[1])];
        const own = many.stars[origin].vector;
        expect(distance).toBeCloseTo(Math.sqrt(vector.reduce((sum, x, i) => sum + (x - own[i]) ** 2, 0)), 3);
      }
    }
    expect(found / expected).toBeGreaterThanOrEqual(0.99);
  });

  it('walks the index where many stars pass, and scans where few do', async () => {
    const plans = await Promise.all(
      filters.map(async ([name, filter]) => [name, (await planner.choose(view, many.modelId, filter, WANTED)).name]),
    );
    expect(Object.fromEntries(plans)).toMatchObject({
      'all stars': 'HNSW',
      '50 % of them': 'HNSW',
      '20 %': 'HNSW',
      '1 %': 'EXACT',
      '.1 %': 'EXACT',
      'the richest 1 %': 'EXACT',
    });
    expect(await planner.choose(view, many.modelId, { ids: [starName(5)] }, WANTED)).toBe(EXACT);
    expect(await planner.choose(view, 'another', null, WANTED)).toBe(EXACT);
  });

  it('the index answers with as many as are asked, in the database’s own plan for it', async () => {
    const plan = await planner.choose(view, many.modelId, null, WANTED);
    for (const first of [1, 41, 401, 1301]) {
      const { rows } = await nearest(db, view, many.modelId, starName(7), { first, plan });
      expect(rows).toHaveLength(first);
    }
    const many2 = ORIGINS.map(starName);
    const found = await findNeighbours(db, view, many.modelId, many2, { first: 25, plan });
    for (const star of many2) {
      const alone = (await nearest(db, view, many.modelId, star, { first: 25, plan })).rows;
      expect(found.get(star)?.neighbours.map(({ starId }) => starId)).toEqual(alone.map(({ starId }) => starId));
    }
  });

  it.each([13, 100])('pages of %i along the index neither repeat nor skip a star', async (first) => {
    const plan = await planner.choose(view, many.modelId, null, WANTED);
    const whole = (await nearest(db, view, many.modelId, starName(99), { first: 300, plan })).rows;
    const paged: Measured[] = [];
    while (paged.length < 300) {
      const last = paged.at(-1);
      const after = last && { distance: last.distance, id: last.starId };
      paged.push(...(await nearest(db, view, many.modelId, starName(99), { first, after, plan })).rows);
    }
    expect(paged.slice(0, 300)).toEqual(whole);
  });

  it('the statement runs along the index', async () => {
    const plan = await planner.choose(view, many.modelId, null, WANTED);
    const scans = async () => {
      await db.query('select pg_stat_force_next_flush()');
      const [{ scans }] = await db.query<{ scans: string }>(
        `select idx_scan as scans from pg_stat_user_indexes where indexrelname like 'latent_%_hnsw'`,
      );
      return Number(scans);
    };
    const before = await scans();
    await nearest(db, view, many.modelId, starName(3), { first: WANTED, plan });
    await expect.poll(scans, { timeout: 20_000 }).toBeGreaterThan(before);
    expect(testServer).not.toBeNull();
  });
});

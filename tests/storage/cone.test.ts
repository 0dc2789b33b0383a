import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cone, SkyPosition } from '../../src/domain/skyPosition.js';
import type { Database } from '../../src/storage/database.js';
import { publish, type Release } from '../../src/storage/dataRelease.js';
import { storeStars } from '../../src/storage/star.js';
import { countStars, listStars, type StarCursor } from '../../src/storage/starList.js';
import { readView, type View } from '../../src/storage/view.js';
import { fc } from '../properties.js';
import { addStars, idOf, survey } from './archiveContent.js';
import { testDatabases } from './testDatabases.js';

const MICROARCSECOND = 1 / 3.6e9;
/** Degrees by which two formulas for one angle may differ: a star that is so near the rim is in the cone by the one and outside by the other. */
const ROUNDING = 1e-11;

/** Stars all over the sky by a golden spiral, and in the places where formulas fail. */
const places: Record<string, SkyPosition> = {
  ...Object.fromEntries(
    Array.from({ length: 200 }, (_, i) => [
      `g${i}`,
      { ra: (i * 137.50776405) % 360, dec: (Math.asin(1 - (2 * i + 1) / 200) * 180) / Math.PI },
    ]),
  ),
  north: { ra: 0, dec: 90 },
  nearNorth: { ra: 180, dec: 89.999 },
  south: { ra: 123, dec: -90 },
  west: { ra: 359.9999, dec: 0 },
  east: { ra: 0.0001, dec: 0 },
  close: { ra: 100, dec: 45 },
  // So near to 0 that its square is no number.
  least: { ra: 1e-200, dec: -5e-324 },
  closer: { ra: 100, dec: 45 + 5 * MICROARCSECOND },
};

/** The angle by the haversine formula and, beyond a right angle, by its complement; degrees. */
function angle(a: SkyPosition, b: SkyPosition): number {
  const [s, e] = [a, b].map(({ dec }) => (dec * Math.PI) / 180);
  const across = Math.cos(s) * Math.cos(e);
  const turn = ((b.ra - a.ra) * Math.PI) / 360;
  const near = Math.sin((e - s) / 2) ** 2 + across * Math.sin(turn) ** 2;
  const far = Math.sin((e + s) / 2) ** 2 + across * Math.cos(turn) ** 2;
  const radians = near < 0.5 ? 2 * Math.asin(Math.sqrt(near)) : Math.PI - 2 * Math.asin(Math.sqrt(far));
  return (radians * 180) / Math.PI;
}

function bruteForce(cone: Cone): { id: string; value: number }[] {
  return Object.entries(places)
    .map(([name, place]) => ({ id: idOf(name), value: angle(cone, place) }))
    .filter(({ value }) => value <= cone.radius)
    .sort((a, b) => a.value - b.value);
}

describe.each(testDatabases)('cone search in $name', ({ open }) => {
  let db: Database;
  let release: Release;
  let view: View;
  beforeAll(async () => {
    db = await open();
    release = await addStars(db, 'sky', [...Object.keys(places), 'nowhere']);
    const placed = Object.entries(places).map(([name, place]) => ({ name, aliases: {}, ...place }));
    await storeStars(db, release.id, survey, placed);
    await publish(db, release.id);
    view = await readView(db);
  });
  afterAll(() => db.close());

  const search = (cone: Cone, page: { first: number; after?: StarCursor } = { first: 500 }) =>
    listStars(db, view, { ...page, orderBy: 'SEPARATION', filter: { cone } });

  it('finds what brute force finds, nearest first, anywhere on the sky', async () => {
    const cones = fc.record({
      ra: fc.double({ min: 0, max: 360, maxExcluded: true, noNaN: true }),
      dec: fc.double({ min: -90, max: 90, noNaN: true }),
      radius: fc.oneof(fc.double({ min: 0.1, max: 180, noNaN: true }), fc.double({ min: 0.1, max: 30, noNaN: true })),
    });
    await fc.assert(
      fc.asyncProperty(cones, async (cone) => {
        const found = await search(cone);
        const inside = bruteForce({ ...cone, radius: cone.radius - ROUNDING });
        const near = bruteForce({ ...cone, radius: cone.radius + ROUNDING });
        const ids = new Set<string>(found.map(({ id }) => id));
        expect(inside.filter(({ id }) => !ids.has(id))).toEqual([]);
        expect(found.filter(({ id }) => !near.some((place) => place.id === id))).toEqual([]);
        for (const [i, { value }] of found.entries()) expect(value).toBeCloseTo(near[i].value, 11);
        expect(await countStars(db, view, { cone })).toBe(found.length);
      }),
      { numRuns: 25, examples: [[{ ra: 0, dec: 89.99999999999976, radius: 179.99999999999977 }]] },
    );
  });

  it.each<[string, Cone, string[]]>([
    ['over the north pole', { ra: 90, dec: 89.9995, radius: 0.01 }, ['north', 'nearNorth']],
    ['at the south pole, by any right ascension', { ra: 300, dec: -90, radius: 0 }, ['south']],
    ['over right ascension 0', { ra: 0, dec: 1e-170, radius: 0.001 }, ['east', 'west', 'least']],
    ['within a microarcsecond', { ...places.close, radius: MICROARCSECOND }, ['close']],
    ['within ten', { ...places.close, radius: 10 * MICROARCSECOND }, ['close', 'closer']],
  ])('finds stars %s', async (_, cone, names) => {
    expect((await search(cone)).map(({ id }) => id).sort()).toEqual(names.map(idOf).sort());
  });

  it('measures to a microarcsecond, next to the star and opposite to it', async () => {
    const [self, other] = await search({ ...places.close, radius: 1e-6 });
    expect(self.value).toBe(0);
    expect((other.value as number) / MICROARCSECOND).toBeCloseTo(5, 3);
    const opposite = { ra: 280, dec: -45, radius: 180 };
    const found = await listStars(db, view, {
      first: 500,
      orderBy: 'SEPARATION',
      filter: { cone: opposite, ids: [idOf('close'), idOf('closer')] },
    });
    expect((180 - (found[0].value as number)) / MICROARCSECOND).toBeCloseTo(5, 0);
  });

  it.each([1, 7, 100])('pages of %i neither repeat nor skip a star', async (first) => {
    const cone = { ra: 10, dec: 80, radius: 90 };
    const paged: StarCursor[] = [];
    for (;;) {
      const rows = await search(cone, { first, ...(paged.length > 0 && { after: paged[paged.length - 1] }) });
      paged.push(...rows);
      if (rows.length < first) break;
    }
    expect(paged).toEqual(await search(cone));
  });

  it('takes the position that the newest visible release tells, and none that is staged', async () => {
    const name = 'g7';
    const there = { ra: 200, dec: 20 };
    const later = await addStars(db, 'sky-2', [name]);
    await storeStars(db, later.id, survey, [{ name, aliases: {}, ...there }]);
    const filter = { ids: [idOf(name)] };
    const at = async (place: SkyPosition) =>
      (await listStars(db, await readView(db), { first: 5, filter: { ...filter, cone: { ...place, radius: 0.01 } } }))
        .length;
    expect([await at(places[name]), await at(there)]).toEqual([1, 0]);
    await publish(db, later.id);
    expect([await at(places[name]), await at(there)]).toEqual([0, 1]);
  });
});

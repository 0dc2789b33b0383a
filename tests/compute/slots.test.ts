import { expect, test } from 'vitest';
import { Slots } from '../../src/compute/slots.js';
import { fc } from '../properties.js';

const star = (name: string | number, stamp = 'stamp') => ({ starId: `survey:${name}` as const, stamp });

test('a star keeps its place until its place is needed, which of those met of late it is not', () => {
  const slots = new Slots(3);
  slots.begin();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => slots.take(star(name)));
  expect(new Set([a, b, c]).size).toBe(3);
  slots.begin();
  const d = slots.take(star('d'));
  slots.begin();
  const kept = ['a', 'b', 'c'].filter((name) => slots.has(star(name)));
  expect(kept).toHaveLength(2);
  expect(slots.find(star('d'))).toBe(d);
  slots.take(star('e'));
  expect(slots.has(star('d'))).toBe(true);
});

test('two stars never share a place, nor two stamps of one, and none loses its place within a question, whatever is asked', () => {
  const most = 8;
  const stamped = fc.record({ starId: fc.integer({ min: 0, max: 12 }), stamp: fc.constantFrom('', 'a', 'b') });
  const question = fc.uniqueArray(stamped, { maxLength: most, selector: ({ starId, stamp }) => starId + stamp });
  fc.assert(
    fc.property(fc.array(question, { maxLength: 60 }), (questions) => {
      const slots = new Slots(most);
      const held = new Map<number, string>();
      for (const asked of questions) {
        slots.begin();
        const stars = asked.map(({ starId, stamp }) => star(starId, stamp));
        for (const each of stars) slots.find(each);
        for (const each of stars) if (!slots.has(each)) held.set(slots.take(each), JSON.stringify(each));
        const places = stars.map((each) => slots.find(each) as number);
        expect(places.map((place) => held.get(place))).toEqual(stars.map((each) => JSON.stringify(each)));
        expect(Math.max(...places, 0)).toBeLessThan(most);
      }
    }),
  );
});

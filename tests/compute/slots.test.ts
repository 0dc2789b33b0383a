import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Slots } from '../../src/compute/slots.js';

test('a star keeps its place until its place is needed, which of those met of late it is not', () => {
  const slots = new Slots(3);
  slots.begin();
  const [a, b, c] = ['a', 'b', 'c'].map((key) => slots.take(key));
  expect(new Set([a, b, c]).size).toBe(3);
  slots.begin();
  const d = slots.take('d');
  slots.begin();
  const kept = ['a', 'b', 'c'].filter((key) => slots.has(key));
  expect(kept).toHaveLength(2);
  expect(slots.find('d')).toBe(d);
  slots.take('e');
  expect(slots.has('d')).toBe(true);
});

test('two stars never share a place, and none loses its place within a question, whatever is asked', () => {
  const most = 8;
  const question = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: most });
  fc.assert(
    fc.property(fc.array(question, { maxLength: 60 }), (questions) => {
      const slots = new Slots(most);
      const held = new Map<number, string>();
      for (const stars of questions) {
        slots.begin();
        const keys = stars.map(String);
        for (const key of keys) slots.find(key);
        for (const key of keys) if (!slots.has(key)) held.set(slots.take(key), key);
        const places = keys.map((key) => slots.find(key) as number);
        expect(places.map((place) => held.get(place))).toEqual(keys);
        expect(Math.max(...places, 0)).toBeLessThan(most);
      }
    }),
  );
});

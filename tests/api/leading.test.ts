import { expect, test } from 'vitest';
import { leading } from '../../src/api/twin/leading.js';
import { fc } from '../properties.js';

test('the leading items of a list are the first of it sorted, the earlier of two that are alike first', () => {
  const items = fc.array(fc.record({ key: fc.integer({ min: 0, max: 9 }), name: fc.integer() }), { maxLength: 80 });
  const compare = (a: { key: number }, b: { key: number }) => a.key - b.key;
  fc.assert(
    fc.property(items, fc.integer({ min: 1, max: 70 }), (list, count) => {
      expect(leading(list, count, compare)).toEqual(list.toSorted(compare).slice(0, count));
    }),
  );
});

import { expect, test } from 'vitest';
import { compareIds, type StarId, starId, surveyOf } from '../../src/domain/star.js';
import { fc } from '../properties.js';

test('a star’s key begins with its survey, whatever its name', () => {
  const id = starId('gaia', '1:2:3');
  expect(id).toBe('gaia:1:2:3');
  expect(surveyOf(id)).toBe('gaia');
});

test('keys are in the order of their bytes in UTF-8', () => {
  const name = fc.string({
    unit: fc.constantFrom('a', 'b', 'é', '\u{ff5e}', '\u{e000}', '\u{1f31f}', '\u{10ffff}'),
    maxLength: 6,
  });
  fc.assert(
    fc.property(name, name, (a, b) => {
      const [x, y]: StarId[] = [starId('s', a), starId('s', b)];
      expect(Math.sign(compareIds(x, y))).toBe(Buffer.compare(Buffer.from(x), Buffer.from(y)));
    }),
    { numRuns: 1000 },
  );
});

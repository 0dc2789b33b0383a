import { expect, test } from 'vitest';
import type { StarId } from '../../src/domain/star.js';
import type { StoredStar } from '../../src/storage/star.js';
import { sameStar } from '../../workers/calibration/sameStar.js';

const star = (id: string, ra: number | null, dec: number | null, aliases: Record<string, string> = {}): StoredStar => ({
  id: id as StarId,
  name: id,
  survey: 's',
  simulated: false,
  ra,
  dec,
  aliases,
});

test('stars of one place or of one identifier elsewhere are one star, in chains too', () => {
  const identity = sameStar([
    star('s:a', 10, 20),
    star('s:b', 10 + 0.5 / 3600, 20 - 0.5 / 3600, { gaia: '7' }),
    star('s:c', null, null, { gaia: '7', '2mass': '1' }),
    star('s:d', 10 + 3 / 3600, 20, { gaia: '8' }),
    star('s:e', 359.9999, 0),
    star('s:f', 0.0001, 0),
    star('s:g', 359.9999, 60, { '2mass': '9' }),
    star('s:h', 359.9996, 60, { gaia: '9' }),
  ]);
  const id = (name: string) => identity(name as StarId);
  expect([id('s:a'), id('s:b'), id('s:c')]).toEqual(['s:a', 's:a', 's:a']);
  expect(id('s:d')).toBe('s:d');
  expect(id('s:e')).toBe(id('s:f'));
  expect(id('s:g')).toBe(id('s:h'));
  expect(identity(undefined)).toBeNull();
});

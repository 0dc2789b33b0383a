import { expect, test } from 'vitest';
import { completedSnr } from '../../src/domain/signalToNoise.js';

/** A lower triangle by rows whose diagonal is 4, 9 and 14. */
const information = [4, 1, 9, 1, 1, 14];

test('the signal to noise is as stated, or what the information tells', () => {
  expect(completedSnr(80, information, 5)).toBe(80);
  for (const unknown of [null, Number.NaN, 0]) expect(completedSnr(unknown, information, 5)).toBeCloseTo(15, 12);
});

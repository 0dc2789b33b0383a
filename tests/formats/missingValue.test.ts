import { expect, test } from 'vitest';
import { known, knownDeclination, knownPositive, knownRightAscension } from '../../src/formats/missingValue.js';

test('NaN, infinity and the surveys’ sentinels are not values', () => {
  for (const value of [NaN, Infinity, -9999, -9999.99, 9999.99, null, undefined]) expect(known(value)).toBeNull();
  expect([0, -0.5, 4.5].map(known)).toEqual([0, -0.5, 4.5]);
});

test('a temperature is positive and may be above 9999 K', () => {
  for (const value of [NaN, Infinity, -9999, 0]) expect(knownPositive(value)).toBeNull();
  expect(knownPositive(12000)).toBe(12000);
});

test('positions are on the sky', () => {
  expect([0, 359.9, 360, -9999, 361, NaN].map(knownRightAscension)).toEqual([0, 359.9, 0, null, null, null]);
  expect([-90, 90, -9999, 90.1, NaN].map(knownDeclination)).toEqual([-90, 90, null, null, null]);
});

import { expect, test } from 'vitest';
import { fromErrors, fromInverseVariances } from '../../src/formats/usablePixels.js';

test('errors become inverse variances; what is not a usable number gets 0 and is counted', () => {
  const flux = [100, NaN, Infinity, 5, 5, 5, 5, 1e300, 5];
  const error = [2, 1, 1, 0, -1, NaN, Infinity, 1, 1e-30];
  const { flux: kept, ivar, unusable } = fromErrors(flux, error);
  expect([...ivar]).toEqual([0.25, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect([...kept]).toEqual([100, 0, 0, 5, 5, 5, 5, 0, 5]);
  expect(unusable).toBe(8);
});

test('the huge errors beside the gaps of a survey are usable, and weigh next to nothing', () => {
  const { ivar, unusable } = fromErrors([1], [4.5e13]);
  expect(unusable).toBe(0);
  expect(ivar[0]).toBeGreaterThan(0);
  expect(ivar[0]).toBeLessThan(1e-26);
});

test('an inverse variance of 0 is kept and not counted', () => {
  const { ivar, unusable } = fromInverseVariances([1, 1, 1, 1, NaN], [4, 0, -1, NaN, 4]);
  expect([...ivar]).toEqual([4, 0, 0, 0, 0]);
  expect(unusable).toBe(3);
});

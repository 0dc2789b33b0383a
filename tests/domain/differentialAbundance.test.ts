import { expect, test } from 'vitest';
import { differenceError, relativeWidth } from '../../src/domain/differentialAbundance.js';

const before = { common: 0.01, length: 0.5, factor: 1.1, factor68: 1, factor95: 2.2 };
const ranges = [Math.log(20), Math.log(200), 4000, 5000];
const star = (sigma: number, snr = 200, parameter = 4500) => ({ sigma, snr, parameter });

test('errors of estimators of earlier versions are those of the two stars but for what is common', () => {
  const errors = { scale: [1], species: [before] };
  const root = Math.sqrt(0.03 ** 2 + 0.04 ** 2 - 2 * 0.01 ** 2);
  expect(differenceError(errors, 0, [star(0.03), star(0.04)], 0)).toEqual({
    sigma: expect.closeTo(1.1 * root),
    half68: expect.closeTo(root),
    half95: expect.closeTo(2.2 * root),
  });
  // Far apart nothing is common; and of the sum a twentieth is left in any case.
  expect(differenceError(errors, 0, [star(0.03), star(0.04)], 9).sigma).toBeCloseTo(1.1 * 0.05, 10);
  expect(differenceError(errors, 0, [star(0.01), star(0.01)], 0).sigma).toBeCloseTo(1.1 * Math.sqrt(0.05 * 2e-4), 10);
});

test("each star's error is what its own signal to noise and temperature make of the stated one", () => {
  const spread = [0, Math.log(2), Math.log(1.5)];
  const errors = { scale: [1], ranges, species: [{ ...before, common: 0, factor: 1, spread }] };
  const of = (a: ReturnType<typeof star>, b: ReturnType<typeof star>) => differenceError(errors, 0, [a, b], 1).sigma;
  const middle = Math.sqrt(20 * 200);
  expect(of(star(0.03, middle), star(0.04, middle))).toBeCloseTo(0.05, 10);
  expect(of(star(0.03, 200), star(0.04, 20))).toBeCloseTo(Math.hypot(0.06, 0.02), 10);
  expect(of(star(0.03, 200, 5000), star(0, middle))).toBeCloseTo(0.09, 10);
  // Beyond the range the errors are those of its end.
  expect(of(star(0.03, 900, 9000), star(0, middle))).toBeCloseTo(0.09, 10);
});

test('the shape of the errors is that of the star that makes them, and nearer to the normal where both do', () => {
  // Both err in the root mean square by twice what holds 68 %.
  expect(relativeWidth([star(0.01), star(0)], [0.02, 0])).toBeCloseTo(0.5, 10);
  expect(relativeWidth([star(0.01), star(0.01)], [0.02, 0.02])).toBeCloseTo(Math.SQRT1_2, 10);
  expect(relativeWidth([star(0.02), star(0.03)], [0.02, 0.03])).toBeCloseTo(1, 10);
});

test('estimates without any error differ without any', () => {
  const errors = { scale: [1], ranges, species: [{ ...before, spread: [0] }] };
  expect(differenceError(errors, 0, [star(0), star(0)], 1)).toEqual({ sigma: 0, half68: 0, half95: 0 });
});

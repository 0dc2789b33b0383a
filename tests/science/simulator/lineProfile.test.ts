import { describe, expect, it } from 'vitest';
import { dampingWing, gaussianCore } from '../../../src/science/simulator/lineProfile.js';

const voigt = (a: number, v: number) => gaussianCore(v) + a * dampingWing(v);

describe('the Voigt profile', () => {
  it.each([
    // Real part of the Faddeeva function (Abramowitz & Stegun, chapter 7).
    [0.05, 0, 0.946],
    [0.01, 0, 0.98882],
    [0.01, 1, 0.3687],
    [0.1, 3, 0.00791],
    [0.05, 5, 0.0012],
  ])('is right at a = %d, v = %d', (a, v, expected) => {
    expect(Math.abs(voigt(a, v) / expected - 1)).toBeLessThan(0.015);
  });

  it('keeps its area whatever the damping', () => {
    const area = (a: number) => {
      let sum = 0;
      for (let v = -2000; v <= 2000; v += 0.05) sum += 0.05 * voigt(a, v);
      return sum;
    };
    expect(area(0.1) / Math.sqrt(Math.PI)).toBeCloseTo(1, 3);
    expect(area(0) / Math.sqrt(Math.PI)).toBeCloseTo(1, 6);
  });

  it('has no step where the table ends', () => {
    expect(dampingWing(11.9999) / dampingWing(12.0001)).toBeCloseTo(1, 3);
  });
});

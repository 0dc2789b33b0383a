import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/science/simulator/random.js';

const draw = (random: Random, count: number) => Array.from({ length: count }, () => random.normal());

describe('random numbers', () => {
  it('are the same for the same key and unlike for any other', () => {
    expect(draw(new Random(1, 2, 3), 5)).toEqual(draw(new Random(1, 2, 3), 5));
    const first = [
      new Random(1, 2, 3),
      new Random(1, 2, 4),
      new Random(1, 3, 3),
      new Random(2, 2, 3),
      new Random(3, 2, 1),
    ];
    expect(new Set(first.map((random) => random.uniform())).size).toBe(5);
    expect(new Random(2 ** 40).uniform()).not.toBe(new Random(0).uniform());
  });

  it('have the moments of the normal distribution', () => {
    const values = draw(new Random(5), 100_000);
    const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / values.length;
    expect(Math.abs(moment(1))).toBeLessThan(0.01);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.02);
    expect(Math.abs(moment(3))).toBeLessThan(0.03);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });

  it('of neighbouring keys are not correlated', () => {
    const [a, b] = [draw(new Random(1, 1), 20_000), draw(new Random(1, 2), 20_000)];
    const correlation = a.reduce((sum, x, i) => sum + x * b[i], 0) / a.length;
    expect(Math.abs(correlation)).toBeLessThan(0.03);
  });
});

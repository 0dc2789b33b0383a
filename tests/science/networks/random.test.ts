import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/science/networks/random.js';

const draw = (random: Random, count: number) => Float64Array.from({ length: count }, () => random.normal());

describe('random numbers', () => {
  it('repeat for the same keys and differ for any other', () => {
    const first = draw(new Random(7, 1, 20), 50);
    expect(draw(new Random(7, 1, 20), 50)).toEqual(first);
    for (const keys of [
      [7, 1, 21],
      [7, 2, 20],
      [8, 1, 20],
      [7, 20, 1],
      [7 + 2 ** 40, 1, 20],
    ])
      expect(draw(new Random(...keys), 50)).not.toEqual(first);
  });

  it('are normal: mean, variance and kurtosis of 200,000 draws', () => {
    const x = draw(new Random(1), 200_000);
    const moment = (power: number) => x.reduce((sum, value) => sum + value ** power, 0) / x.length;
    expect(moment(1)).toBeCloseTo(0, 1.9);
    expect(Math.abs(moment(2) - 1)).toBeLessThan(0.015);
    expect(Math.abs(moment(4) - 3)).toBeLessThan(0.1);
  });

  it('are uncorrelated between neighbouring streams', () => {
    const streams = Array.from({ length: 100 }, (_, key) => draw(new Random(3, key), 1000));
    const products = streams.slice(1).map((stream, i) => stream.reduce((sum, x, j) => sum + x * streams[i][j], 0));
    const correlation = products.reduce((sum, product) => sum + product, 0) / (99 * 1000);
    expect(Math.abs(correlation)).toBeLessThan(4 / Math.sqrt(99 * 1000));
  });

  it('permute every index once, and each place is as likely', () => {
    expect([...new Random(5).permutation(1000)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 1000 }, (_, i) => i),
    );
    const places = new Float64Array(10);
    for (let key = 0; key < 20_000; key++) places[new Random(9, key).permutation(10).indexOf(3)]++;
    for (const count of places) expect(Math.abs(count - 2000)).toBeLessThan(5 * Math.sqrt(1800));
  });
});

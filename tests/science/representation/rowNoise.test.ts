import { describe, expect, it } from 'vitest';
import { Random } from '../../../src/science/networks/random.js';
import { RowNoise } from '../../../src/science/representation/rowNoise.js';

const even = Float32Array.of(4);
const diagonal = Float32Array.of(1, 9, Number.POSITIVE_INFINITY);
const whole = Float32Array.of(4, 2, 5, 0, 1, 3);
const noise = new RowNoise(3, [even, diagonal, whole]);

describe('the noise of rows', () => {
  it('is read alike from the three ways in which it is kept', () => {
    const variances = [0, 1, 2].map((row) => [0, 1, 2].map((column) => noise.variance(row, column)));
    expect(variances).toEqual([
      [4, 4, 4],
      [1, 9, Number.POSITIVE_INFINITY],
      [4, 5, 3],
    ]);
    expect([0, 1, 2].map((row) => noise.meanVariance(row))).toEqual([4, 5, 4]);
    const triangles = [0, 2].map((row) => {
      const triangle = new Float64Array(6).fill(1);
      noise.addTo(triangle, row, 2);
      return [...triangle];
    });
    expect(triangles).toEqual([
      [9, 1, 9, 1, 1, 9],
      [9, 5, 11, 1, 3, 7],
    ]);
    expect([noise.isDiagonal, noise.slice(0, 2).isDiagonal]).toEqual([false, true]);
    expect(noise.pick([2, 0]).rows).toEqual([whole, even]);
  });

  it('is drawn with its covariance, and is 0 in columns that say nothing', () => {
    const count = 40_000;
    for (const [own, expected] of [
      [even, [4, 0, 4, 0, 0, 4]],
      [diagonal, [1, 0, 9, 0, 0, 0]],
      [whole, [4, 2, 5, 0, 1, 3]],
    ] as const) {
      const drawn = new RowNoise(3, new Array(count).fill(own)).draw(new Random(1));
      const found = expected.map((_, at) => {
        const i = at < 1 ? 0 : at < 3 ? 1 : 2;
        const j = at - (i * (i + 1)) / 2;
        let sum = 0;
        for (let row = 0; row < count; row++) sum += drawn[row * 3 + i] * drawn[row * 3 + j];
        return sum / count;
      });
      // A mean square of 9 has a standard deviation of 9 sqrt(2 / 40,000) = .06.
      found.forEach((value, at) => {
        expect(Math.abs(value - expected[at])).toBeLessThan(0.25);
      });
    }
  });

  it('comes back the same from tensors', () => {
    const again = RowNoise.fromTensors(noise.toTensors(), 3, 'a file');
    expect(again.rows).toEqual(noise.rows);
    const { covariances, lengths } = noise.toTensors();
    expect(() => RowNoise.fromTensors({ lengths }, 3, 'a file')).toThrow('a file: covariances');
    expect(() => RowNoise.fromTensors({ covariances }, 3, 'a file')).toThrow('a file: ');
  });
});

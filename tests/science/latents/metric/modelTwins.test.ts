import { describe, expect, it } from 'vitest';
import { ModelTwinSource } from '../../../../src/science/latents/metric/modelTwins.js';
import type { Disentangler } from '../../../../src/science/models/method.js';
import { Random } from '../../../../src/science/networks/random.js';
import { RowNoise } from '../../../../src/science/representation/rowNoise.js';

const WIDTH = 3;
const ROWS = 400;

/** x = (z0, z1, z0 u): decodes what it encodes, but for z1 at another u. */
const toy: Disentangler = {
  latentSize: 2,
  encode: (x, _, rows) => Float32Array.from({ length: rows * 2 }, (_, i) => x[Math.floor(i / 2) * WIDTH + (i % 2)]),
  decode: (z, u, rows) =>
    Float32Array.from({ length: rows * WIDTH }, (_, i) => {
      const row = Math.floor(i / WIDTH);
      return [z[row * 2], z[row * 2 + 1] + 0.1 * u[row], z[row * 2] * u[row]][i % WIDTH];
    }),
  linearise: () => {
    throw new Error('not needed here');
  },
  dispose: () => {},
};

const random = new Random(3);
const u = Float32Array.from({ length: ROWS }, () => 2 * random.uniform() - 1);
const x = Float32Array.from({ length: ROWS * WIDTH }, () => random.normal());
const uErrors = Float32Array.from({ length: ROWS }, (_, row) => (row % 2 ? 0.3 : 0));
const noise = new RowNoise(
  WIDTH,
  Array.from({ length: ROWS }, (_, row) => Float32Array.of(row % 2 ? 0.25 : 1e-4)),
);
/** As if the trend of z with u were u in both latents. */
const residual = {
  carry: (z: Float32Array, from: Float32Array, to: Float32Array) =>
    z.map((value, i) => value - from[Math.floor(i / 2)] + to[Math.floor(i / 2)]),
};
const source = new ModelTwinSource(toy, residual, { rows: ROWS, x, u, uErrors, noise }, [1.2]);
const next = (row: number) => (row + 1) % ROWS;

describe('model twins', () => {
  it('without noise are the star as it is, and as the encoder and decoder have it at the u of another', () => {
    const { decoded, observed } = source.silent();
    expect(observed.x).toEqual(x);
    expect(observed.u).toEqual(u);
    for (const row of [0, 17, ROWS - 1]) {
      const to = u[next(row)];
      expect(decoded.u[row]).toBe(to);
      expect(decoded.x[row * WIDTH]).toBe(x[row * WIDTH]);
      expect(decoded.x[row * WIDTH + 2]).toBeCloseTo(x[row * WIDTH] * to, 6);
      expect(decoded.uErrors[row]).toBe(uErrors[next(row)]);
      expect(decoded.noise.variance(row, 0)).toBe(noise.variance(next(row), 0));
    }
  });

  it('hold the residual where they have noise, which each leg draws from its own covariance, and independently', () => {
    const silent = source.silent();
    const { decoded, observed } = source.noisy(new Random(5));
    const trend = (row: number) => u[next(row)] - u[row];
    const differences = (leg: 'decoded' | 'observed', parity: number) =>
      Array.from({ length: ROWS / 2 }, (_, i) => {
        const at = (2 * i + parity) * WIDTH;
        return (leg === 'decoded' ? decoded.x[at] - trend(2 * i + parity) : observed.x[at]) - silent[leg].x[at];
      });
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    for (const [leg, parity, variance] of [
      ['observed', 0, 1e-4],
      ['observed', 1, 0.25],
      ['decoded', 0, 0.25],
      ['decoded', 1, 1e-4],
    ] as const)
      expect(Math.abs(mean(differences(leg, parity).map((d) => d * d)) / variance - 1)).toBeLessThan(0.3);
    const products = differences('decoded', 0).map((d, i) => (d * differences('observed', 0)[i]) / 0.005);
    expect(Math.abs(mean(products))).toBeLessThan(0.2);
  });

  it('err in u anew in the decoded leg alone, by the errors of the star that gave it', () => {
    const { decoded, observed } = source.noisy(new Random(5));
    expect(observed.u).toEqual(u);
    let moved = 0;
    for (let row = 0; row < ROWS; row++) {
      expect(Math.abs(decoded.u[row])).toBeLessThanOrEqual(Math.fround(1.2));
      if (uErrors[next(row)] === 0) expect(decoded.u[row]).toBe(u[next(row)]);
      else if (decoded.u[row] !== u[next(row)]) moved++;
    }
    expect(moved).toBe(ROWS / 2);
  });

  it('are the same for the same seed', () => {
    expect(source.noisy(new Random(9)).decoded.x).toEqual(source.noisy(new Random(9)).decoded.x);
    expect(source.noisy(new Random(9)).decoded.x).not.toEqual(source.noisy(new Random(10)).decoded.x);
  });
});

import { describe, expect, it } from 'vitest';
import { FileError } from '../../../../src/domain/errors.js';
import { Misfit } from '../../../../src/science/latents/map/misfit.js';
import { Random } from '../../../../src/science/networks/random.js';
import { RowNoise } from '../../../../src/science/representation/rowNoise.js';

const WIDTH = 30;
const STARS = 1000;
const noise = new RowNoise(
  WIDTH,
  Array.from({ length: STARS }, (_, row) => Float32Array.of(row % 2 ? 1e-4 : 2e-4)),
);

/** Noise, and along one direction of two columns an error of this variance. */
function residuals(of: RowNoise, variance: number): Float32Array {
  const random = new Random(3);
  const drawn = of.draw(random);
  for (let row = 0; row < of.rows.length; row++) {
    const error = Math.sqrt(variance / 2) * random.normal();
    drawn[row * of.width + 2] += error;
    drawn[row * of.width + 5] -= error;
  }
  return drawn;
}

const element = (misfit: Misfit, i: number, j: number) => misfit.triangle()[(i * (i + 1)) / 2 + j];

describe('the covariance of what a decoder gets wrong', () => {
  it('is found beyond the noise, in its own direction and size', () => {
    const misfit = Misfit.fit(residuals(noise, 1e-3), noise);
    expect(element(misfit, 2, 2) / 5e-4).toBeCloseTo(1, 0);
    expect(Math.abs(element(misfit, 5, 2) / -5e-4 - 1)).toBeLessThan(0.15);
    expect(Math.abs(element(misfit, 5, 5) / 5e-4 - 1)).toBeLessThan(0.15);
    expect(element(misfit, 10, 10)).toBeLessThan(5e-5);
    expect([...misfit.variances].filter((variance) => variance > 1e-5)).toHaveLength(1);
  });

  it('is the same when stars are among them whose fit came to nothing', () => {
    const all = residuals(noise, 1e-3);
    const half = new RowNoise(WIDTH, noise.rows.slice(0, STARS / 2));
    const spoilt = all.map((value, i) => (i >= (STARS / 2) * WIDTH && i % WIDTH === 3 ? Number.NaN : value));
    expect(Misfit.fit(spoilt, noise).triangle()).toEqual(
      Misfit.fit(all.slice(0, (STARS / 2) * WIDTH), half).triangle(),
    );
  });

  it('is none where residuals are noise, which alone spreads their variances by a third', () => {
    expect(Math.max(...Misfit.fit(residuals(noise, 0), noise).variances)).toBeLessThan(1e-12);
  });

  it('of many columns is their variances alone, and pixels that say nothing count for nothing', () => {
    const wide = 600;
    const rows = Array.from({ length: STARS }, (_, row) =>
      Float32Array.from({ length: wide }, (_, k) => (k === 7 && row % 2 ? Number.POSITIVE_INFINITY : 1e-4)),
    );
    const of = new RowNoise(wide, rows);
    const drawn = residuals(of, 1e-3);
    rows.forEach((_, row) => {
      if (row % 2) drawn[row * wide + 7] = 1e6;
    });
    const { variances, vectors } = Misfit.fit(drawn, of);
    expect(vectors).toBeNull();
    expect(Math.abs(variances[2] / 5e-4 - 1)).toBeLessThan(0.2);
    expect(variances[7]).toBeLessThan(2e-5);
    expect(variances.reduce((sum, value) => sum + value, 0) / wide).toBeLessThan(1e-5);
  });

  it('comes back the same from tensors, and is refused where they are not its own', () => {
    const misfit = Misfit.fit(residuals(noise, 1e-3), noise);
    const tensors = misfit.toTensors();
    expect(Misfit.fromTensors(tensors, WIDTH).triangle()).toEqual(misfit.triangle());
    expect(() => Misfit.fromTensors(tensors, WIDTH + 1)).toThrow(FileError);
    expect(() => Misfit.fromTensors({}, WIDTH)).toThrow('variances');
    const negative = { variances: { shape: [WIDTH], values: new Float64Array(WIDTH).fill(-1) } };
    expect(() => Misfit.fromTensors(negative, WIDTH)).toThrow(FileError);
  });
});

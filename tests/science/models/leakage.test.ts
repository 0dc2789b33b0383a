import { expect, it } from 'vitest';
import { measureLeakage, type Probed } from '../../../src/science/models/leakage.js';
import { Random } from '../../../src/science/networks/random.js';

/** Latents of size 5 whose first tells u by `tell`, with as much noise as signal where `noise` is 1. */
function latents(rows: number, key: number, tell: (u: number) => number, noise: number): Probed {
  const random = new Random(8, key);
  const u = Float32Array.from({ length: rows }, () => random.normal());
  const z = Float32Array.from({ length: rows * 5 }, (_, i) =>
    i % 5 === 0 ? tell(u[i / 5]) + noise * random.normal() : random.normal(),
  );
  return { rows, z, u };
}

const measure = (tell: (u: number) => number, noise: number) =>
  measureLeakage(latents(8000, 1, tell, noise), latents(8000, 2, tell, noise), 5, 1);

it('is nothing where z says nothing', () => {
  const { r2, bits } = measure(() => 0, 1);
  expect(r2[0]).toBeLessThan(0.02);
  expect(bits).toBeLessThan(0.02);
});

it('is R² = 1/2 and half a bit where z is u and as much noise', () => {
  const { r2, bits } = measure((u) => u, 1);
  expect(r2[0]).toBeCloseTo(0.5, 1);
  expect(bits).toBeCloseTo(0.5, 1);
});

it('sees what a straight line does not', () => {
  // u² tells |u|; the probe of u itself would see nothing in it, so the parameter here is u².
  const asSquare = (probed: Probed): Probed => ({ ...probed, u: probed.u.map((value) => value * value) });
  const { r2 } = measureLeakage(
    asSquare(latents(2000, 1, (u) => u, 0.1)),
    asSquare(latents(1000, 2, (u) => u, 0.1)),
    5,
    1,
  );
  expect(r2[0]).toBeGreaterThan(0.8);
});

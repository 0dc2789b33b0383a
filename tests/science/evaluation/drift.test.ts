import { describe, expect, test } from 'vitest';
import { latentDrift, twinOverlap } from '../../../src/science/evaluation/drift.js';
import { gaussians } from '../latents/randomNumbers.js';

const ROWS = 300;
const SIZE = 4;

function vectors(seed: number): Float32Array {
  const normal = gaussians(seed);
  return Float32Array.from({ length: ROWS * SIZE }, () => normal());
}

/** Rotated by 1 rad in the plane of the first two axes, the others swapped, and scaled. */
function turned(from: Float32Array, scale: number): Float32Array {
  const to = new Float32Array(from.length);
  for (let row = 0; row < ROWS; row++) {
    const [a, b, c, d] = from.subarray(row * SIZE, (row + 1) * SIZE);
    to.set(
      [a * Math.cos(1) - b * Math.sin(1), a * Math.sin(1) + b * Math.cos(1), d, -c].map((x) => scale * x),
      row * SIZE,
    );
  }
  return to;
}

const compare = (former: Float32Array, current: Float32Array) => ({
  rows: ROWS,
  former,
  formerSize: SIZE,
  current,
  currentSize: SIZE,
});

describe('the drift of latents', () => {
  test('is none where only the axes changed, and the twin lists are the same', () => {
    const compared = compare(vectors(1), turned(vectors(1), 3));
    expect(latentDrift(compared)).toBeCloseTo(0, 5);
    expect(twinOverlap(compared)).toBeCloseTo(1, 2);
  });

  test('is near 1 between what has nothing in common, and twin lists share what chance gives', () => {
    const compared = compare(vectors(1), vectors(2));
    expect(latentDrift(compared)).toBeGreaterThan(0.9);
    expect(twinOverlap(compared)).toBeLessThan(0.1);
  });

  test('grows with the noise in between', () => {
    const noisy = (share: number) => {
      const noise = vectors(3);
      return compare(
        vectors(1),
        vectors(1).map((x, i) => x + share * noise[i]),
      );
    };
    const [little, much] = [noisy(0.1), noisy(1)];
    expect(latentDrift(little)).toBeLessThan(latentDrift(much));
    expect(twinOverlap(little)).toBeGreaterThan(twinOverlap(much));
  });

  test('compares vectors of different lengths, and few stars', () => {
    const shorter = Float32Array.from({ length: ROWS }, (_, i) => vectors(1)[i * SIZE]);
    const drift = latentDrift({ ...compare(vectors(1), shorter), currentSize: 1 });
    expect(drift).toBeGreaterThan(0);
    expect(drift).toBeLessThan(1);
    expect(latentDrift({ ...compare(vectors(1), vectors(1)), rows: 1 })).toBe(0);
    expect(twinOverlap({ ...compare(vectors(1), vectors(1)), rows: 1 })).toBe(1);
  });
});

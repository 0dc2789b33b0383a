import { describe, expect, test } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import { projectPca } from '../../../src/science/projections/pca.js';
import { projectUmap, type UmapSettings } from '../../../src/science/projections/umap.js';
import { inThread } from '../../../src/science/surveyAnalysis/inThread.js';
import type { VectorSet } from '../../../src/science/surveyAnalysis/vectorSet.js';
import { gaussians } from '../latents/randomNumbers.js';

const WIDTH = 5;
const ROWS = 120;
const random = gaussians(4);
/** Three clouds far apart. */
const set: VectorSet = {
  vectors: Float32Array.from({ length: ROWS * WIDTH }, (_, i) => {
    const [row, k] = [Math.floor(i / WIDTH), i % WIDTH];
    return (k === row % 3 ? 40 : 0) + (k + 1) * random();
  }),
  rows: ROWS,
  width: WIDTH,
};
const settings: UmapSettings = { neighbours: 10, minimumDistance: 0.1, fitted: 1000, seed: 1 };

/** Share of points whose nearest point in the plane is of their own cloud. */
function together(x: Float32Array, y: Float32Array): number {
  const own = Array.from({ length: ROWS }, (_, row) => {
    let [best, least] = [-1, Number.POSITIVE_INFINITY];
    for (let other = 0; other < ROWS; other++) {
      const distance = Math.hypot(x[row] - x[other], y[row] - y[other]);
      if (other !== row && distance < least) [best, least] = [other, distance];
    }
    return best % 3 === row % 3;
  });
  return own.filter(Boolean).length / ROWS;
}

describe('principal components', () => {
  test('are those along which the stars spread most, uncorrelated and centred', () => {
    const { x, y, results } = projectPca(set);
    const sum = (values: Float32Array) => values.reduce((total, value) => total + value, 0);
    expect(sum(x) / ROWS).toBeCloseTo(0, 4);
    expect(sum(x.map((value, i) => value * y[i])) / ROWS).toBeCloseTo(0, 2);
    const [first, second] = results.explainedVariance as number[];
    expect(first).toBeGreaterThan(second);
    const total = Array.from({ length: WIDTH }, (_, k) => {
      const column = Float32Array.from({ length: ROWS }, (_, row) => set.vectors[row * WIDTH + k]);
      const mean = sum(column) / ROWS;
      return sum(column.map((value) => (value - mean) ** 2)) / (ROWS - 1);
    }).reduce((all, value) => all + value, 0);
    expect(sum(x.map((value) => value * value)) / (ROWS - 1) / total).toBeCloseTo(first, 5);
    expect(together(x, y)).toBe(1);
  });

  test('stand still: an axis does not flip when the stars are told in another order', () => {
    const reversed = { ...set, vectors: new Float32Array(set.vectors.length) };
    for (let row = 0; row < ROWS; row++)
      reversed.vectors.set(set.vectors.subarray(row * WIDTH, (row + 1) * WIDTH), (ROWS - 1 - row) * WIDTH);
    const [own, other] = [projectPca(set), projectPca(reversed)];
    for (let row = 0; row < ROWS; row++) expect(other.x[ROWS - 1 - row]).toBeCloseTo(own.x[row], 3);
  });

  test('of one dimension and of stars all alike are there', () => {
    const alike = projectPca({ vectors: new Float32Array(4).fill(2), rows: 4, width: 1 });
    expect([...alike.x, ...alike.y]).toEqual(new Array(8).fill(0));
    expect(alike.results.explainedVariance).toEqual([0, 0]);
  });
});

describe('UMAP', () => {
  test('keeps neighbours together, the same way every time', () => {
    const { x, y } = projectUmap(set, settings, silent);
    expect(together(x, y)).toBe(1);
    expect(projectUmap(set, settings, silent)).toEqual({ x, y, results: { fitted: ROWS } });
    expect(projectUmap(set, { ...settings, seed: 2 }, silent).x).not.toEqual(x);
  });

  test('places the stars that it does not lay out itself among their neighbours', () => {
    const { x, y, results } = projectUmap(set, { ...settings, fitted: 60 }, silent);
    expect(results).toEqual({ fitted: 60 });
    expect(together(x, y)).toBeGreaterThan(0.97);
  });

  test('is made in a thread too, and tells how far it is', async () => {
    const stages = new Set<string>();
    const { signal } = new AbortController();
    const plane = await inThread({ kind: 'umap', set, settings }, ({ stage }) => stages.add(stage), signal);
    expect(plane).toEqual(projectUmap(set, settings, silent));
    expect([...stages]).toEqual(['find neighbours', 'lay out']);
  });

  test('refuses too few stars, and vectors that are not finite, in a thread as here', async () => {
    const few = { vectors: set.vectors.slice(0, 9 * WIDTH), rows: 9, width: WIDTH };
    expect(() => projectUmap(few, settings, silent)).toThrow('at least 10 with a latent');
    const work = { kind: 'umap', set: few, settings } as const;
    await expect(inThread(work, silent, new AbortController().signal)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
    });
    const broken = { ...set, vectors: set.vectors.with(7, Number.NaN) };
    expect(() => projectPca(broken)).toThrow('NaN in row 1');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
import type { StarId } from '../../src/domain/star.js';
import { writeArtefact } from '../../src/science/artefact/artefact.js';
import { metricArtefact, syntheticMetric } from '../science/latents/metric/metricArtefact.js';
import { draw, evidenceOf, randomCovariance, randomInformation } from '../science/latents/metric/randomEvidence.js';
import { gaussians } from '../science/latents/randomNumbers.js';

const N = 5;
const metric = syntheticMetric(N);
const normal = gaussians(3);
const star = () => evidenceOf(randomInformation(N, N, 5, normal), draw(randomCovariance(N, 3, normal), N, normal));
const own = star();
const candidates = [own, star(), star()];
const model = { id: 'm', load: async () => metricArtefact(metric) };
let asked: string[] = [];
const idOf = (name: string, i: number): StarId => `${name}:${i}`;
const named = (stars: readonly unknown[], name = 'star') =>
  stars.map((_, i) => ({ starId: idOf(name, i), stamp: 'stamp' }));
/** Of stars by the names that `named` gives them. */
const knowing = (all: Readonly<Record<string, readonly (typeof own | null)[]>>) => {
  const evidence = new Map(
    Object.entries(all).flatMap(([name, stars]) => stars.map((star, i) => [idOf(name, i), star])),
  );
  return async (id: StarId) => {
    asked.push(id);
    return evidence.get(id) ?? null;
  };
};

let compute: Compute;
beforeAll(() => {
  compute = startCompute({ backend: 'auto' });
});
afterAll(() => compute.close());

describe('comparisons in the compute process', () => {
  it('are those of the stored metric', async () => {
    const [factors] = await compute.rank(
      model,
      [{ own, candidates: named(candidates) }],
      knowing({ star: candidates }),
    );
    expect(Array.from(factors)).toEqual(
      candidates.map((other) => metric.logBayesFactor(metric.weigh(own), metric.weigh(other))),
    );
    expect(await compute.compare(model, own, candidates)).toEqual(
      candidates.map((other) => metric.chiSquare(own, other)),
    );
    expect(await compute.rank(model, [{ own, candidates: [] }], knowing({}))).toEqual([new Float64Array(0)]);
    expect(await compute.rank(model, [], knowing({}))).toEqual([]);
  });

  it('ask for the evidence of a star once, and know another’s by its id and stamp', async () => {
    const [a, b, c] = [star(), star(), star()];
    const factors = (stars: readonly (typeof own | null)[], of = own) =>
      stars.map((other) => (other ? metric.logBayesFactor(metric.weigh(of), metric.weigh(other)) : Number.NaN));
    const met = named([a, b, null], 'met');
    asked = [];
    const [first] = await compute.rank(model, [{ own, candidates: met }], knowing({ met: [a, b, null] }));
    expect(Array.from(first)).toEqual(factors([a, b, null]));
    expect(asked.sort()).toEqual(['met:0', 'met:1', 'met:2']);
    asked = [];
    const [fresh] = named([c], 'new');
    const changed = { ...met[0], stamp: 'another' };
    const searches = [
      { own, candidates: [fresh, met[1], met[0], changed] },
      { own: a, candidates: [] },
      { own: b, candidates: [met[1], fresh] },
    ];
    const found = await compute.rank(model, searches, knowing({ new: [c], met: [c, null] }));
    expect(found.map((each) => Array.from(each))).toEqual([factors([c, b, a, c]), [], factors([b, c], b)]);
    expect(asked.sort()).toEqual(['met:0', 'new:0']);
  });

  it('answer any number of searches at a time', async () => {
    const stars = [star(), star(), star()];
    const names = Array.from({ length: 5 }, (_, i) => `search ${i}`);
    const evidence = knowing(Object.fromEntries(names.map((name) => [name, stars])));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) => {
        const candidates = named(stars, names[i % 5]).slice(i % 3);
        return compute.rank(model, [{ own, candidates }], evidence);
      }),
    );
    for (const [answer] of answers) expect(answer.every(Number.isFinite)).toBe(true);
  });

  it('say what a model of an older version lacks, and refuse evidence of another model', async () => {
    const older = { id: 'older', load: async () => writeArtefact({}, {}) };
    await expect(compute.rank(older, [{ own, candidates: [] }], knowing({}))).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('no metric'),
      remedy: expect.stringContaining('train'),
    });
    const wide = evidenceOf(new Float64Array(36), new Float64Array(6));
    for (const of of [own, wide]) {
      const searches = [{ own: of, candidates: named([of === own ? wide : own], 'wide') }];
      const evidence = knowing({ wide: [of === own ? wide : own] });
      await expect(compute.rank(model, searches, evidence)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    }
    await expect(compute.compare(model, wide, [own])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('are refused once the pool is closed', async () => {
    const other = startCompute({ backend: 'auto' });
    await other.close();
    await expect(other.rank(model, [{ own, candidates: [] }], knowing({}))).rejects.toMatchObject({
      code: 'NOT_READY',
    });
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Compute } from '../../src/compute/compute.js';
import { startCompute } from '../../src/compute/pool.js';
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
const named = (stars: readonly (typeof own | null)[], name = 'star') =>
  stars.map((evidence, i) => ({
    key: `${name} ${i}`,
    evidence: async () => {
      asked.push(`${name} ${i}`);
      return evidence;
    },
  }));

let compute: Compute;
beforeAll(() => {
  compute = startCompute({ backend: 'auto' });
});
afterAll(() => compute.close());

describe('comparisons in the compute process', () => {
  it('are those of the stored metric', async () => {
    expect(Array.from(await compute.rank(model, own, named(candidates)))).toEqual(
      candidates.map((other) => metric.logBayesFactor(metric.weigh(own), metric.weigh(other))),
    );
    expect(await compute.compare(model, own, candidates)).toEqual(
      candidates.map((other) => metric.chiSquare(own, other)),
    );
    expect(await compute.rank(model, own, [])).toHaveLength(0);
  });

  it('ask for the evidence of a star once, and know another’s by its key', async () => {
    const [a, b, c] = [star(), star(), star()];
    const factors = (stars: readonly (typeof own | null)[]) =>
      stars.map((other) => (other ? metric.logBayesFactor(metric.weigh(own), metric.weigh(other)) : Number.NaN));
    const [, before] = named([a, b, null], 'met');
    asked = [];
    expect(Array.from(await compute.rank(model, own, named([a, b, null], 'met')))).toEqual(factors([a, b, null]));
    expect(asked.sort()).toEqual(['met 0', 'met 1', 'met 2']);
    asked = [];
    const again = [...named([c], 'new'), before, ...named([a], 'met')];
    expect(Array.from(await compute.rank(model, own, again))).toEqual(factors([c, b, a]));
    expect(asked).toEqual(['new 0']);
    const searches = Array.from({ length: 20 }, (_, i) => named([a, b, c].slice(i % 3), `search ${i % 5}`));
    const answers = await Promise.all(searches.map((candidates) => compute.rank(model, own, candidates)));
    for (const answer of answers) expect(answer.every(Number.isFinite)).toBe(true);
  });

  it('say what a model of an older version lacks, and refuse evidence of another model', async () => {
    const older = { id: 'older', load: async () => writeArtefact({}, {}) };
    await expect(compute.rank(older, own, named(candidates))).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('no metric'),
      remedy: expect.stringContaining('train'),
    });
    const wide = evidenceOf(new Float64Array(36), new Float64Array(6));
    await expect(compute.rank(model, own, named([wide], 'wide'))).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(compute.compare(model, wide, [own])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('are refused once the pool is closed', async () => {
    const other = startCompute({ backend: 'auto' });
    await other.close();
    await expect(other.rank(model, own, named(candidates))).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});

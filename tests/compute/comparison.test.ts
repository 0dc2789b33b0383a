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

let compute: Compute;
beforeAll(() => {
  compute = startCompute({ backend: 'auto' });
});
afterAll(() => compute.close());

describe('comparisons in the compute process', () => {
  it('are those of the stored metric', async () => {
    expect(Array.from(await compute.rank(model, own, candidates))).toEqual(
      candidates.map((other) => metric.logBayesFactor(metric.weigh(own), metric.weigh(other))),
    );
    expect(await compute.compare(model, own, candidates)).toEqual(
      candidates.map((other) => metric.chiSquare(own, other)),
    );
    expect(await compute.rank(model, own, [])).toHaveLength(0);
  });

  it('say what a model of an older version lacks, and refuse evidence of another model', async () => {
    const older = { id: 'older', load: async () => writeArtefact({}, {}) };
    await expect(compute.rank(older, own, candidates)).rejects.toMatchObject({
      code: 'NOT_READY',
      message: expect.stringContaining('no metric'),
      remedy: expect.stringContaining('train'),
    });
    const wide = evidenceOf(new Float64Array(36), new Float64Array(6));
    await expect(compute.rank(model, own, [wide])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    await expect(compute.compare(model, wide, [own])).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  });

  it('are refused once the pool is closed', async () => {
    const other = startCompute({ backend: 'auto' });
    await other.close();
    await expect(other.rank(model, own, candidates)).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});

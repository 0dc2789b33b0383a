import { expect, test } from 'vitest';
import { rankBy } from '../../src/compute/comparison.js';
import { WeighedStars } from '../../src/compute/weighedStars.js';
import { syntheticMetric } from '../science/latents/metric/metricArtefact.js';
import { draw, evidenceOf, randomCovariance, randomInformation } from '../science/latents/metric/randomEvidence.js';
import { gaussians } from '../science/latents/randomNumbers.js';

const N = 5;
const metric = syntheticMetric(N);
const normal = gaussians(7);
const newStar = () => evidenceOf(randomInformation(N, N, 5, normal), draw(randomCovariance(N, 3, normal), N, normal));

test('a star in a place is compared until another one takes it', () => {
  const stars = new WeighedStars(metric);
  const [own, before, after] = [newStar(), newStar(), newStar()];
  const factor = (other: typeof own) => metric.logBayesFactor(metric.weigh(own), metric.weigh(other));
  const places = Int32Array.of(3);
  expect(rankBy(stars, { own, fresh: [{ place: 3, evidence: before }], places })[0]).toBe(factor(before));
  expect(rankBy(stars, { own, fresh: [], places })[0]).toBe(factor(before));
  expect(rankBy(stars, { own, fresh: [{ place: 3, evidence: after }], places })[0]).toBe(factor(after));
  expect(() => rankBy(stars, { own, fresh: [], places: Int32Array.of(4) })).toThrow('place 4');
});

test('evidence that cannot be used has no factor, and takes none from the others', () => {
  const stars = new WeighedStars(metric);
  const [own, good] = [newStar(), newStar()];
  const bad = { ...newStar(), information: new Float32Array(15).fill(-1e6) };
  const fresh = [good, bad].map((evidence, place) => ({ place, evidence }));
  const [factor, none, again] = rankBy(stars, { own, fresh, places: Int32Array.of(0, 1, 1) });
  expect(factor).toBe(metric.logBayesFactor(metric.weigh(own), metric.weigh(good)));
  expect([none, again]).toEqual([Number.NaN, Number.NaN]);
  expect(Array.from(rankBy(stars, { own: bad, fresh: [], places: Int32Array.of(0) }))).toEqual([Number.NaN]);
});

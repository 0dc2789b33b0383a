import { expect, test } from 'vitest';
import { rankBy } from '../../src/compute/comparison.js';
import { NOWHERE, WeighedStars } from '../../src/compute/weighedStars.js';
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
  const at = (place: number) => ({ owns: [own], searches: Int32Array.of(0), places: Int32Array.of(place) });
  expect(rankBy(stars, { ...at(3), fresh: [{ place: 3, evidence: before }] })[0]).toBe(factor(before));
  expect(rankBy(stars, { ...at(3), fresh: [] })[0]).toBe(factor(before));
  expect(rankBy(stars, { ...at(3), fresh: [{ place: 3, evidence: after }] })[0]).toBe(factor(after));
  expect(() => rankBy(stars, { ...at(4), fresh: [] })).toThrow('place 4');
});

test('evidence that cannot be used has no factor, and takes none from the others', () => {
  const stars = new WeighedStars(metric);
  const [own, good] = [newStar(), newStar()];
  const bad = { ...newStar(), information: new Float32Array(15).fill(-1e6) };
  const fresh = [good, bad].map((evidence, place) => ({ place, evidence }));
  const asked = { owns: [own, bad], fresh, searches: Int32Array.of(0, 0, 0, 0, 1) };
  const found = rankBy(stars, { ...asked, places: Int32Array.of(0, 1, 1, NOWHERE, 0) });
  const factor = metric.logBayesFactor(metric.weigh(own), metric.weigh(good));
  expect(Array.from(found)).toEqual([factor, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
});

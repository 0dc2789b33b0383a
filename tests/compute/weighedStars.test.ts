import { expect, test } from 'vitest';
import { rankBy } from '../../src/compute/comparison.js';
import { WeighedStars } from '../../src/compute/weighedStars.js';
import { syntheticMetric } from '../science/latents/metric/metricArtefact.js';
import { draw, evidenceOf, randomCovariance, randomInformation } from '../science/latents/metric/randomEvidence.js';
import { gaussians } from '../science/latents/randomNumbers.js';

const N = 5;
const metric = syntheticMetric(N);
const normal = gaussians(7);
const newStar = (key?: string) => ({
  ...evidenceOf(randomInformation(N, N, 5, normal), draw(randomCovariance(N, 3, normal), N, normal)),
  ...(key !== undefined && { key }),
});

test('a star that is met again is not made ready again, one without a key is', () => {
  const stars = new WeighedStars(metric);
  const star = newStar('a');
  const copy = { ...star, informationVector: star.informationVector.slice() };
  expect(stars.weigh(copy)).toBe(stars.weigh(star));
  const nameless = newStar();
  expect(stars.weigh(nameless)).not.toBe(stars.weigh(nameless));
  expect(stars.weigh(nameless)).toEqual(metric.weigh(nameless));
});

test('other evidence under the same key is another star’s', () => {
  const stars = new WeighedStars(metric);
  const [before, after] = [newStar('a'), newStar('a')];
  stars.weigh(before);
  expect(stars.weigh(after)).toEqual(metric.weigh(after));
  const better = { ...after, information: after.information.map((x) => 2 * x) };
  expect(stars.weigh(better)).toEqual(metric.weigh(better));
});

test('as many are kept as may be, those used last', () => {
  const stars = new WeighedStars(metric, 2);
  const [a, b, c] = [newStar('a'), newStar('b'), newStar('c')];
  const [first, second] = [stars.weigh(a), stars.weigh(b)];
  stars.weigh(a);
  stars.weigh(c);
  expect(stars.weigh(a)).toBe(first);
  expect(stars.weigh(b)).not.toBe(second);
});

test('evidence that cannot be used has no factor, and takes none from the others', () => {
  const stars = new WeighedStars(metric);
  const [own, good] = [newStar('own'), newStar('good')];
  const bad = { ...newStar('bad'), information: new Float32Array(15).fill(-1e6) };
  const [factor, none, again] = rankBy(stars, own, [good, bad, bad]);
  expect(factor).toBe(metric.logBayesFactor(metric.weigh(own), metric.weigh(good)));
  expect([none, again]).toEqual([Number.NaN, Number.NaN]);
  expect(Array.from(rankBy(stars, bad, [good]))).toEqual([Number.NaN]);
});

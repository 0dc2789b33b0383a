import { describe, expect, test } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import { agreement } from '../../../src/science/groups/agreement.js';
import { findGroups } from '../../../src/science/groups/finder.js';
import { searchGroups } from '../../../src/science/groups/groupSearch.js';
import { kmeansGroups } from '../../../src/science/groups/kmeans.js';
import { withinReach } from '../../../src/science/groups/reach.js';
import { shuffle } from '../../../src/science/groups/shuffledStars.js';
import { significances } from '../../../src/science/groups/significance.js';
import { covariance } from '../../../src/science/linearAlgebra/matrices.js';
import type { VectorSet } from '../../../src/science/surveyAnalysis/vectorSet.js';
import { gaussians } from '../latents/randomNumbers.js';

const WIDTH = 6;
const CLUSTERS = 4;
const MEMBERS = 12;

/** A correlated population of field stars, and clusters in it whose members scatter by 1 in every direction. */
function survey(field: number, clusters: number, seed = 1): { set: VectorSet; truth: Int32Array } {
  const random = gaussians(seed);
  const star = () => {
    const main = 60 * random();
    return Array.from({ length: WIDTH }, (_, k) => (k % 2 === 0 ? main : -main) + 20 * random());
  };
  const rows = Array.from({ length: field }, star);
  const truth = rows.map(() => -1);
  for (let cluster = 0; cluster < clusters; cluster++) {
    const centre = star();
    for (let member = 0; member < MEMBERS; member++) {
      rows.push(centre.map((value) => value + random()));
      truth.push(cluster);
    }
  }
  return {
    set: { vectors: Float32Array.from(rows.flat()), rows: rows.length, width: WIDTH },
    truth: Int32Array.from(truth),
  };
}

function labels(groups: readonly { readonly members: readonly number[] }[], rows: number): Int32Array {
  const found = new Int32Array(rows).fill(-1);
  groups.forEach(({ members }, group) => {
    for (const row of members) found[row] = group;
  });
  return found;
}

const { set, truth } = survey(450, CLUSTERS);
const kmeans = { method: 'kmeans', leastMembers: 8, cellStars: 12, reach: 2, seed: 3 } as const;
const density = { method: 'hdbscan', leastMembers: 8, mostMembers: 100, samples: 8, reach: 2 } as const;
const chance = { realisations: 4, seed: 5, threads: 2 };

describe.each([kmeans, density])('groups by $method', (finder) => {
  test('are the clusters, and chance hardly explains them', async () => {
    const { groups } = await searchGroups(set, finder, chance, silent, new AbortController().signal);
    const strong = groups.filter(({ falsePositiveRate }) => falsePositiveRate <= 0.05);
    expect(agreement(truth, labels(strong, set.rows))).toMatchObject({ recovered: 1, spurious: 0, groups: CLUSTERS });
    expect(strong.every(({ significance }) => significance === 1 / (chance.realisations + 1))).toBe(true);
    // Members scatter by 1 in each of the dimensions.
    for (const { spread } of strong) expect(spread).toBeCloseTo(Math.sqrt(WIDTH), 0);
  });

  test('are none to speak of where there are no clusters', async () => {
    const { groups } = await searchGroups(survey(500, 0, 9).set, finder, chance, silent, new AbortController().signal);
    expect(groups.filter(({ falsePositiveRate }) => falsePositiveRate <= 0.05)).toEqual([]);
  });

  test('are the same every time, and none of a search that is called off', async () => {
    const search = () => searchGroups(set, finder, chance, silent, new AbortController().signal);
    expect(await search()).toEqual(await search());
    const stopped = searchGroups(set, finder, chance, silent, AbortSignal.abort(new Error('stopped')));
    await expect(stopped).rejects.toThrow('stopped');
  });
});

test('many stars are searched in threads, with the same outcome', async () => {
  const many = survey(600, 2).set;
  const { signal } = new AbortController();
  const { groups } = await searchGroups(many, density, { ...chance, realisations: 1 }, silent, signal);
  const here = findGroups(many, density, silent);
  const first = ({ members }: { readonly members: readonly number[] }) => members[0];
  expect(groups.map(first).sort()).toEqual(here.map(first).sort());
  expect(here.length).toBeGreaterThan(1);
});

test('K-means finds nothing among fewer stars than two groups have', () => {
  expect(kmeansGroups(survey(15, 0).set, kmeans, silent)).toEqual([]);
});

test('within reach are those of one chemistry, wherever the search starts among them', () => {
  const rows = Array.from(truth.keys()).filter((row) => truth[row] === 1 || row < 5);
  const members = rows.filter((row) => truth[row] === 1);
  const start = set.vectors.slice(members[3] * WIDTH, (members[3] + 1) * WIDTH);
  expect(withinReach(set, rows, 2, start)).toEqual(members);
});

test('shuffled stars keep the covariance of the population, up to a turn, and lose the clusters', () => {
  const shuffled = shuffle(set, 2, 1);
  const trace = (of: VectorSet) => {
    const matrix = covariance(Float64Array.from(of.vectors), WIDTH);
    return Array.from({ length: WIDTH }, (_, k) => matrix[k * (WIDTH + 1)]).reduce((sum, value) => sum + value, 0);
  };
  expect(trace(shuffled) / trace(set)).toBeCloseTo(1, 4);
  const columns = (of: VectorSet, axis: number) =>
    Float32Array.from({ length: of.rows }, (_, row) => of.vectors[row * WIDTH + axis]).sort();
  expect(columns(shuffle(set, 2, 2), 0)).toEqual(columns(shuffled, 0));
  expect(shuffle(set, 2, 2).vectors).not.toEqual(shuffled.vectors);
  const pairwise = (of: VectorSet, a: number, b: number) =>
    Math.hypot(...Array.from({ length: WIDTH }, (_, k) => of.vectors[a * WIDTH + k] - of.vectors[b * WIDTH + k]));
  expect(pairwise(set, 450, 451)).toBeLessThan(8);
  expect(pairwise(shuffled, 450, 451)).toBeGreaterThan(8);
});

test('significance counts what chance makes as strong, and trusts a stronger group no less', () => {
  const nulls = [[1, 2], [3], [], []];
  const [strong, middle, weak] = significances([5, 3, 1], nulls);
  expect(strong).toEqual({ significance: 1 / 5, falsePositiveRate: 0 });
  expect(middle).toEqual({ significance: 2 / 5, falsePositiveRate: 1 / 4 / 2 });
  expect(weak).toEqual({ significance: 4 / 5, falsePositiveRate: 3 / 4 / 3 });
  expect(significances([], nulls)).toEqual([]);
});

test('agreement is that of a contingency table worked by hand', () => {
  const perfect = Int32Array.of(0, 0, 0, 1, 1, -1, -1);
  expect(agreement(perfect, Int32Array.of(7, 7, 7, 4, 4, -1, -1))).toMatchObject({
    adjustedRandIndex: 1,
    recovered: 1,
    completeness: 1,
    purity: 1,
  });
  // Hubert & Arabie's index of {0 1 2 | 3 4 5} and {0 1 | 2 3 | 4 5}: (2 - 6·3/15) / ((6 + 3) / 2 - 6·3/15).
  const half = agreement(Int32Array.of(0, 0, 0, 1, 1, 1), Int32Array.of(0, 0, 1, 1, 2, 2));
  expect(half.adjustedRandIndex).toBeCloseTo(0.8 / 3.3, 12);
  expect(half).toMatchObject({ clusters: 2, groups: 3, recovered: 1, spurious: 1 });
  expect(half.completeness).toBeCloseTo(2 / 3, 12);
});

import { expect, test } from 'vitest';
import { type ClusterSurvey, clusterSizes, drawClusterSurvey } from '../../../src/science/simulator/clusterSurvey.js';
import { simulateRows } from '../../../src/science/simulator/simulatedRows.js';

const survey: ClusterSurvey = { clusters: 5, members: [3, 9], field: 40 };
const sizes = clusterSizes(8, survey);
const all = drawClusterSurvey(8, survey, sizes, 0, 40 + sizes.reduce((sum, size) => sum + size, 0));

test('members share their abundances and nothing else; the stars of the field share none', () => {
  const clusters = Map.groupBy(
    all.filter(({ group }) => group !== ''),
    ({ group }) => group,
  );
  expect([...clusters.values()].map((members) => members.length)).toEqual(sizes);
  for (const members of clusters.values()) {
    expect(new Set(members.map(({ abundances }) => JSON.stringify(abundances))).size).toBe(1);
    expect(new Set(members.map(({ star }) => star.teff)).size).toBe(members.length);
  }
  const patterns = new Set(all.map(({ abundances }) => JSON.stringify(abundances)));
  expect(patterns.size).toBe(survey.field + survey.clusters);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test('sizes are within the range, and reach both of its ends', () => {
  const many = clusterSizes(1, { clusters: 500, members: [3, 9], field: 0 });
  expect([Math.min(...many), Math.max(...many)]).toEqual([3, 9]);
});

test('a star is the same whichever block it is made in', () => {
  expect([...drawClusterSurvey(8, survey, sizes, 0, 41), ...drawClusterSurvey(8, survey, sizes, 41, 2)]).toEqual(
    all.slice(0, 43),
  );
  expect(drawClusterSurvey(9, survey, clusterSizes(9, survey), 0, 1)[0].abundances).not.toEqual(all[0].abundances);
});

test('rows know their cluster, and no twin', () => {
  const rows = simulateRows({ seed: 8, snr: 100, continuum: false, survey }, 39, 2);
  expect(rows.group).toEqual(['', 'sim-8-c000']);
  expect([...rows.twin]).toEqual([-1, -1]);
  expect(rows.ids).toEqual(['sim-8-f0000039', 'sim-8-c000-000']);
});

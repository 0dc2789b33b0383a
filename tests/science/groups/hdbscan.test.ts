import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import { type HdbscanSettings, hdbscan } from '../../../src/science/groups/hdbscan.js';
import { pickRows, type VectorSet } from '../../../src/science/surveyAnalysis/vectorSet.js';

interface Fixture {
  readonly width: number;
  readonly scale: number;
  readonly points: readonly number[];
  readonly results: readonly {
    readonly leastMembers: number;
    readonly samples: number;
    readonly labels: readonly number[];
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../../fixtures/hdbscan/clusters.json', import.meta.url), 'utf8'),
) as Fixture;
const set: VectorSet = {
  vectors: Float32Array.from(fixture.points, (value) => value / fixture.scale),
  rows: fixture.points.length / fixture.width,
  width: fixture.width,
};
const settings: HdbscanSettings = { leastMembers: 8, mostMembers: Number.POSITIVE_INFINITY, samples: 1 };

/** Groups as sets of rows, whatever their order. */
function partition(groups: readonly { readonly members: readonly number[] }[]): string[] {
  return groups.map(({ members }) => members.toSorted((a, b) => a - b).join(' ')).sort();
}

function byLabel(labels: readonly number[]): string[] {
  const groups = Map.groupBy(labels.keys(), (row) => labels[row]);
  groups.delete(-1);
  return partition([...groups.values()].map((members) => ({ members })));
}

/** Stars in another group than that which most of their own are in. */
function differing(groups: readonly { readonly members: readonly number[] }[], labels: readonly number[]): number {
  const own = labels.map((_, row) => groups.findIndex(({ members }) => members.includes(row)));
  const counts = Map.groupBy(labels.keys(), (row) => `${labels[row]} ${own[row]}`);
  const most = new Map<string, number>();
  for (const [pair, rows] of counts) {
    const [label] = pair.split(' ');
    most.set(label, Math.max(most.get(label) ?? 0, rows.length));
  }
  return labels.length - [...most.values()].reduce((sum, count) => sum + count, 0);
}

describe('HDBSCAN', () => {
  test.each(fixture.results)(
    'finds what scikit-learn finds: $leastMembers members, $samples samples',
    ({ labels, leastMembers, samples }) => {
      const found = hdbscan(set, { leastMembers, samples, mostMembers: Number.POSITIVE_INFINITY }, silent);
      expect(found.length).toBe(byLabel(labels).length);
      expect(found.length).toBeGreaterThan(2);
      // Of one sample no two ways are of one length; of more, a star may be as far from two groups as its own core distance, and belongs to either.
      if (samples === 1) expect(partition(found)).toEqual(byLabel(labels));
      expect(differing(found, labels)).toBeLessThanOrEqual(2);
    },
  );

  test('does not depend on the order of the stars, nor on where and how large the whole is', () => {
    const order = Int32Array.from({ length: set.rows }, (_, i) => (i * 101 + 7) % set.rows);
    const groups = hdbscan(pickRows(set, order), settings, silent).map(({ members }) => ({
      members: members.map((row) => order[row]),
    }));
    const whole = hdbscan(set, settings, silent);
    expect(partition(groups)).toEqual(partition(whole));
    const moved = { ...set, vectors: set.vectors.map((value) => 4 * value + 32) };
    const scaled = hdbscan(moved, settings, silent);
    expect(partition(scaled)).toEqual(partition(whole));
    const [score, other] = [whole[0].score, scaled.find(({ members }) => members[0] === whole[0].members[0])?.score];
    expect(other).toBeCloseTo(score / 4, 6);
  });

  test('takes stars of one and the same vector for a group', () => {
    const vectors = set.vectors.slice();
    for (let row = 1; row < 10; row++) vectors.copyWithin(row * set.width, 0, set.width);
    const groups = hdbscan({ ...set, vectors }, settings, silent);
    const first = groups.find(({ members }) => members.includes(0));
    expect(first?.members).toEqual(expect.arrayContaining([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]));
    expect(Number.isFinite(first?.score)).toBe(true);
  });

  test('takes a cluster of too many apart, or keeps its densest part', () => {
    const whole = hdbscan(set, settings, silent);
    const most = 30;
    const parts = hdbscan(set, { ...settings, mostMembers: most }, silent);
    expect(parts.length).toBeGreaterThanOrEqual(whole.length);
    const large = whole.filter(({ members }) => members.length > most);
    expect(large.length).toBeGreaterThan(0);
    for (const { members } of large) {
      const within = parts.filter((part) => part.members.every((row) => members.includes(row)));
      expect(within.length).toBeGreaterThan(0);
    }
    for (const { members, midst } of parts) {
      expect(members.length).toBeLessThanOrEqual(most);
      expect(members).toEqual(expect.arrayContaining([...midst]));
    }
  });

  test('finds nothing among too few stars', () => {
    expect(hdbscan(pickRows(set, [0, 1, 2, 3]), settings, silent)).toEqual([]);
  });
});

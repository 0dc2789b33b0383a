import { expect, test } from 'vitest';
import { EvidenceComparison, type EvidenceTable } from '../../../src/science/evaluation/evidenceTable.js';
import { NearestRows } from '../../../src/science/evaluation/nearest.js';
import { inThreads, shared, sharedArray } from '../../../src/science/evaluation/threads.js';
import { rankTwins } from '../../../src/science/evaluation/twinRanks.js';
import { Random } from '../../../src/science/networks/random.js';
import { noisyTwins, twinsOf } from './noisyTwins.js';

function distance(vectors: Float32Array, width: number, a: number, b: number): number {
  let sum = 0;
  for (let k = 0; k < width; k++) sum += (vectors[a * width + k] - vectors[b * width + k]) ** 2;
  return sum;
}

test('the nearest rows are those of a sort, whatever their number', () => {
  const [rows, width] = [60, 5];
  const random = new Random(3);
  const vectors = Float32Array.from({ length: rows * width }, () => random.normal());
  for (const most of [1, 7, 59, 300]) {
    const nearest = new NearestRows(most);
    nearest.find(vectors, rows, width, 11);
    const sorted = Array.from({ length: rows }, (_, row) => row)
      .filter((row) => row !== 11)
      .sort((a, b) => distance(vectors, width, 11, a) - distance(vectors, width, 11, b));
    expect([...nearest.rows.subarray(0, nearest.size)].sort()).toEqual(sorted.slice(0, most).sort());
  }
});

test('the Bayes factor is the definition, worked by hand in one dimension', () => {
  // ev(L, e) = ½ e² / (L + 1) - ½ ln(L + 1)
  const ev = (l: number, e: number) => (0.5 * e * e) / (l + 1) - 0.5 * Math.log(l + 1);
  const table: EvidenceTable = {
    size: 1,
    information: Float64Array.of(3, 8),
    vector: Float64Array.of(2, -5),
  };
  expect(new EvidenceComparison(table).logBayesFactor(0, 1)).toBeCloseTo(ev(11, -3) - ev(3, 2) - ev(8, -5), 12);
});

test('the nearest are ranked again by the Bayes factor, and what lies beyond them stays where it was', () => {
  const { table, vectors, rows, width } = noisyTwins(40, 3, 2);
  const twin = twinsOf(rows);
  const ranks = { byDistance: new Int32Array(rows), byEvidence: new Int32Array(rows) };
  const candidates = 10;
  rankTwins({ vectors, width, twin, evidence: table, candidates }, 0, rows, ranks);
  const comparison = new EvidenceComparison(table);
  for (let row = 0; row < rows; row++) {
    const others = Array.from({ length: rows }, (_, other) => other).filter((other) => other !== row);
    const near = others
      .sort((a, b) => distance(vectors, width, row, a) - distance(vectors, width, row, b))
      .slice(0, candidates);
    const place = others.indexOf(twin[row]);
    expect(ranks.byDistance[row]).toBe(place);
    const score = (other: number) => comparison.logBayesFactor(row, other);
    const before = near.filter((other) => score(other) > score(twin[row])).length;
    expect(ranks.byEvidence[row]).toBe(place < candidates ? before : place);
  }
});

test('the Bayes factor finds more than the distance where stars differ in their noise', () => {
  const { table, vectors, rows, width } = noisyTwins(400, 6, 4);
  const ranks = { byDistance: new Int32Array(rows), byEvidence: new Int32Array(rows) };
  rankTwins({ vectors, width, twin: twinsOf(rows), evidence: table, candidates: 300 }, 0, rows, ranks);
  const first = (values: Int32Array) => values.filter((rank) => rank === 0).length / rows;
  expect(first(ranks.byEvidence)).toBeGreaterThan(1.1 * first(ranks.byDistance));
});

test('threads together do what one does alone, and stop when they are told to', async () => {
  const { table, vectors, rows, width } = noisyTwins(60, 4, 5);
  const alone = { byDistance: new Int32Array(rows), byEvidence: new Int32Array(rows) };
  const evidence = { ...table, information: shared(table.information), vector: shared(table.vector) };
  const task = { vectors: shared(vectors), width, twin: shared(twinsOf(rows)), evidence, candidates: 30 };
  rankTwins(task, 0, rows, alone);
  const ranks = { byDistance: sharedArray(Int32Array, rows), byEvidence: sharedArray(Int32Array, rows) };
  const done: number[] = [];
  const course = { items: rows, block: 7, processes: 2, report: (n: number) => void done.push(n) };
  await inThreads({ kind: 'twins', task, ranks }, { ...course, signal: new AbortController().signal });
  expect([...ranks.byDistance]).toEqual([...alone.byDistance]);
  expect([...ranks.byEvidence]).toEqual([...alone.byEvidence]);
  expect(done.at(-1)).toBe(rows);
  await expect(inThreads({ kind: 'twins', task, ranks }, { ...course, signal: AbortSignal.abort() })).rejects.toThrow(
    /abort/,
  );
});

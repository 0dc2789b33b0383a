import { beforeAll, describe, expect, test } from 'vitest';
import { fisherInformation } from '../../../src/science/evaluation/bound/fisherInformation.js';
import { observeIdeally } from '../../../src/science/evaluation/bound/idealEvidence.js';
import { rankIdeally, rowsByClass } from '../../../src/science/evaluation/bound/idealRanks.js';
import { EvidenceComparison } from '../../../src/science/evaluation/evidenceTable.js';
import { triangleSize, unpack } from '../../../src/science/linearAlgebra/triangle.js';
import { elements, population } from '../../../src/science/simulator/population.js';
import { synthesise } from '../../../src/science/simulator/synthesis.js';
import { drawPair } from '../../../src/science/simulator/twinPair.js';
import { chipPixels } from '../simulator/chipStatistics.js';
import { twinsOf } from './noisyTwins.js';

const all = elements.length;
const matrices = 2;
const fisher = new Float64Array(matrices * triangleSize(all));
const stars = Array.from({ length: matrices }, (_, pair) => {
  const { abundances, stars: both } = drawPair(8, pair);
  return { ...both[0], abundances };
});

beforeAll(() => {
  stars.forEach((star, i) => {
    fisher.set(fisherInformation(star), i * triangleSize(all));
  });
});

function abundancesOf(pairs: number): Float64Array {
  const values = new Float64Array(2 * pairs * all);
  for (let row = 0; row < 2 * pairs; row++) {
    const { abundances } = drawPair(21, row >> 1);
    elements.forEach((element, i) => {
      values[row * all + i] = abundances[element];
    });
  }
  return values;
}

interface Case {
  readonly pairs: number;
  readonly snr: number;
  readonly noisy?: boolean;
  readonly fehKnown?: boolean;
}

function recovery({ pairs, snr, noisy = true, fehKnown = false }: Case): number {
  const observation = observeIdeally({
    fisher,
    abundances: abundancesOf(pairs),
    snr: new Float64Array(2 * pairs).fill(snr),
    noisy,
    fehKnown,
    seed: 1,
  });
  const ranks = new Int32Array(2 * pairs);
  const members = rowsByClass(observation);
  rankIdeally({ observation, twin: twinsOf(2 * pairs), members }, 0, members.length, ranks);
  return ranks.filter((rank) => rank === 0).length / ranks.length;
}

describe('the best possible recovery', () => {
  test('rests on the information that a change of abundance leaves in the flux', () => {
    const [{ teff, logg, abundances }] = stars;
    const at = (change: number) =>
      synthesise({ teff, logg, abundances: { ...abundances, Mg: abundances.Mg + change } });
    const [changed, plain] = [at(0.01 * population.Mg.sigma), at(0)];
    const square = chipPixels.reduce((sum, pixel) => sum + (changed[pixel] - plain[pixel]) ** 2, 0);
    const i = elements.indexOf('Mg');
    const information = unpack(fisher.subarray(0, triangleSize(all)), all)[i * all + i];
    expect(Math.abs(square / 0.01 ** 2 / information - 1)).toBeLessThan(0.03);
  });

  test('is all without noise, and falls with it', () => {
    expect(recovery({ pairs: 60, snr: 200, noisy: false })).toBe(1);
    const falling = [100, 30, 10, 3].map((snr) => recovery({ pairs: 300, snr }));
    expect(falling[0]).toBe(1);
    for (let i = 1; i < falling.length; i++) expect(falling[i]).toBeLessThanOrEqual(falling[i - 1]);
    expect(falling[3]).toBeLessThan(0.5);
  });

  test('is less where [Fe/H] is known and never used to match', () => {
    expect(recovery({ pairs: 300, snr: 20, fehKnown: true })).toBeLessThan(recovery({ pairs: 300, snr: 20 }) - 0.05);
  });

  test('ranks as the Bayes factor does, star by star, whatever each star’s noise', () => {
    const rows = 24;
    const observation = observeIdeally({
      fisher,
      abundances: abundancesOf(rows / 2),
      snr: Float64Array.from({ length: rows }, (_, row) => (row % 3 === 0 ? 20 : 8)),
      noisy: true,
      fehKnown: false,
      seed: 2,
    });
    const { classOf, size, vector } = observation;
    const packed = triangleSize(size);
    const information = new Float64Array(rows * packed);
    classOf.forEach((c, row) => {
      information.set(observation.information.subarray(c * packed, (c + 1) * packed), row * packed);
    });
    const comparison = new EvidenceComparison({ size, information, vector });
    const ranks = new Int32Array(rows);
    const members = rowsByClass(observation);
    const twin = twinsOf(rows);
    rankIdeally({ observation, twin, members }, 0, members.length, ranks);
    for (let row = 0; row < rows; row++) {
      const score = (other: number) => comparison.logBayesFactor(row, other);
      const others = Array.from({ length: rows }, (_, other) => other).filter((other) => other !== row);
      expect(ranks[row]).toBe(others.filter((other) => score(other) > score(twin[row])).length);
    }
  });
});

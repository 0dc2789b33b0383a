import { describe, expect, it } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import type { ObservingConditions } from '../../../src/domain/systematics.js';
import { Random } from '../../../src/science/networks/random.js';
import { linearReading } from '../../../src/science/systematics/linearReading.js';
import { sharingOf } from '../../../src/science/systematics/sharing.js';
import { findSystematics } from '../../../src/science/systematics/systematics.js';
import { trendsWith } from '../../../src/science/systematics/trends.js';

const STARS = 800;
const LATENTS = 6;
const falseAlarms = 0.01;

function normals(count: number, ...keys: number[]): Float64Array {
  const random = new Random(...keys);
  return Float64Array.from({ length: count }, () => random.normal());
}

const latents = (seed: number) =>
  Array.from({ length: LATENTS }, (_, k) => ({ name: `latent ${k + 1}`, values: normals(STARS, seed, k) }));
const test = (seed: number, shuffles = 399) =>
  ({ stage: 'after', shuffles, falseAlarms, random: new Random(seed) }) as const;

describe('trends of latents with a property', () => {
  const property = {
    name: 'fibre',
    kind: 'number',
    values: normals(STARS, 99).map((value) => 150 + 60 * value),
  } as const;

  it('finds a slope that was planted, and no other', () => {
    const [first, ...others] = latents(1);
    const planted = { ...first, values: first.values.map((value, i) => value + 0.005 * (property.values[i] - 150)) };
    const trends = trendsWith(property, [planted, ...others], test(2));
    expect(trends?.quantities.map(({ found }) => found)).toEqual([true, false, false, false, false, false]);
    // Within four standard errors of 1 / (60 √800).
    expect(Math.abs((trends?.quantities[0].slope ?? 0) - 0.005)).toBeLessThan(4 / (60 * Math.sqrt(STARS)));
  });

  it('finds what differs from field to field', () => {
    const fields = Array.from({ length: STARS }, (_, i) => `field ${i % 20}`);
    const [first, ...others] = latents(1);
    const planted = { ...first, values: first.values.map((value, i) => value + 0.5 * Math.sin(i % 20)) };
    const trends = trendsWith({ name: 'field', kind: 'class', values: fields }, [planted, ...others], test(2));
    expect(trends?.quantities.map(({ found }) => found)).toEqual([true, false, false, false, false, false]);
    expect(trends?.quantities[0].slope).toBeNull();
  });

  it('finds something in clean stars as rarely as it says', () => {
    let alarms = 0;
    const surveys = 400;
    for (let survey = 0; survey < surveys; survey++) {
      const clean = latents(1000 + survey).map(({ name, values }) => ({ name, values: values.subarray(0, 100) }));
      const values = normals(100, 5000 + survey);
      const trends = trendsWith({ name: 'snr', kind: 'number', values }, clean, {
        ...test(survey, 99),
        falseAlarms: 0.05,
      });
      if (trends?.quantities.some(({ found }) => found)) alarms++;
    }
    // 20 of 400 expected; four standard deviations of a binomial are 17.
    expect(alarms).toBeGreaterThan(3);
    expect(alarms).toBeLessThan(37);
  });

  it('does not take two strange stars for a trend', () => {
    const strange = (values: Float64Array, far: number) => values.map((value, i) => (i < 2 ? far : value));
    const [first, ...others] = latents(1);
    const quantities = [{ ...first, values: strange(first.values, 50) }, ...others];
    const trends = trendsWith({ ...property, values: strange(property.values, 5000) }, quantities, test(2));
    expect(trends?.quantities.some(({ found }) => found)).toBe(false);
    const even = strange(new Float64Array(STARS).fill(100), 150);
    expect(trendsWith({ name: 'snr', kind: 'number', values: even }, quantities, test(2))).toBeNull();
  });

  it('finds a trend with a property that is 0 for most stars', () => {
    const values = normals(STARS, 77).map((value, i) => (i % 3 === 0 ? 1 + 0.2 * value : 0));
    const [first, ...others] = latents(1);
    const planted = { ...first, values: first.values.map((value, i) => value + 0.8 * values[i]) };
    const trends = trendsWith({ name: 'vscatter', kind: 'number', values }, [planted, ...others], test(2));
    expect(trends?.quantities.map(({ found }) => found)).toEqual([true, false, false, false, false, false]);
  });

  it('leaves out stars of which the property is not known, and says nothing of too few', () => {
    const some = property.values.map((value, i) => (i < 100 ? value : Number.NaN));
    expect(trendsWith({ ...property, values: some }, latents(1), test(2))?.stars).toBe(100);
    const few = property.values.map((value, i) => (i < 10 ? value : Number.NaN));
    expect(trendsWith({ ...property, values: few }, latents(1), test(2))).toBeNull();
    expect(trendsWith({ ...property, values: property.values.map(() => 7) }, latents(1), test(2))).toBeNull();
  });
});

it('abundances read off latents by a linear map keep what these have of a property', () => {
  const own = latents(1);
  const teff = normals(STARS, 8);
  const leaking = own.map(({ name, values }) => ({ name, values: values.map((value, i) => value + 0.3 * teff[i]) }));
  const magnesium = { name: 'Mg', values: own[0].values.map((value, i) => (i === 7 ? Number.NaN : 0.1 * value + 0.2)) };
  const clean = linearReading(own, magnesium);
  clean.values.forEach((value, i) => {
    expect(value).toBeCloseTo(0.1 * own[0].values[i] + 0.2, 4);
  });
  const property = { name: 'teff', kind: 'number', values: teff } as const;
  const [before, after] = [linearReading(leaking, magnesium), magnesium];
  expect(trendsWith(property, [before], test(2))?.quantities[0].found).toBe(true);
  expect(trendsWith(property, [after], test(2))?.quantities[0].found).toBe(false);
  const unknown = { name: 'Rb', values: own[0].values.map(() => Number.NaN) };
  expect(linearReading(own, unknown).values.every(Number.isNaN)).toBe(true);
});

describe('neighbours that share a condition', () => {
  const keys = Array.from({ length: STARS }, (_, i) => (i % 9 === 0 ? null : `${i % 40}`));
  /** Stars of one key lie about a point of their own, `pull` times as far from the origin as they scatter. */
  const vectors = (pull: number) => {
    const own = normals(STARS * LATENTS, 3);
    const centres = normals(40 * LATENTS, 4);
    const set = Float32Array.from(own, (value, i) => {
      const star = Math.floor(i / LATENTS);
      return value + pull * centres[(star % 40) * LATENTS + (i % LATENTS)];
    });
    return { vectors: set, rows: STARS, width: LATENTS };
  };

  it('are explained by it where it moves the latents', () => {
    const sharing = sharingOf('fibre', keys, vectors(1), test(5));
    expect(sharing).toMatchObject({ explains: true, neighbours: 10, stars: keys.filter((key) => key !== null).length });
    expect(sharing?.observed).toBeGreaterThan(0.1);
    expect(sharing?.expected).toBeCloseTo(1 / 40, 2);
    expect(sharing?.probability).toBe(1 / 400);
  });

  it('are not where it does not', () => {
    const sharing = sharingOf('fibre', keys, vectors(0), test(5));
    expect(sharing?.explains).toBe(false);
    expect(sharing?.probability).toBeGreaterThan(falseAlarms);
  });
});

it('reports every stage, property and condition that is known', () => {
  const unknown: ObservingConditions = { fibre: null, lineWidth: null, vscatter: null, telescope: null, field: null };
  const teff = { name: 'teff', values: normals(STARS, 8).map((value) => 4500 + 200 * value) };
  const before = latents(1).map(({ name, values }) => ({
    name,
    values: values.map((value, i) => value + 0.002 * (teff.values[i] - 4500)),
  }));
  const input = {
    stages: [
      { stage: 'before', latents: before, parameters: [teff] },
      { stage: 'after', latents: latents(1), parameters: [teff] },
    ],
    abundances: [{ ...latents(1)[0], name: 'Mg' }],
    snr: normals(STARS, 9).map((value) => 100 + 10 * value),
    conditions: Array.from({ length: STARS }, (_, i) => ({ ...unknown, field: `${i % 25}` })),
    set: { vectors: Float32Array.from(normals(STARS * LATENTS, 3)), rows: STARS, width: LATENTS },
  } as const;
  const report = findSystematics(input, { shuffles: 199, falseAlarms, seed: 1 }, silent);
  const found = report.trends.map(({ property, stage, quantities }) => [
    property,
    stage,
    quantities.filter(({ found }) => found).length,
  ]);
  expect(found).toEqual([
    ['teff', 'before', LATENTS + 1],
    ['snr', 'before', 0],
    ['field', 'before', 0],
    ['teff', 'after', 0],
    ['snr', 'after', 0],
    ['field', 'after', 0],
  ]);
  expect(report.sharing.map(({ condition, explains }) => [condition, explains])).toEqual([['field', false]]);
  expect(findSystematics(input, { shuffles: 199, falseAlarms, seed: 1 }, silent)).toEqual(report);
});

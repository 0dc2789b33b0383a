import { beforeAll, expect, test } from 'vitest';
import type { DifferentialErrors } from '../../../src/domain/differentialAbundance.js';
import { fitDifferential } from '../../../src/science/abundances/differential.js';
import { ErrorModel } from '../../../src/science/abundances/errorModel.js';
import {
  type ComparedEstimates,
  measureDifferences,
  pairsOf,
} from '../../../src/science/evaluation/abundanceDifferences.js';
import { Random } from '../../../src/science/networks/random.js';

const scale = [1, 1, 1];
const draw = (random: Random) => ({
  inputs: Float64Array.from({ length: 3 }, () => random.normal()),
  teff: 4000 + 1000 * random.uniform(),
});

/**
 * Errors of one species: what the estimator errs by about a place, which stars there have in common; of a star's own, mostly small but for one star in twenty; and noise, which hides both
 * the fainter a star is. The stars as bright ones, with three fainter views of each.
 */
function heldOut(stars: number, seed: number) {
  const random = new Random(seed);
  const drawn = Array.from({ length: stars }, () => ({ ...draw(random), own: ownError(random) }));
  const views = [0, 1, 2, 3].flatMap((view) =>
    drawn.map((each, star) => ({ ...each, star, snr: view ? 15 * (200 / 15) ** random.uniform() : 200 })),
  );
  const noise = Float32Array.from(views, ({ snr }) => 2 / snr);
  return {
    held: {
      rows: views.length,
      species: 1,
      truth: new Float64Array(views.length),
      values: Float32Array.from(
        views,
        ({ inputs, own }, row) => commonError(inputs) + own + noise[row] * random.normal(),
      ),
      noise,
      snr: Float64Array.from(views, ({ snr }) => snr),
      parameter: Float64Array.from(views, ({ teff }) => teff),
    },
    star: Int32Array.from(views, ({ star }) => star),
    inputs: Float64Array.from(views.flatMap(({ inputs }) => Array.from(inputs))),
    scale,
    snrPerInformation: 1,
  };
}

function commonError(inputs: Float64Array): number {
  return 0.01 * Math.sqrt(2) * Math.cos(2 * inputs[0] + inputs[1]);
}

function ownError(random: Random): number {
  return random.normal() * (random.uniform() < 0.05 ? 0.05 : 0.004);
}

let errors: ErrorModel;
let differential: DifferentialErrors;
const levels = [200, 100, 50, 30, 20];
const seen = new Map<number, ComparedEstimates>();
beforeAll(() => {
  const learnt = heldOut(5000, 1);
  errors = ErrorModel.fit(learnt.held);
  differential = fitDifferential(learnt, errors, 1);
  for (const snr of levels) seen.set(snr, fresh(snr));
});

/** Other stars, all at one signal to noise. */
function fresh(snr: number): ComparedEstimates {
  const random = new Random(2, snr);
  const rows = 5000;
  const stars = Array.from({ length: rows }, () => draw(random));
  const value = Float32Array.from(
    stars,
    ({ inputs }) => commonError(inputs) + ownError(random) + (2 / snr) * random.normal(),
  );
  const widths = stars.map(({ teff }) => errors.halfWidths(0, 2 / snr, snr, teff));
  const teff = Float64Array.from(stars, (star) => star.teff);
  return {
    estimates: {
      rows,
      species: 1,
      truth: new Float64Array(rows),
      value,
      sigma: Float32Array.from(widths, ([sigma]) => sigma),
      half95: Float32Array.from(widths, ([, half95]) => half95),
      reliable: Array.from(value, () => true),
      teff,
    },
    inputs: Float64Array.from(stars.flatMap(({ inputs }) => Array.from(inputs))),
    star: stars.map((_, row) => snr * rows + row),
    snr: new Float64Array(rows).fill(snr),
    parameter: teff,
  };
}

async function measured(noise: readonly [number, number], near: boolean, told = differential) {
  const [first, second] = noise.map((snr) => seen.get(snr) as ComparedEstimates);
  return (await measureDifferences(first, second, told, await pairsOf(first, second, scale, near, 3)))[0];
}

const pairs: [number, number][] = [
  ...levels.map((snr): [number, number] => [snr, snr]),
  [200, 50],
  [200, 20],
  [50, 20],
];

test.each(pairs)('differences of stars at SNR %i and %i err as much as is stated', async (...noise) => {
  for (const near of [false, true]) {
    const { pull, within68, within95 } = await measured(noise, near);
    expect(Math.abs(pull - 1)).toBeLessThan(0.1);
    expect(Math.abs(within68 - 0.683)).toBeLessThan(0.07);
    expect(Math.abs(within95 - 0.95)).toBeLessThan(0.02);
  }
});

test('that errors are not normal where noise hides nothing makes the difference', async () => {
  const { spread: _, ...before } = differential.species[0];
  const told = { ...differential, species: [before] };
  expect((await measured([200, 200], false, told)).pull).toBeGreaterThan(1.15);
  expect((await measured([20, 20], false, told)).pull).toBeLessThan(1.05);
});

test('neighbours have the more in common the brighter they are, and it is left out', async () => {
  const { common } = differential.species[0];
  expect(Math.abs(common - 0.01)).toBeLessThan(0.004);
  const { rmse, independent } = await measured([200, 200], true);
  expect(rmse).toBeLessThan(0.9 * independent);
  const { pull } = await measured([200, 200], true, {
    ...differential,
    species: [{ ...differential.species[0], common: 0 }],
  });
  expect(pull).toBeLessThan(0.9);
});

test('a star makes no pair with itself as others see it', () => {
  const learnt = heldOut(300, 4);
  const alone = { ...learnt, star: new Int32Array(learnt.held.rows) };
  // No pair is left: nothing is known to be common.
  expect(fitDifferential(alone, ErrorModel.fit(learnt.held), 1).species[0]).toMatchObject({ common: 0, factor68: 0 });
});

test('few stars are told by one factor, and a species that no star knows keeps what is stated', () => {
  const few = heldOut(100, 5);
  const { species } = fitDifferential(few, ErrorModel.fit(few.held), 1);
  expect(species[0].spread).toHaveLength(1);
  const unknown = { ...few, held: { ...few.held, truth: few.held.truth.fill(Number.NaN) } };
  const [none] = fitDifferential(unknown, ErrorModel.fit(unknown.held), 1).species;
  expect(none.spread).toEqual([0]);
  expect(Object.values(none).flat().every(Number.isFinite)).toBe(true);
});

import { beforeAll, describe, expect, test } from 'vitest';
import { AbundanceEstimator, type EstimatedAbundances } from '../../../src/science/abundances/estimator.js';
import { trainEstimator } from '../../../src/science/abundances/estimatorTraining.js';
import type { ReferenceSet } from '../../../src/science/abundances/referenceSet.js';
import { abundanceEstimators } from '../../../src/science/abundances/registry.js';
import { measureCoverage } from '../../../src/science/evaluation/abundanceCoverage.js';
import { measureDifferences, pairsOf } from '../../../src/science/evaluation/abundanceDifferences.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { species, syntheticReference, withViews } from './syntheticReference.js';

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});
const course = { seed: 1, report: () => {}, signal: new AbortController().signal };
const own = (values: Float32Array, s: number) =>
  Float32Array.from({ length: values.length / species.length }, (_, row) => values[row * species.length + s]);

/** What an estimate is tested by. */
function tested({ latents, abundances }: ReferenceSet, estimated: EstimatedAbundances) {
  const teff = Float64Array.from({ length: latents.rows }, (_, row) => latents.refined[2 * row]);
  const reliable = estimated.reason.map((reason) => reason === null);
  return { ...estimated, rows: latents.rows, species: species.length, truth: abundances, reliable, teff };
}

describe.each(abundanceEstimators.map(({ name }) => name))('%s', (method) => {
  let estimator: AbundanceEstimator;
  const fresh = syntheticReference(4000, { seed: 8, snr: [25, 100] });
  const input = { latents: fresh.latents, snr: fresh.snr, extrapolated: new Uint8Array(fresh.latents.rows) };
  beforeAll(async () => {
    const reference = withViews(syntheticReference(3000, { seed: 7, snr: [80, 100] }));
    estimator = await trainEstimator(backend, method, ['teff', 'logg'], reference, course);
  });

  test('covers the truth of stars that it has not seen, also at lower signal to noise, as often as it says', () => {
    for (const { within68, within95 } of measureCoverage(tested(fresh, estimator.estimate(input)))) {
      expect(Math.abs(within68 - 0.683)).toBeLessThan(0.035);
      expect(Math.abs(within95 - 0.95)).toBeLessThan(0.02);
    }
  });

  test('says which species no line tells, and which only follow another', () => {
    const [fe, mg, p, rb] = estimator.told.figures;
    expect([fe, mg].map(({ minimumSnr }) => minimumSnr)).toEqual([15, 15]);
    expect([p, rb].map(({ minimumSnr }) => minimumSnr)).toEqual([null, null]);
    // Its estimate is far better than the scatter of the population: it is Fe's.
    expect(rb.rmse).toBeLessThan(0.35 * rb.scatter);
    const { reason } = estimator.estimate(input);
    expect(reason.slice(0, 4)).toEqual([null, null, 'own-lines', 'own-lines']);
  });

  test('does not rely on extrapolated stars, nor below the signal to noise that was tried', () => {
    const { rows } = fresh.latents;
    const lies = (change: object) => estimator.estimate({ ...input, ...change }).reason[0];
    expect(lies({ extrapolated: new Uint8Array(rows).fill(1) })).toBe('extrapolated');
    expect(lies({ snr: new Float64Array(rows).fill(10) })).toBe('snr');
    expect(lies({ snr: new Float64Array(rows).fill(Number.NaN) })).toBeNull();
  });

  test('states errors of differences that leave out what two alike stars have in common', async () => {
    const estimates = tested(fresh, estimator.estimate(input));
    const { scaler } = estimator.parts;
    const inputs = scaler.raw(fresh.latents);
    const { differential } = estimator.told;
    const star = Array.from(estimates.teff.keys());
    const seen = { estimates, inputs, star, snr: fresh.snr, parameter: estimates.teff };
    for (const near of [false, true]) {
      const pairs = await pairsOf(seen, seen, differential.scale, near, 1);
      const [fe, mg] = await measureDifferences(seen, seen, differential, pairs);
      // What a linear map leaves of Mg is no noise: the wrong curve, whose errors are far from normal.
      for (const { pull } of method === 'linear' ? [fe] : [fe, mg]) expect(Math.abs(pull - 1)).toBeLessThan(0.1);
    }
  });

  test('is the same from its bytes, and from the same stars and seed', async () => {
    const back = AbundanceEstimator.fromArtefact(backend, estimator.toArtefact());
    expect(back.estimate(input)).toEqual(estimator.estimate(input));
    expect(back.told.differential).toEqual(estimator.told.differential);
    back.dispose();
    const few = syntheticReference(400, { seed: 9, snr: [80, 100] });
    const twice = await Promise.all([1, 2].map(() => trainEstimator(backend, method, ['teff', 'logg'], few, course)));
    expect(twice[0].toArtefact()).toEqual(twice[1].toArtefact());
    for (const each of twice) each.dispose();
  });

  test('takes [Fe/H] from the parameters of a model that removes it', async () => {
    const few = syntheticReference(400, { seed: 10, snr: [80, 100], metallicity: true });
    const removing = await trainEstimator(backend, method, ['teff', 'logg', 'feh'], few, course);
    const { value, sigma } = removing.estimate({ ...few, extrapolated: new Uint8Array(400) });
    own(value, 0).forEach((feh, row) => {
      expect(feh).toBe(few.latents.refined[3 * row + 2]);
    });
    expect(Math.max(...own(sigma, 0))).toBeLessThan(1e-5);
    removing.dispose();
  });

  test('learns a species from the stars that have it', async () => {
    const few = syntheticReference(900, { seed: 11, snr: [80, 100] });
    const abundances = few.abundances.map((value, at) => (at % 4 === 1 && at % 8 < 4 ? Number.NaN : value));
    const partly = await trainEstimator(backend, method, ['teff', 'logg'], { ...few, abundances }, course);
    const [fe, mg] = partly.told.figures;
    expect(mg.trained).toBeGreaterThan(0.4 * fe.trained);
    expect(mg.trained).toBeLessThan(0.6 * fe.trained);
    expect(mg.rmse).toBeLessThan(0.6 * mg.scatter);
    partly.dispose();
  });
});

test('networks learn what a linear map cannot', async () => {
  const reference = syntheticReference(3000, { seed: 12, snr: [80, 100] });
  const [linear, nonlinear] = await Promise.all(
    ['linear', 'nonlinear'].map((method) => trainEstimator(backend, method, ['teff', 'logg'], reference, course)),
  );
  expect(nonlinear.told.figures[1].rmse).toBeLessThan(0.6 * linear.told.figures[1].rmse);
  expect(nonlinear.told.figures[0].rmse).toBeLessThan(1.05 * linear.told.figures[0].rmse);
});

test('tensors are given back', async () => {
  const { tf } = backend;
  const before = tf.memory().numTensors;
  const few = syntheticReference(300, { seed: 13, snr: [80, 100] });
  const estimator = await trainEstimator(backend, 'nonlinear', ['teff', 'logg'], few, course);
  estimator.estimate({ ...few, extrapolated: new Uint8Array(300) });
  estimator.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

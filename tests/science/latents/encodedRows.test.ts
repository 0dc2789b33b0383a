import { expect, test } from 'vitest';
import { EncodedRows } from '../../../src/science/latents/encodedRows.js';
import type { MapEstimate } from '../../../src/science/latents/map/estimate.js';
import { ParameterScaler } from '../../../src/science/latents/parameterScaler.js';

const scaler = new ParameterScaler(
  ['teff', 'logg'],
  [
    { min: 4000, max: 5000, limit: 1.2 },
    { min: 1, max: 3, limit: 1.2 },
  ],
);

/** Three rows of a model with one latent; all parameters are exact. */
function estimate(changes: Partial<MapEstimate>): MapEstimate {
  const ones = () => new Float32Array(3).fill(1);
  return {
    rows: 3,
    encoded: ones(),
    latents: ones(),
    residual: ones(),
    information: ones(),
    informationVector: ones(),
    u: new Float32Array(6),
    uCovariance: new Float64Array(9),
    chi2: ones(),
    steps: new Uint8Array(3),
    ...changes,
  };
}

function kept(changes: Partial<MapEstimate>) {
  const rows = new EncodedRows(1, scaler, { rows: 3 });
  const parameters = Float64Array.from([4500, 2, 0, 4500, 2, 0, 4500, 2, 0]);
  rows.keep(Int32Array.of(0, 1, 2), estimate(changes), new Float32Array(3).fill(1), new Uint8Array(3), parameters);
  return rows.result;
}

test.each<[string, Partial<MapEstimate>]>([
  ['misfit is NaN', { chi2: Float32Array.of(1, Number.NaN, 1) }],
  ['residual latent is NaN though its misfit is not', { residual: Float32Array.of(1, Number.NaN, 1) }],
  ['information is infinite', { information: Float32Array.of(1, Number.POSITIVE_INFINITY, 1) }],
])('a row whose %s has a reason and no number of a latent; the others keep theirs', (_, changes) => {
  const { reasons, latents, searched, residual, refined } = kept(changes);
  expect(reasons).toEqual([null, 'no finite latent fits the spectrum', null]);
  for (const values of [latents, searched, residual]) expect([...values]).toEqual([1, Number.NaN, 1]);
  expect([...refined]).toEqual([4500, 2, Number.NaN, Number.NaN, 4500, 2]);
});

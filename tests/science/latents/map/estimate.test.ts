import { EigenvalueDecomposition, inverse, Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LatentModel } from '../../../../src/science/latents/latentModel.js';
import { loadBackend } from '../../../../src/science/networks/backend.js';
import { gaussians, uniforms } from '../randomNumbers.js';
import { type SyntheticSpectra, sliceOf, syntheticSpectra } from '../syntheticSpectra.js';
import { type Likelihoods, linearised } from './linearised.js';
import { trainedModel } from './trainedModel.js';

const SNR = 100;
const training = syntheticSpectra(3000, { seed: 1, snr: SNR });
const stars = syntheticSpectra(300, { seed: 2, snr: SNR });
const silent = syntheticSpectra(8, { seed: 3, snr: Number.POSITIVE_INFINITY });

/** L of one row, whole. */
function informationOf({ information, latentSize: n }: Likelihoods, row: number): Matrix {
  const triangle = information.subarray((row * n * (n + 1)) / 2, ((row + 1) * n * (n + 1)) / 2);
  const whole = Matrix.zeros(n, n);
  for (let i = 0, at = 0; i < n; i++)
    for (let j = 0; j <= i; j++, at++) {
      whole.set(i, j, triangle[at]);
      whole.set(j, i, triangle[at]);
    }
  return whole;
}

/** L⁺ and r = L⁺ e of one row. */
function unshrunken(encoded: Likelihoods, row: number) {
  const n = encoded.latentSize;
  const covariance = inverse(informationOf(encoded, row).add(Matrix.eye(n).mul(1e-6)));
  const e = Matrix.columnVector(Array.from(encoded.informationVector.subarray(row * n, (row + 1) * n)));
  return { covariance, r: covariance.mmul(e) };
}

/** Directions that the data determine: eigenvectors of L with eigenvalues over 1, the population's own information. */
function determined(information: Matrix) {
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(information, { assumeSymmetric: true });
  const columns = realEigenvalues.flatMap((value, k) => (value > 1 ? [k] : []));
  return { values: columns.map((k) => realEigenvalues[k]), vectors: eigenvectorMatrix.subMatrixColumn(columns) };
}

/**
 * How far unshrunken latents moved, in the directions that the data determine: (r' - r)ᵀ (L'⁺ - L⁺)⁻¹ (r' - r) over its dimension, star by star, and the sum of these dimensions.
 */
function moved(full: Likelihoods, masked: Likelihoods): { shares: number[]; dimension: number } {
  let dimension = 0;
  const shares = Array.from({ length: full.informationVector.length / full.latentSize }, (_, row) => {
    const [f, m] = [unshrunken(full, row), unshrunken(masked, row)];
    const { vectors } = determined(informationOf(masked, row));
    const difference = vectors.transpose().mmul(Matrix.sub(m.r, f.r));
    const spread = vectors.transpose().mmul(Matrix.sub(m.covariance, f.covariance)).mmul(vectors);
    dimension += vectors.columns;
    return difference.transpose().mmul(inverse(spread)).mmul(difference).get(0, 0) / vectors.columns;
  });
  return { shares, dimension };
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value / values.length, 0);

/** One star many times over, each time with noise of its own. */
function renoised(star: SyntheticSpectra, rows: number, snr: number): SyntheticSpectra {
  const next = gaussians(17);
  const repeat = <T extends Float32Array | Float64Array>(values: T, into: T): T => {
    for (let at = 0; at < into.length; at += values.length) into.set(values, at);
    return into;
  };
  const { pixels } = star;
  const flux = repeat(star.flux, new Float32Array(rows * pixels)).map((value) => value + next() / snr);
  return {
    rows,
    pixels,
    flux,
    ivar: new Float32Array(rows * pixels).fill(snr ** 2),
    parameters: repeat(star.parameters, new Float64Array(3 * rows)),
    parameterErrors: repeat(star.parameterErrors, new Float64Array(3 * rows)),
  };
}

const linear = { method: 'polydis', settings: { components: 10 } };
const curved = {
  method: 'faderdis',
  settings: { epochs: 60, batch: 64, latentSize: 6, encoder: [128, 128], decoder: [128, 128], auxiliary: [64] },
};

describe.each([linear, curved])('a latent of a spectrum under $method', ({ method, settings }) => {
  let model: LatentModel;
  beforeAll(async () => {
    model = await trainedModel(await loadBackend('auto'), method, settings, training);
  });

  describe('when a fifth of the pixels is masked', () => {
    const uniform = uniforms(5);
    const masked = { ...stars, ivar: stars.ivar.map((ivar) => (uniform() < 0.2 ? 0 : ivar)) };

    it('moves, in r = L⁺ e about one point of the decoder, by as much as L⁺ grows: χ² has its dimension for a mean', async () => {
      const backend = await loadBackend('auto');
      const { residual } = model.encode(stars);
      const [full, less] = [stars, masked].map((each) => linearised(backend, model, each, residual));
      const { shares, dimension } = moved(full, less);
      expect(dimension).toBeGreaterThan(4 * stars.rows);
      expect(Math.abs(mean(shares) - 1)).toBeLessThan(0.1);
    });

    it(`moves, as it is encoded, so ${method === 'polydis' ? 'in the mean' : 'in the median: a curved decoder is linearised where each fit ends, and for one star in twenty L⁺ does not grow in every direction'}`, () => {
      const { shares } = moved(model.encode(stars), model.encode(masked));
      if (method === 'polydis') expect(Math.abs(mean(shares) - 1)).toBeLessThan(0.1);
      // Of χ² over 6 the median is .89.
      else expect(Math.abs(shares.sort((a, b) => a - b)[shares.length >> 1] / 0.89 - 1)).toBeLessThan(0.15);
    });
  });

  it('scatters, over noise, by (L + I)⁻¹ L (L + I)⁻¹ about that of the noiseless spectrum', () => {
    const rows = 600;
    let [sum, count] = [0, 0];
    for (let star = 0; star < silent.rows; star++) {
      const own = sliceOf(silent, star, star + 1);
      const exact = model.encode({ ...own, ivar: own.ivar.fill(SNR ** 2) });
      const { latentSize: n, residual } = model.encode(renoised(own, rows, SNR));
      const { values, vectors } = determined(informationOf(exact, 0));
      values.forEach((value, k) => {
        let squares = 0;
        for (let row = 0; row < rows; row++) {
          let along = 0;
          for (let i = 0; i < n; i++) along += vectors.get(i, k) * (residual[row * n + i] - exact.residual[i]);
          squares += along ** 2;
        }
        sum += squares / rows / (value / (value + 1) ** 2);
        count++;
      });
    }
    expect(Math.abs(sum / count - 1)).toBeLessThan(0.1);
  });
});

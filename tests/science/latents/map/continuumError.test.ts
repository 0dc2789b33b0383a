import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { beforeAll, describe, expect, it } from 'vitest';
import { LatentModel } from '../../../../src/science/latents/latentModel.js';
import { loadBackend } from '../../../../src/science/networks/backend.js';
import { gaussians } from '../randomNumbers.js';
import { type SyntheticSpectra, sliceOf, syntheticGrid, syntheticSpectra } from '../syntheticSpectra.js';
import { trainedModel } from './trainedModel.js';

const SNR = 100;
const RMS = 0.01;
const training = syntheticSpectra(1500, { seed: 1, snr: SNR });
const silent = syntheticSpectra(6, { seed: 3, snr: Number.POSITIVE_INFINITY });

/** One star many times over, each time with a continuum and noise of its own. */
function reobserved(star: SyntheticSpectra, rows: number, rms: number, snr: number): SyntheticSpectra {
  const next = gaussians(17);
  const { pixels } = star;
  const flux = new Float32Array(rows * pixels);
  for (let row = 0; row < rows; row++)
    for (const { start, end } of syntheticGrid.chips) {
      const [a, b, c] = [next(), next(), next()].map((value) => (rms * value) / Math.sqrt(3));
      for (let i = start; i < end; i++) {
        const x = (2 * (i - start)) / (end - start - 1) - 1;
        const factor = 1 + a + b * Math.sqrt(3) * x + c * Math.sqrt(5) * (1.5 * x * x - 0.5);
        flux[row * pixels + i] = star.flux[i] * factor + next() / snr;
      }
    }
  const repeat = (values: Float64Array) => Float64Array.from({ length: 3 * rows }, (_, i) => values[i % 3]);
  return {
    rows,
    pixels,
    flux,
    ivar: new Float32Array(rows * pixels).fill(SNR ** 2),
    parameters: repeat(star.parameters),
    parameterErrors: repeat(star.parameterErrors),
  };
}

/** Mean square of r̂ - r̂ of the noiseless spectrum, in units of (L + I)⁻¹ L (L + I)⁻¹, over the directions that spectra determine. */
function scatter(model: LatentModel, rms: number, snr: number): number {
  const rows = 300;
  let [sum, count] = [0, 0];
  for (let star = 0; star < silent.rows; star++) {
    const own = sliceOf(silent, star, star + 1);
    const exact = model.encode({ ...own, ivar: own.ivar.fill(SNR ** 2) });
    const n = exact.latentSize;
    const information = new Matrix(n, n);
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j <= i; j++, at++) {
        information.set(i, j, exact.information[at]);
        information.set(j, i, exact.information[at]);
      }
    const { residual } = model.encode(reobserved(own, rows, rms, snr));
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(information, { assumeSymmetric: true });
    realEigenvalues.forEach((value, k) => {
      if (value <= 1) return;
      for (let row = 0; row < rows; row++) {
        let along = 0;
        for (let i = 0; i < n; i++) along += eigenvectorMatrix.get(i, k) * (residual[row * n + i] - exact.residual[i]);
        sum += along ** 2 / (value / (value + 1) ** 2);
        count++;
      }
    });
  }
  return sum / count;
}

describe.each([
  { method: 'polydis', settings: { components: 10 } },
  {
    method: 'faderdis',
    settings: { epochs: 20, batch: 64, latentSize: 6, encoder: [64, 64], decoder: [64, 64], auxiliary: [32] },
  },
])('a latent under $method', ({ method, settings }) => {
  let trusting: LatentModel;
  let aware: LatentModel;
  let wary: LatentModel;
  beforeAll(async () => {
    const backend = await loadBackend('auto');
    const trained = (continuumError: number) =>
      trainedModel(backend, method, { ...settings, continuumError }, training);
    [trusting, aware, wary] = [await trained(0), await trained(RMS), await trained(0.2)];
  });

  it('scatters by (L + I)⁻¹ L (L + I)⁻¹ over noise and the errors of the continuum that the model expects, and by much more where it expects none', () => {
    expect(Math.abs(scatter(aware, RMS, SNR) - 1)).toBeLessThan(0.1);
    expect(scatter(trusting, RMS, SNR)).toBeGreaterThan(1.5);
  });

  it('is moved by no error of the continuum that is small beside what the model expects', () => {
    const noise = 0.03 ** 2;
    for (const rms of [0.001, 0.01]) expect(scatter(wary, rms, Number.POSITIVE_INFINITY)).toBeLessThan(noise);
    expect(scatter(trusting, 0.01, Number.POSITIVE_INFINITY)).toBeGreaterThan(100 * noise);
  });

  it('comes back, with the errors that it expects, from its artefact', async () => {
    const again = LatentModel.fromArtefact(await loadBackend('auto'), aware.toArtefact());
    expect(again.description).toMatchObject({ continuumError: RMS, continuumOrder: 2 });
    expect(again.encode(silent)).toStrictEqual(aware.encode(silent));
  });
});

it('is the same, bit for bit, of a model that expects no error of the continuum and of one that never heard of them', async () => {
  const backend = await loadBackend('auto');
  const [never, none] = await Promise.all(
    [{}, { continuumError: 0 }].map((settings) =>
      trainedModel(backend, 'polydis', { components: 10, ...settings }, training),
    ),
  );
  expect(never.toArtefact()).toStrictEqual(none.toArtefact());
  expect(never.encode(silent)).toStrictEqual(none.encode(silent));
});

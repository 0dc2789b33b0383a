import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { beforeAll, expect, test } from 'vitest';
import { silent } from '../../../src/domain/progress.js';
import { fitBasis, type SpectralBasis } from '../../../src/science/basis/spectralBasis.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { standardise } from '../../../src/science/resampling/standardise.js';
import { syntheticGrid, syntheticSpectra } from '../latents/syntheticSpectra.js';
import { noisy } from './lineSpectra.js';

const PIXELS = syntheticGrid.wavelength.length;
const DRAWS = 300;
/** Enough that the components hold lines alone: the noise in those of 600 spectra has frequencies that coarser samples do not carry. */
const ROWS = 6000;
const standard = {
  resolvingPower: 22_500,
  continuum: { order: 4, errorFloor: 0.005 },
  cameNormalised: false,
  minimumGoodPixels: 100,
};
let backend: Backend;
let basis: SpectralBasis;
beforeAll(async () => {
  backend = await loadBackend('auto');
  const { flux, ivar } = syntheticSpectra(ROWS, { seed: 3, snr: 300 });
  const read = async (start: number, count: number) => ({
    flux: flux.slice(start * PIXELS, (start + count) * PIXELS),
    ivar: ivar.slice(start * PIXELS, (start + count) * PIXELS),
  });
  const source = { pixels: PIXELS, rows: ROWS, read };
  basis = await fitBasis(backend, source, { seed: 1 }, silent, new AbortController().signal);
});

// The grid has samples .2 Å apart.
test.each([
  ['up-sampling', 0.3],
  ['the same sampling, shifted', 0.2],
  ['down-sampling', 0.07],
])('the coefficients that networks work on have the covariance that is stated: %s', (_, step) => {
  const wavelength = Float64Array.from({ length: Math.floor(140 / step) }, (_, i) => 14_985.03 + step * i);
  const error = wavelength.map((_, i) => 0.02 * Math.sqrt(0.2 / step) * (1 + 0.3 * Math.sin(i * step)));
  const flux = new Float32Array(DRAWS * PIXELS);
  const ivar = new Float32Array(DRAWS * PIXELS);
  for (let draw = 0; draw < DRAWS; draw++) {
    const observed = noisy(new Float64Array(wavelength.length).fill(1), error, 400 + draw);
    const facts = { medium: 'vacuum', resolvingPower: null, radialVelocity: null, normalised: true } as const;
    const spectrum = standardise({ wavelength, flux: observed, error, ...facts }, syntheticGrid, standard);
    flux.set(spectrum.flux, draw * PIXELS);
    ivar.set(spectrum.ivar, draw * PIXELS);
  }
  const { x, noise } = basis.measure(backend, flux, ivar, DRAWS);
  const noiseless = basis.measure(backend, new Float32Array(PIXELS).fill(1), ivar.slice(0, PIXELS), 1).x;
  let chi2 = 0;
  for (let draw = 0; draw < DRAWS; draw++) {
    const size = basis.size;
    const covariance = Matrix.zeros(size, size);
    let at = 0;
    for (let i = 0; i < size; i++)
      for (let j = 0; j <= i; j++, at++) {
        covariance.set(i, j, noise.rows[draw][at]);
        covariance.set(j, i, noise.rows[draw][at]);
      }
    const difference = Matrix.columnVector(Array.from(noiseless, (value, k) => x[draw * size + k] - value));
    chi2 += difference.transpose().mmul(new CholeskyDecomposition(covariance).solve(difference)).get(0, 0) / size;
  }
  expect(chi2 / DRAWS).toBeGreaterThan(0.9);
  expect(chi2 / DRAWS).toBeLessThan(1.1);
});

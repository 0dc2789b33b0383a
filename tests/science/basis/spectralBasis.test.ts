import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { afterEach, beforeAll, expect, test } from 'vitest';
import { readArtefact, writeArtefact } from '../../../src/science/artefact/artefact.js';
import type { Tensors } from '../../../src/science/artefact/tensors.js';
import { SpectralBasis } from '../../../src/science/basis/spectralBasis.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { gaussians, uniforms } from '../latents/randomNumbers.js';

const [pixels, size, sd] = [300, 8, 0.5];
/** Pixel 7 is not covered. */
const gap = 7;
let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});

function madeUp(over: Partial<{ pixels: number; size: number; truncation: number }> = {}): Tensors {
  const P = over.pixels ?? pixels;
  const K = over.size ?? size;
  // Cosines: orthonormal at equal steps.
  const cosine = (p: number, k: number) => Math.sqrt(2 / (P - 1)) * Math.cos((Math.PI * (p + 0.5) * (k + 1)) / (P - 1));
  const vector = (length: number, value: number) => ({ shape: [length], values: new Float32Array(length).fill(value) });
  const mean = vector(P, 0.9);
  mean.values[gap] = Number.NaN;
  return {
    mean,
    components: {
      shape: [P - 1, K],
      values: Float32Array.from({ length: (P - 1) * K }, (_, at) => cosine(Math.floor(at / K), at % K)),
    },
    centre: vector(K, 0),
    sd: vector(K, sd),
    noise: vector(K, 0.01),
    truncation: vector(1, over.truncation ?? 0),
  };
}

const basis = SpectralBasis.fromTensors(madeUp());

/** Coefficients, and their covariances as full matrices one after another. */
function project(of: SpectralBasis, flux: Float32Array, ivar: Float32Array, rows: number) {
  const { x, noise } = of.measure(backend, flux, ivar, rows);
  const K = of.size;
  const covariance = new Float32Array(rows * K * K);
  for (let row = 0; row < rows; row++) {
    const triangle = new Float64Array((K * (K + 1)) / 2);
    noise.addTo(triangle, row, 1);
    for (let i = 0; i < K; i++)
      for (let j = 0; j < K; j++)
        covariance[(row * K + i) * K + j] = triangle[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)];
  }
  return { coefficients: x, covariance };
}
afterEach(() => basis.dispose());

/** Spectra of known coefficients with noise of their own inverse variance, some pixels flagged. */
function observe(rows: number, flagged: number, seed: number, ivarOf: (p: number) => number = () => 1e4) {
  const gaussian = gaussians(seed);
  const uniform = uniforms(seed + 1);
  const truth = Float32Array.from({ length: rows * size }, () => sd * gaussian());
  const flux = basis.reconstruct(backend, truth, rows);
  const ivar = new Float32Array(rows * pixels);
  for (let i = 0; i < flux.length; i++) {
    ivar[i] = uniform() < flagged ? 0 : ivarOf(i % pixels);
    flux[i] = ivar[i] > 0 ? flux[i] + gaussian() / Math.sqrt(ivar[i]) : Number.NaN;
  }
  return { truth, flux, ivar };
}

/** The defining equations, dense and in double precision. */
function denseSolution(flux: Float32Array, ivar: Float32Array, prior: number) {
  const { components, mean } = madeUp();
  const kept = [...mean.values.keys()].filter((p) => p !== gap);
  const v = Matrix.from1DArray(pixels - 1, size, Array.from(components.values));
  const weight = kept.map((p) => ivar[p]);
  const weighted = v.clone().mulColumnVector(weight);
  const normal = v
    .transpose()
    .mmul(weighted)
    .add(Matrix.eye(size).mul(1 / prior));
  const right = weighted
    .transpose()
    .mmul(Matrix.columnVector(kept.map((p) => (ivar[p] > 0 ? flux[p] - mean.values[p] : 0))));
  const factor = new CholeskyDecomposition(normal);
  return { y: factor.solve(right).to1DArray(), c: factor.solve(Matrix.eye(size)).to1DArray() };
}

test('coefficients and covariance are those of the dense equations, flagged pixels and uneven noise included', () => {
  const rows = 6;
  const { flux, ivar } = observe(rows, 0.3, 2, (p) => 1e4 * (0.1 + Math.sin(p) ** 2));
  const { coefficients, covariance } = project(basis, flux, ivar, rows);
  for (let row = 0; row < rows; row++) {
    const part = (values: Float32Array, width: number) => values.subarray(row * width, (row + 1) * width);
    const { y, c } = denseSolution(part(flux, pixels), part(ivar, pixels), 1e4 * sd ** 2);
    const largest = Math.max(...c);
    part(coefficients, size).forEach((value, k) => {
      expect(Math.abs(value - y[k])).toBeLessThan(1e-5);
    });
    part(covariance, size * size).forEach((value, k) => {
      expect(Math.abs(value - c[k])).toBeLessThan(1e-5 * largest);
    });
  }
});

test('with one inverse variance everywhere the short way gives the dense solution too', () => {
  const { flux, ivar } = observe(1, 0, 3);
  const { coefficients, covariance } = project(basis, flux, ivar, 1);
  const { y, c } = denseSolution(flux, ivar, 1e4 * sd ** 2);
  coefficients.forEach((value, k) => {
    expect(Math.abs(value - y[k])).toBeLessThan(1e-5);
  });
  covariance.forEach((value, k) => {
    expect(Math.abs(value - c[k])).toBeLessThan(1e-9);
  });
});

test('errors of the coefficients have the stated covariance, a fifth of the pixels being flagged', () => {
  const rows = 3000;
  const { truth, flux, ivar } = observe(rows, 0.2, 4);
  const { coefficients, covariance } = project(basis, flux, ivar, rows);
  let chi2 = 0;
  const bias = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    const error = Array.from({ length: size }, (_, k) => coefficients[row * size + k] - truth[row * size + k]);
    const c = Matrix.from1DArray(
      size,
      size,
      Array.from(covariance.subarray(row * size * size, (row + 1) * size * size)),
    );
    const solved = new CholeskyDecomposition(c).solve(Matrix.columnVector(error)).to1DArray();
    error.forEach((e, k) => {
      chi2 += e * solved[k];
      bias[k] += e / Math.sqrt(c.get(k, k)) / rows;
    });
  }
  // chi² has mean rows x size and standard deviation sqrt(2 rows size); a bias, 1 / sqrt(rows).
  expect(Math.abs(chi2 / (rows * size) - 1)).toBeLessThan(4 * Math.sqrt(2 / (rows * size)));
  for (const value of bias) expect(Math.abs(value)).toBeLessThan(4 / Math.sqrt(rows));
});

test('the flux of flagged pixels changes no bit of the answer', () => {
  const rows = 5;
  const { flux, ivar } = observe(rows, 0.2, 5);
  const reference = project(basis, flux, ivar, rows);
  for (const value of [0, 1e30, Number.NEGATIVE_INFINITY]) {
    const changed = flux.map((own, i) => (ivar[i] === 0 ? value : own));
    expect(project(basis, changed, ivar, rows)).toStrictEqual(reference);
  }
});

test('a pixel whose flux or inverse variance is not finite counts as flagged', () => {
  const { flux, ivar } = observe(1, 0.1, 6);
  const flagged = ivar.slice().fill(0, 40, 44);
  [flux[40], ivar[41], ivar[42], ivar[43]] = [Number.NaN, Number.NaN, Number.POSITIVE_INFINITY, -1];
  expect(project(basis, flux, ivar, 1)).toStrictEqual(project(basis, flux, flagged, 1));
});

test('coefficients stay finite and of the training size as pixels run out', () => {
  const { flux, ivar } = observe(1, 0, 7);
  for (const left of [20, size, size - 1, 3, 1, 0]) {
    const few = ivar.map((value, p) => (p >= 100 && p < 100 + left ? value : 0));
    const { coefficients, covariance } = project(basis, flux, few, 1);
    for (const value of coefficients) expect(Math.abs(value)).toBeLessThan(300 * sd);
    const c = Matrix.from1DArray(size, size, Array.from(covariance));
    expect(new CholeskyDecomposition(c).isPositiveDefinite()).toBe(true);
    expect(Math.max(...c.diagonal())).toBeLessThan(1e4 * sd ** 2 * 1.05);
  }
});

test('a spectrum that says nothing gets the mean and the prior', () => {
  const { coefficients, covariance } = project(
    basis,
    new Float32Array(pixels).fill(Number.NaN),
    new Float32Array(pixels),
    1,
  );
  expect([...coefficients]).toEqual(new Array(size).fill(0));
  covariance.forEach((value, i) => {
    expect(value).toBeCloseTo(i % (size + 1) === 0 ? 1e4 * sd ** 2 : 0, 2);
  });
});

test('what truncation left out adds nothing in a full spectrum, where it is orthogonal, and is noise where pixels dropped out', () => {
  // Further cosines, beyond those that the basis has.
  const [rows, variance, beyond] = [3000, 3e-4, 40];
  const short = SpectralBasis.fromTensors(madeUp({ truncation: (variance * beyond) / (pixels - 1 - size) }));
  const full = SpectralBasis.fromTensors(madeUp({ size: size + beyond }));
  const chi2 = (flagged: number) => {
    const gaussian = gaussians(14);
    const uniform = uniforms(15);
    const truth = Float32Array.from({ length: rows * (size + beyond) }, (_, i) =>
      i % (size + beyond) < size ? sd * gaussian() : Math.sqrt(variance) * gaussian(),
    );
    const ivar = Float32Array.from({ length: rows * pixels }, () => (uniform() < flagged ? 0 : 1e4));
    const flux = full.reconstruct(backend, truth, rows).map((value) => value + 0.01 * gaussian());
    const { x, noise } = short.measure(backend, flux, ivar, rows);
    let sum = 0;
    for (let row = 0; row < rows; row++)
      for (let k = 0; k < size; k++)
        sum += (x[row * size + k] - truth[row * (size + beyond) + k]) ** 2 / noise.variance(row, k);
    return sum / (rows * size);
  };
  // Its standard deviation is sqrt(2 / (rows size)) = .009.
  expect(Math.abs(chi2(0) - 1)).toBeLessThan(0.04);
  expect(Math.abs(chi2(0.3) - 1)).toBeLessThan(0.06);
  short.dispose();
  full.dispose();
});

test('a large batch is the sum of its parts, and the coefficients alone are the same', () => {
  const rows = 600;
  const { flux, ivar } = observe(rows, 0.1, 9);
  const { coefficients, covariance } = project(basis, flux, ivar, rows);
  expect(basis.represent(backend, flux, ivar, rows)).toEqual(coefficients);
  const last = project(basis, flux.subarray(599 * pixels), ivar.subarray(599 * pixels), 1);
  last.coefficients.forEach((value, k) => {
    expect(coefficients[599 * size + k]).toBeCloseTo(value, 5);
  });
  last.covariance.forEach((value, k) => {
    expect(covariance[599 * size * size + k]).toBeCloseTo(value, 8);
  });
});

test('a basis too wide to keep its products gives the same answer by blocks', () => {
  const [P, K] = [4200, 160];
  const wide = SpectralBasis.fromTensors(madeUp({ pixels: P, size: K }));
  const gaussian = gaussians(10);
  const truth = Float32Array.from({ length: K }, gaussian);
  const flux = wide.reconstruct(backend, truth, 1);
  const ivar = Float32Array.from({ length: P }, (_, p) => (p % 5 ? 1e8 : 0));
  const { coefficients } = project(wide, flux, ivar, 1);
  coefficients.forEach((value, k) => {
    expect(Math.abs(value - truth[k])).toBeLessThan(1e-3);
  });
  wide.dispose();
});

test('spectra are rebuilt from their coefficients, NaN where the basis has no pixel', () => {
  const { truth, flux } = observe(3, 0, 11, () => 1e12);
  const rebuilt = basis.reconstruct(backend, truth, 3);
  rebuilt.forEach((value, i) => {
    if (i % pixels === gap) expect(value).toBeNaN();
    else expect(Math.abs(value - flux[i])).toBeLessThan(1e-5);
  });
});

test('a basis comes back from its artefact with the same answers', () => {
  const { flux, ivar } = observe(2, 0.1, 12);
  const again = SpectralBasis.fromTensors(readArtefact(writeArtefact(basis.toTensors(), {})).tensors);
  expect(project(again, flux, ivar, 2)).toStrictEqual(project(basis, flux, ivar, 2));
  expect(again.reconstruct(backend, new Float32Array(size), 1)).toEqual(
    basis.reconstruct(backend, new Float32Array(size), 1),
  );
  again.dispose();
});

test.each([
  ['no mean', 'mean', null, /tensor mean: expected .*, found nothing/],
  [
    'components of another shape',
    'components',
    { shape: [10, size], values: new Float32Array(10 * size) },
    /tensor components: expected .*\[299,8\].*, found shape \[10,8\]/,
  ],
  ['too few deviations', 'noise', { shape: [1], values: new Float32Array(1) }, /tensor noise/],
  [
    'a truncation that is no number',
    'truncation',
    { shape: [1], values: Float32Array.of(Number.NaN) },
    /tensor truncation: expected finite numbers/,
  ],
])('a model with %s is refused as a bad file', (_, name, tensor, message) => {
  const { [name]: _left, ...rest } = madeUp();
  const tensors = tensor ? { ...rest, [name]: tensor } : rest;
  expect(() => SpectralBasis.fromTensors(tensors)).toThrow(message);
  expect(() => SpectralBasis.fromTensors(tensors)).toThrow(expect.objectContaining({ code: 'BAD_FILE' }));
});

test('no tensor is left behind by a basis that is disposed', () => {
  const before = backend.tf.memory().numTensors;
  const { flux, ivar } = observe(300, 0.1, 13);
  project(basis, flux, ivar, 300);
  const held = backend.tf.memory().numTensors;
  project(basis, flux, ivar, 300);
  expect(backend.tf.memory().numTensors).toBe(held);
  basis.dispose();
  expect(backend.tf.memory().numTensors).toBe(before);
});

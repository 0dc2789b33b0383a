import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeGrid } from '../../../src/domain/wavelengthGrid.js';
import { readArtefact, writeArtefact } from '../../../src/science/artefact/artefact.js';
import { SpectralBasis } from '../../../src/science/basis/spectralBasis.js';
import { type Backend, loadBackend } from '../../../src/science/networks/backend.js';
import { gaussians, uniforms } from '../latents/randomNumbers.js';

const [PIXELS, SD, SIGMA] = [300, 0.5, 0.01];
/** The first is a constant: what a wrong continuum does to a spectrum is in part a component of its own. The others are as narrow as lines. */
const frequencies = [0, 21, 34, 55, 89, 123];
const size = frequencies.length;
/** Two chips of 150 pixels. */
const grid = makeGrid(
  Float64Array.from({ length: PIXELS }, (_, i) => 15000 + 0.2 * i + (i >= PIXELS / 2 ? 50 : 0)),
  'two chips',
);

const component = (p: number, k: number) =>
  frequencies[k] === 0
    ? 1 / Math.sqrt(PIXELS)
    : Math.sqrt(2 / PIXELS) * Math.cos((Math.PI * (p + 0.5) * frequencies[k]) / PIXELS);
const vector = (length: number, value: number) => ({ shape: [length], values: new Float32Array(length).fill(value) });
const plain = SpectralBasis.fromTensors({
  mean: vector(PIXELS, 0.9),
  components: {
    shape: [PIXELS, size],
    values: Float32Array.from({ length: PIXELS * size }, (_, at) => component(Math.floor(at / size), at % size)),
  },
  centre: vector(size, 0),
  sd: vector(size, SD),
  noise: vector(size, SIGMA),
  truncation: vector(1, 0),
});
const aware = plain.withContinuumError({ rms: 0.01, order: 2 }, grid);
const wary = plain.withContinuumError({ rms: 0.2, order: 2 }, grid);

let backend: Backend;
beforeAll(async () => {
  backend = await loadBackend('auto');
});
afterAll(() => {
  for (const each of [plain, aware, wary]) each.dispose();
});

/** Multiplies every chip by 1 + a parabola: constant, slope and curvature normal, `rms` altogether. */
function spoil(flux: Float32Array, rows: number, rms: number, next: () => number): Float32Array {
  const spoilt = flux.slice();
  for (let row = 0; row < rows; row++)
    for (const { start, end } of grid.chips) {
      const [a, b, c] = [next(), next(), next()].map((value) => (rms * value) / Math.sqrt(3));
      for (let i = start; i < end; i++) {
        const x = (2 * (i - start)) / (end - start - 1) - 1;
        const shape = a + b * Math.sqrt(3) * x + c * Math.sqrt(5) * (1.5 * x * x - 0.5);
        spoilt[row * PIXELS + i] *= 1 + shape;
      }
    }
  return spoilt;
}

/** Noiseless spectra of known coefficients. */
function stars(rows: number, seed: number) {
  const next = gaussians(seed);
  const truth = Float32Array.from({ length: rows * size }, () => SD * next());
  return { truth, flux: plain.reconstruct(backend, truth, rows) };
}

const even = (rows: number) => new Float32Array(rows * PIXELS).fill(SIGMA ** -2);
const uneven = (rows: number) => {
  const next = uniforms(5);
  return Float32Array.from({ length: rows * PIXELS }, () => (next() < 0.2 ? 0 : (0.5 + next()) * SIGMA ** -2));
};

/** |v|² under the inverse of C of a row, over the size of v. */
function square(of: SpectralBasis, measured: ReturnType<SpectralBasis['measure']>, row: number, v: readonly number[]) {
  const triangle = new Float64Array((of.size * (of.size + 1)) / 2);
  measured.noise.addTo(triangle, row, 1);
  const c = new Matrix(size, size);
  for (let i = 0, at = 0; i < size; i++)
    for (let j = 0; j <= i; j++, at++) {
      c.set(i, j, triangle[at]);
      c.set(j, i, triangle[at]);
    }
  const solved = new CholeskyDecomposition(c).solve(Matrix.columnVector([...v])).to1DArray();
  return v.reduce((sum, value, k) => sum + (value * solved[k]) / size, 0);
}

describe.each([
  ['even noise', even],
  ['noise of its own in every pixel, a fifth of them flagged', uneven],
])('a basis that knows of errors of the continuum, under %s,', (_, ivarOf) => {
  it('gives coefficients whose errors have the stated covariance where spectra carry noise and such errors', () => {
    const rows = 2000;
    const next = gaussians(3);
    const { truth, flux } = stars(rows, 2);
    const ivar = ivarOf(rows);
    const seen = spoil(flux, rows, 0.01, next).map((value, i) =>
      ivar[i] > 0 ? value + next() / Math.sqrt(ivar[i]) : Number.NaN,
    );
    const mean = (of: SpectralBasis) => {
      const measured = of.measure(backend, seen, ivar, rows);
      let sum = 0;
      for (let row = 0; row < rows; row++) {
        const own = Array.from({ length: size }, (_, k) => measured.x[row * size + k] - truth[row * size + k]);
        sum += square(of, measured, row, own) / rows;
      }
      return sum;
    };
    // Its standard deviation is sqrt(2 / (rows size)) = .013.
    expect(Math.abs(mean(aware) - 1)).toBeLessThan(0.05);
    expect(mean(plain)).toBeGreaterThan(5);
  });

  it('is moved by next to nothing by such errors of any size where it expects larger ones', () => {
    const rows = 50;
    const { flux } = stars(rows, 6);
    const ivar = ivarOf(rows);
    const right = wary.measure(backend, flux, ivar, rows);
    for (const rms of [0.003, 0.01]) {
      const wrong = wary.measure(backend, spoil(flux, rows, rms, gaussians(7)), ivar, rows);
      wrong.x.forEach((value, i) => {
        const moved = Math.abs(value - right.x[i]) / Math.sqrt(right.noise.variance(Math.floor(i / size), i % size));
        // The constant component cannot be told from such an error: it moves by the error's share of what is expected, at four standard deviations.
        expect(moved).toBeLessThan(i % size === 0 ? (4 * rms) / 0.2 : 0.15);
      });
    }
  });

  it('solves the dense equations of pixels whose covariance has the modes in it', () => {
    const { flux } = stars(1, 8);
    const ivar = ivarOf(1);
    const next = gaussians(9);
    const seen = spoil(flux, 1, 0.01, next).map((value, i) => value + (ivar[i] > 0 ? next() / Math.sqrt(ivar[i]) : 0));
    const { x, noise } = aware.measure(backend, seen, ivar, 1);
    const { y, c } = denseSolution(seen, ivar, plain.reconstruct(backend, x, 1));
    for (let i = 0; i < size; i++) {
      expect(Math.abs(x[i] - y[i])).toBeLessThan(0.01 * Math.sqrt(c.get(i, i)));
      expect(noise.variance(0, i) / c.get(i, i)).toBeCloseTo(1, 2);
    }
  });

  it('looks at no flux of a flagged pixel', () => {
    const { flux } = stars(4, 10);
    const ivar = ivarOf(4).map((value, i) => (i % 7 === 0 ? 0 : value));
    const changed = flux.map((value, i) => (ivar[i] === 0 ? Number.NaN : value));
    expect(aware.measure(backend, changed, ivar, 4)).toStrictEqual(aware.measure(backend, flux, ivar, 4));
  });

  it('is, without them, what it was, bit for bit', () => {
    const { flux } = stars(4, 11);
    const ivar = ivarOf(4);
    const off = aware.withContinuumError(null, grid);
    expect(off.measure(backend, flux, ivar, 4)).toStrictEqual(plain.measure(backend, flux, ivar, 4));
    expect(off.toTensors()).toStrictEqual(plain.toTensors());
    expect(off.noise).toStrictEqual(plain.noise);
    off.dispose();
  });

  it('comes back from its artefact with the same answers', () => {
    const { flux } = stars(4, 12);
    const again = SpectralBasis.fromTensors(readArtefact(writeArtefact(aware.toTensors(), {})).tensors);
    expect(again.measure(backend, flux, ivarOf(4), 4)).toStrictEqual(aware.measure(backend, flux, ivarOf(4), 4));
    expect(again.noise).toStrictEqual(aware.noise);
    again.dispose();
  });
});

/** y and C under the covariance 1 / ivar + G Gᵀ of the pixels, G about this spectrum. */
function denseSolution(flux: Float32Array, ivar: Float32Array, model: Float32Array) {
  const good = [...ivar.keys()].filter((p) => ivar[p] > 0);
  const modes = grid.chips.flatMap(({ start, end }) =>
    [0, 1, 2].map((l) =>
      good.map((p) => {
        if (p < start || p >= end) return 0;
        const x = (2 * (p - start)) / (end - start - 1) - 1;
        const legendre = [1, x, 1.5 * x * x - 0.5][l];
        return (0.01 / Math.sqrt(3)) * Math.sqrt(2 * l + 1) * legendre * model[p];
      }),
    ),
  );
  const g = new Matrix(modes).transpose();
  const covariance = g.mmul(g.transpose()).add(Matrix.diag(good.map((p) => 1 / ivar[p])));
  const v = new Matrix(good.map((p) => frequencies.map((_, k) => component(p, k))));
  const solved = new CholeskyDecomposition(covariance).solve(v);
  const prior = Matrix.eye(size).mul(1 / (1e4 * SD ** 2));
  const information = v.transpose().mmul(solved).add(prior);
  const normal = new CholeskyDecomposition(Matrix.add(information, information.transpose()).mul(0.5));
  const right = solved.transpose().mmul(Matrix.columnVector(good.map((p) => flux[p] - 0.9)));
  return { y: normal.solve(right).to1DArray(), c: normal.solve(Matrix.eye(size)) };
}

it('holds its noise, for training, to what a typical spectrum’s coefficients are uncertain by', () => {
  const { noise } = aware.measure(backend, new Float32Array(PIXELS).fill(0.9), even(1), 1);
  aware.noise.forEach((sigma, k) => {
    expect(sigma / Math.sqrt(noise.variance(0, k))).toBeCloseTo(1, 3);
  });
  expect(aware.noise[0]).toBeGreaterThan(5 * SIGMA);
});

it('leaves no tensor behind once it is disposed', () => {
  const before = backend.tf.memory().numTensors;
  const own = plain.withContinuumError({ rms: 0.02, order: 3 }, grid);
  const { flux } = stars(3, 13);
  own.measure(backend, flux, even(3), 3);
  const held = backend.tf.memory().numTensors;
  own.measure(backend, flux, even(3), 3);
  expect(backend.tf.memory().numTensors).toBe(held);
  own.dispose();
  expect(backend.tf.memory().numTensors).toBe(before);
});

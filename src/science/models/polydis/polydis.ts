import { setImmediate } from 'node:timers/promises';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { z } from 'zod';
import { FileError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { expectTensor } from '../../networks/expectTensor.js';
import { sampleSettings } from '../../representation/sampleSettings.js';
import { heldOutFigures, splitSamples } from '../heldOut.js';
import type { Course, Disentangler, Method, Samples, Trained } from '../method.js';
import { allRows } from '../sampleSlices.js';
import { evaluatePolynomial, fitPolynomial, monomialExponents } from './polynomial.js';
import { ResidualComponents } from './residualComponents.js';

const settingsSchema = z.strictObject({
  ...sampleSettings,
  /** Total degree of the polynomial in u. */
  degree: z.int().min(1).max(6),
  /** Principal components of the residuals that make the latent; fewer where the spectra have fewer columns. */
  components: z.int().min(1).max(512),
});

export type PolyDisSettings = z.infer<typeof settingsSchema>;

/**
 * PolyDis (Price-Jones & Bovy 2017, 2019; de Mijolla et al. 2021, section 2.2): a polynomial in u for every column, principal components of what it
 * leaves. Recasting is the polynomial at the new u plus the own residual. Closed form: the same samples give the same model.
 */
export const polydis: Method<PolyDisSettings> = {
  name: 'polydis',
  description: 'polynomial in u for every column, principal components of the residuals; no training, no networks',
  presets: { compact: { representation: 'basis', trainingNoise: 0, degree: 4, components: 50 } },
  schema: settingsSchema,
  train,
  load,
};

async function train(backend: Backend, samples: Samples, settings: PolyDisSettings, course: Course): Promise<Trained> {
  const { u, width, parameters } = samples;
  const exponents = monomialExponents(parameters.length, settings.degree);
  const split = await splitSamples(samples, course.seed, 2 * exponents.length);
  const advance = async (done: number, detail: string) => {
    course.report({ stage: 'train', done, total: 2, unit: 'parts', detail });
    await setImmediate();
    course.signal.throwIfAborted();
  };

  const x = await samples.gather(allRows(samples));
  await advance(0, `polynomial of degree ${settings.degree}`);
  const polynomial = fitPolynomial(u, x, width, exponents, split.training);
  await advance(1, 'principal components of the residuals');
  const trend = evaluatePolynomial(u, exponents, polynomial, width);
  const residuals = x.map((value, i) => value - trend[i]);
  const count = Math.min(settings.components, width);
  const tensors: Tensors = {
    exponents: { shape: [exponents.length, parameters.length], values: Float32Array.from(exponents.flat()) },
    polynomial: { shape: [exponents.length, width], values: polynomial },
    components: { shape: [count, width], values: principalComponents(residuals, width, split.training, count) },
  };
  const metrics = await heldOutFigures(load(backend, tensors, settings), samples, split);
  const { reconstruction, leakageBits } = metrics;
  await advance(2, `held-out chi2 ${reconstruction.toPrecision(3)}, leakage ${leakageBits.toFixed(2)} bits`);
  return { tensors, history: [], metrics };
}

function load(_backend: Backend, tensors: Tensors, settings: PolyDisSettings): Disentangler {
  const file = 'model artefact';
  const [, width = 0] = tensors.polynomial?.shape ?? [];
  const parameters = tensors.exponents?.shape[1] ?? 0;
  if (parameters < 1 || parameters > 3)
    throw new FileError({ file, place: 'exponents', expected: '1 to 3 columns', found: `${parameters}` });
  const terms = monomialExponents(parameters, settings.degree).length;
  const { values } = expectTensor(tensors, 'exponents', [terms, parameters], file);
  const exponents = Array.from({ length: terms }, (_, i) => [...values.slice(i * parameters, (i + 1) * parameters)]);
  const polynomial = expectTensor(tensors, 'polynomial', [terms, width], file).values;
  const components = expectTensor(tensors, 'components', [Math.min(settings.components, width), width], file).values;
  return new ResidualComponents(exponents, Float64Array.from(polynomial), Float64Array.from(components), width);
}

/**
 * The directions of largest variance of the chosen rows, largest first, each with its largest element positive.
 * @param residuals rows x width
 * @returns count x width
 */
function principalComponents(residuals: Float32Array, width: number, chosen: Int32Array, count: number): Float32Array {
  const lower = Array.from({ length: width }, (_, i) => new Float64Array(i + 1));
  for (const row of chosen) {
    const own = residuals.subarray(row * width, (row + 1) * width);
    lower.forEach((sums, i) => {
      for (let j = 0; j <= i; j++) sums[j] += own[i] * own[j];
    });
  }
  const covariance = Matrix.zeros(width, width);
  for (let i = 0; i < width; i++)
    for (let j = 0; j < width; j++) covariance.set(i, j, lower[Math.max(i, j)][Math.min(i, j)]);
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, { assumeSymmetric: true });
  const order = realEigenvalues.map((_, i) => i).sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const components = new Float32Array(count * width);
  order.slice(0, count).forEach((column, i) => {
    const vector = eigenvectorMatrix.getColumn(column);
    const largest = vector.reduce((best, value) => (Math.abs(value) > Math.abs(best) ? value : best), 0);
    components.set(
      vector.map((value) => value * Math.sign(largest)),
      i * width,
    );
  });
  return components;
}

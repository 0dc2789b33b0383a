import { setImmediate } from 'node:timers/promises';
import { z } from 'zod';
import { FileError } from '../../../domain/errors.js';
import type { Tensors } from '../../artefact/tensors.js';
import type { Backend } from '../../networks/backend.js';
import { expectTensor } from '../../networks/expectTensor.js';
import { sampleSettings } from '../../representation/sampleSettings.js';
import { heldOutFigures, splitSamples } from '../heldOut.js';
import type { Course, Disentangler, Method, Samples, Trained } from '../method.js';
import { sampleSlices } from '../sampleSlices.js';
import { monomialExponents, PolynomialFit } from './polynomial.js';
import { ResidualComponents } from './residualComponents.js';
import { Residuals } from './residuals.js';

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
 * leaves. `decode` knows the latent alone, and adds what the components hold of the residual; `recast` has the spectrum, and moves its whole residual to the
 * polynomial at the new u, as the paper's Tables 3 and 4 do. Closed form: the same samples give the same model.
 */
export const polydis: Method<PolyDisSettings> = {
  name: 'polydis',
  description: 'polynomial in u for every column, principal components of the residuals; no training, no networks',
  presets: {
    compact: { representation: 'basis', trainingNoise: 0, degree: 4, components: 50 },
    // The paper's: 50 components held 99.95 % of the variance of its noiseless spectra; noise of SNR 100 added to the training set once.
    paper: { representation: 'pixels', trainingNoise: 0.01, degree: 4, components: 50 },
  },
  schema: settingsSchema,
  train,
  load,
};

async function train(backend: Backend, samples: Samples, settings: PolyDisSettings, course: Course): Promise<Trained> {
  const { width, parameters } = samples;
  const exponents = monomialExponents(parameters.length, settings.degree);
  const count = Math.min(settings.components, width);
  const split = await splitSamples(samples, course.seed, Math.max(2 * exponents.length, count + 1));
  const advance = async (done: number, detail: string) => {
    course.report({ stage: 'train', done, total: 2, unit: 'parts', detail });
    await setImmediate();
    course.signal.throwIfAborted();
  };

  await advance(0, `polynomial of degree ${settings.degree}`);
  const fit = new PolynomialFit(exponents, width);
  for await (const { x, u } of sampleSlices(samples, split.training)) {
    fit.add(u, x);
    course.signal.throwIfAborted();
  }
  const polynomial = fit.solve();
  await advance(1, 'principal components of the residuals');
  const residuals = new Residuals(backend, samples, split.training, exponents, polynomial);
  const components = await residuals.principalComponents(count, course);
  const tensors: Tensors = {
    exponents: { shape: [exponents.length, parameters.length], values: Float32Array.from(exponents.flat()) },
    polynomial: { shape: [exponents.length, width], values: polynomial },
    components: { shape: [count, width], values: components },
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

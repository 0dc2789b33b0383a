import type { LatentModel } from '../../../../src/science/latents/latentModel.js';
import { NormalForm } from '../../../../src/science/latents/map/normalForm.js';
import { Whitening } from '../../../../src/science/latents/map/whitening.js';
import { readModel } from '../../../../src/science/latents/modelArtefact.js';
import { ParameterScaler } from '../../../../src/science/latents/parameterScaler.js';
import { triangleSize } from '../../../../src/science/linearAlgebra/triangle.js';
import type { Backend } from '../../../../src/science/networks/backend.js';
import type { SyntheticSpectra } from '../syntheticSpectra.js';

/** What an encoding states of spectra: L, packed, and e, row by row. */
export interface Likelihoods {
  readonly latentSize: number;
  readonly information: Float32Array;
  readonly informationVector: Float32Array;
}

/**
 * L and e of spectra by the encoder's own parts, the decoder linearised where it is told to and not where each spectrum's fit ends: one Gauss-Newton step from there.
 * @param at residual latents r, rows x n
 */
export function linearised(
  backend: Backend,
  model: LatentModel,
  spectra: SyntheticSpectra,
  at: Float32Array,
): Likelihoods {
  const { representation, disentangler, residual, misfit, description } = readModel(backend, model.toArtefact());
  const { rows, flux, ivar, parameters } = spectra;
  const n = disentangler.latentSize;
  const { u } = new ParameterScaler(description.parameters, description.ranges).scale(parameters, rows);
  const { x, noise } = representation.measure(backend, flux, ivar, rows);
  if (!misfit) throw new Error('a model without an error of its decoder');
  const linear = disentangler.linearise(residual.restore(Float64Array.from(at), u), u, rows, false);
  const { width } = noise;
  const stacks = new Float32Array(rows * (n + 1) * width);
  for (let row = 0; row < rows; row++) {
    stacks.set(linear.byLatent.subarray(row * n * width, (row + 1) * n * width), row * (n + 1) * width);
    for (let k = 0; k < width; k++)
      stacks[(row * (n + 1) + n) * width + k] = x[row * width + k] - linear.x[row * width + k];
  }
  const whitening = new Whitening(backend, noise, misfit);
  const products = whitening.products(
    stacks,
    n + 1,
    Int32Array.from({ length: rows }, (_, row) => row),
  );
  whitening.dispose();
  const information = new Float32Array(rows * triangleSize(n));
  const informationVector = new Float32Array(rows * n);
  const form = new NormalForm(n, 0, residual.unwhitening);
  const step = new Float64Array(n);
  const none = new Float64Array();
  for (let row = 0; row < rows; row++) {
    form.take(products.subarray(row * (n + 1) ** 2, (row + 1) * (n + 1) ** 2), none);
    const own = information.subarray(row * triangleSize(n), (row + 1) * triangleSize(n));
    form.informationInto(none, own);
    const r = Float64Array.from(at.subarray(row * n, (row + 1) * n));
    form.solve(r, none, none, step);
    const after = r.map((value, i) => value + step[i]);
    for (let i = 0; i < n; i++) {
      let sum = after[i];
      for (let j = 0; j < n; j++) sum += own[i >= j ? triangleSize(i) + j : triangleSize(j) + i] * after[j];
      informationVector[row * n + i] = sum;
    }
  }
  representation.dispose();
  disentangler.dispose();
  return { latentSize: n, information, informationVector };
}

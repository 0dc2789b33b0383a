import type { Tensors } from '../../artefact/tensors.js';
import { expectTensor } from '../../networks/expectTensor.js';
import type { AbundanceMap, AbundanceMethod } from '../method.js';
import { dot, ridge } from './ridge.js';

/** Draws of noise that are fitted together with the stars as they are. */
const DRAWS = 1;

/** A = V Z⁺ of de Mijolla et al. (2021, section 5.3) with a constant, as ridge regression whose strength is chosen by cross-validation. */
export const linear: AbundanceMethod = {
  name: 'linear',
  async train(_backend, { rows, width, inputs, elements, targets }, _validation, { redrawn, signal }) {
    const draws = [inputs, ...Array.from({ length: DRAWS }, (_, draw) => redrawn(draw))];
    // A constant beside the inputs: thinned latents and missing targets move their means off 0.
    const features = new Float32Array(draws.length * rows * (width + 1));
    draws.forEach((draw, d) => {
      for (let row = 0; row < rows; row++) {
        const at = (row * draws.length + d) * (width + 1);
        features.set(draw.subarray(row * width, (row + 1) * width), at);
        features[at + width] = 1;
      }
    });
    const map = new Float64Array(elements.length * (width + 1));
    elements.forEach((_, s) => {
      signal.throwIfAborted();
      // All draws of a star are neighbours; the folds go by stars.
      const target = (row: number) => targets[Math.floor(row / draws.length) * elements.length + s];
      map.set(ridge(features, width + 1, target, draws.length).coefficients, s * (width + 1));
    });
    return { map: { shape: [elements.length, width + 1], values: map } } satisfies Tensors;
  },
  load(_backend, tensors, elements, width) {
    const { values } = expectTensor(tensors, 'map', [elements.length, width + 1], 'estimator');
    return new LinearMap(Float64Array.from(values), elements.length, width);
  },
};

class LinearMap implements AbundanceMap {
  constructor(
    private readonly map: Float64Array,
    private readonly species: number,
    private readonly width: number,
  ) {}

  apply(inputs: Float32Array, rows: number) {
    const { map, species, width } = this;
    const values = new Float32Array(rows * species);
    const jacobian = new Float32Array(rows * species * width);
    for (let s = 0; s < species; s++) {
      const slopes = map.subarray(s * (width + 1), s * (width + 1) + width);
      for (let row = 0; row < rows; row++) {
        values[row * species + s] = map[s * (width + 1) + width] + dot(slopes, inputs, row * width);
        jacobian.set(slopes, (row * species + s) * width);
      }
    }
    return { values, jacobian };
  }

  dispose(): void {}
}

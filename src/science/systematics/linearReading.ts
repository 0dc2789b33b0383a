import { NormalEquations } from '../linearAlgebra/normalEquations.js';
import { triangleSize } from '../linearAlgebra/triangle.js';
import type { Quantity } from './columns.js';

/** Share of the mean square of the latents that holds the map of idle ones. */
const RIDGE = 1e-6;

/**
 * Abundances as a linear map with a constant reads them off latents (A = V Z⁺ of de Mijolla et al. 2021), fitted to those that are known: what they would be had nothing been
 * taken off the latents.
 * @returns NaN where a latent is not known; all NaN where too few abundances are
 */
export function linearReading(latents: readonly Quantity[], abundance: Quantity): Quantity {
  const stars = abundance.values.length;
  const size = latents.length + 1;
  const of = (star: number) => [1, ...latents.map(({ values }) => values[star])];
  const fitted = Array.from({ length: stars }, (_, star) => star).filter(
    (star) => Number.isFinite(abundance.values[star]) && of(star).every(Number.isFinite),
  );
  const values = new Float64Array(stars).fill(Number.NaN);
  if (fitted.length <= size) return { name: abundance.name, values };
  const equations = new NormalEquations(size);
  const map = new Float64Array(size);
  for (const star of fitted) {
    const x = of(star);
    for (let i = 0; i < size; i++) {
      map[i] += x[i] * abundance.values[star];
      for (let j = 0; j <= i; j++) equations.triangle[triangleSize(i) + j] += x[i] * x[j];
    }
  }
  for (let i = 0; i < size; i++) equations.triangle[triangleSize(i) + i] *= 1 + RIDGE;
  if (!equations.factor()) return { name: abundance.name, values };
  equations.solve(map);
  for (let star = 0; star < stars; star++) values[star] = of(star).reduce((sum, value, i) => sum + map[i] * value, 0);
  return { name: abundance.name, values };
}

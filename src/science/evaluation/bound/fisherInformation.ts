import { apogeeGrid } from '../../../domain/wavelengthGrid.js';
import { triangleSize } from '../../linearAlgebra/triangle.js';
import type { PhysicalParameters } from '../../simulator/drawnStar.js';
import { elements, population } from '../../simulator/population.js';
import { synthesise } from '../../simulator/synthesis.js';

/** Step of the central differences, in standard deviations of an abundance in the population. */
const STEP = 0.1;

/** A star of the simulated population. */
export interface SimulatedStar extends PhysicalParameters {
  /** [Fe/H], then [X/Fe], dex. */
  readonly abundances: Readonly<Record<string, number>>;
}

/**
 * Fisher information of a spectrum of SNR 1 per pixel about its star's abundances, Teff and log g being known: JᵀJ with the Jacobian J of the simulator's own flux
 * (all pixels of the chips) by central differences, 36 syntheses.
 * @returns packed lower triangle, 18 x 18 in the order of `elements`, in units of the population's standard deviations
 */
export function fisherInformation({ teff, logg, abundances }: SimulatedStar): Float64Array {
  const derivatives = elements.map((element) => {
    const step = STEP * population[element].sigma;
    const at = (change: number) =>
      synthesise({ teff, logg, abundances: { ...abundances, [element]: abundances[element] + change } });
    const [above, below] = [at(step), at(-step)];
    return Float64Array.from(above, (flux, pixel) => (flux - below[pixel]) / (2 * STEP));
  });
  const information = new Float64Array(triangleSize(elements.length));
  for (let i = 0, k = 0; i < elements.length; i++)
    for (let j = 0; j <= i; j++, k++) information[k] = dot(derivatives[i], derivatives[j]);
  return information;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (const { start, end } of apogeeGrid.chips) for (let i = start; i < end; i++) sum += a[i] * b[i];
  return sum;
}

import { lightSpeed, vacuumToAir } from '../../src/science/resampling/restWavelength.js';
import { type SyntheticSpectra, syntheticGrid } from '../science/latents/syntheticSpectra.js';

/** km/s */
const VELOCITY = -48;

/** A star of the synthetic archive as another instrument has it: samples .17 Å apart instead of .2, in air, moving towards us. */
export function elsewhere(
  { pixels, flux: stored, parameters }: SyntheticSpectra,
  row: number,
): Record<string, unknown> {
  const own = stored.subarray(row * pixels, (row + 1) * pixels);
  const beta = VELOCITY / lightSpeed;
  const [wavelength, flux]: [number[], number[]] = [[], []];
  for (const { start, end } of syntheticGrid.chips)
    for (
      let lambda = syntheticGrid.wavelength[start] + 0.3;
      lambda < syntheticGrid.wavelength[end - 1] - 0.3;
      lambda += 0.17
    ) {
      wavelength.push(vacuumToAir(lambda * Math.sqrt((1 + beta) / (1 - beta))));
      flux.push(cubic(own, start + (lambda - syntheticGrid.wavelength[start]) / 0.2));
    }
  const [teff, logg] = parameters.subarray(row * 3, row * 3 + 2);
  const error = flux.map(() => 0.01);
  return { wavelength, flux, error, medium: 'AIR', radialVelocity: VELOCITY, normalised: true, teff, logg };
}

/** Between the second and third of four neighbours (Catmull & Rom 1974). */
function cubic(values: Float32Array, at: number): number {
  const i = Math.floor(at);
  const t = at - i;
  const [a, b, c, d] = [values[i - 1], values[i], values[i + 1], values[i + 2]];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

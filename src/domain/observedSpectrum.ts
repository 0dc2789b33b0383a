import { InputError } from './errors.js';
import type { ParameterValues } from './parameters.js';

/** What a wavelength was measured in. */
export type Medium = 'vacuum' | 'air';

/** A spectrum on its own grid, as an observer has it: nothing in it is known to be like the archive's. */
export interface ObservedSpectrum {
  /** Å, strictly increasing, of pixel centres. */
  readonly wavelength: Float64Array;
  /** In any unit; a value that is not finite flags the pixel. */
  readonly flux: Float64Array;
  /** 1-sigma, in the unit of the flux; a value that is not finite or not positive flags the pixel. */
  readonly error: Float64Array;
  readonly medium: Medium;
  /** λ / FWHM of the line spread function; null: that of the survey. */
  readonly resolvingPower: number | null;
  /** km/s by which the lines are shifted, positive to the red; null: at rest. */
  readonly radialVelocity: number | null;
  /** Whether the flux is divided by its continuum already; null where nobody says. */
  readonly normalised: boolean | null;
}

/** The one spectrum of a file, with what the file says of it; null where it says nothing. */
export interface SingleSpectrum extends Omit<ObservedSpectrum, 'medium'> {
  readonly medium: Medium | null;
  readonly parameters: ParameterValues;
  /** 1-sigma. */
  readonly errors: ParameterValues;
}

/** Fewer pixels are no spectrum, more are refused before anything is computed with them. */
export const fewestPixels = 10;
export const mostPixels = 100_000;
/** km/s. No star is faster; m/s given for km/s are. */
const FASTEST = 3000;
/** Å. Shorter wavelengths are stated in vacuum by convention, and the refraction formula ends. */
const SHORTEST_IN_AIR = 2000;

/**
 * @param place what the fields belong to, for errors: 'spectrum'
 * @throws InputError naming the field: lengths that differ, too few or too many pixels, wavelengths that are not finite, positive and strictly
 * increasing, a resolving power or velocity that cannot be
 */
export function checkObserved(spectrum: ObservedSpectrum, place: string): void {
  const { wavelength, flux, error, medium, resolvingPower, radialVelocity } = spectrum;
  const pixels = wavelength.length;
  if (pixels < fewestPixels || pixels > mostPixels)
    throw new InputError(`${place}.wavelength`, `${fewestPixels} to ${mostPixels} wavelengths`, pixels);
  for (const [name, { length }] of Object.entries({ flux, error }))
    if (length !== pixels)
      throw new InputError(`${place}.${name}`, `${pixels} values, one per wavelength`, `${length} values`);
  checkWavelengths(wavelength, `${place}.wavelength`);
  if (medium === 'air' && wavelength[0] < SHORTEST_IN_AIR)
    throw new InputError(`${place}.wavelength`, `wavelengths in air, Å, at least ${SHORTEST_IN_AIR}`, wavelength[0]);
  if (resolvingPower !== null && !(resolvingPower > 0 && resolvingPower < Infinity))
    throw new InputError(`${place}.resolvingPower`, 'a positive number, λ / FWHM', resolvingPower);
  if (radialVelocity !== null && !(Math.abs(radialVelocity) <= FASTEST))
    throw new InputError(`${place}.radialVelocity`, `-${FASTEST} to ${FASTEST} km/s`, radialVelocity);
}

function checkWavelengths(wavelength: Float64Array, field: string): void {
  for (let i = 0; i < wavelength.length; i++) {
    if (!(wavelength[i] > 0 && wavelength[i] < Infinity))
      throw new InputError(field, 'positive wavelengths in Å', `${wavelength[i]} at pixel ${i}`);
    if (i > 0 && !(wavelength[i] > wavelength[i - 1]))
      throw new InputError(
        field,
        'strictly increasing wavelengths',
        `${wavelength[i - 1]} then ${wavelength[i]} at pixel ${i}`,
        'sort the pixels by wavelength, and give overlapping orders or chips one after the other without their overlap',
      );
  }
}

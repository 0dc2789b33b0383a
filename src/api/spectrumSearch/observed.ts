import { InputError } from '../../domain/errors.js';
import { checkObserved, type ObservedSpectrum } from '../../domain/observedSpectrum.js';
import { type ParameterName, type ParameterValues, parameterNames } from '../../domain/parameters.js';
import { decodeFloats } from '../scalars/floatArray.js';
import { SpectralMedium, type SpectrumInput } from './input.js';

/** Name of the argument, for errors. */
export const ARGUMENT = 'spectrum';

/** @throws InputError naming the field of the argument */
export function toObserved(input: SpectrumInput): ObservedSpectrum {
  if (input.medium == null)
    throw new InputError(`${ARGUMENT}.medium`, 'VACUUM or AIR', input.medium, 'the file did not tell: ask who made it');
  const observed: ObservedSpectrum = {
    wavelength: decodeFloats(input.wavelength, `${ARGUMENT}.wavelength`),
    flux: decodeFloats(input.flux, `${ARGUMENT}.flux`),
    error: decodeFloats(input.error, `${ARGUMENT}.error`),
    medium: input.medium === SpectralMedium.AIR ? 'air' : 'vacuum',
    resolvingPower: input.resolvingPower ?? null,
    radialVelocity: input.radialVelocity ?? null,
    normalised: input.normalised ?? null,
  };
  checkObserved(observed, ARGUMENT);
  return observed;
}

export interface InputParameters {
  readonly values: ParameterValues;
  /** 1-sigma; null: exact. */
  readonly errors: ParameterValues;
}

/**
 * @param needed what the model removes
 * @throws InputError for a number that is not finite, an error below 0, or a parameter that is needed and missing
 */
export function toParameters(input: SpectrumInput, needed: readonly ParameterName[], model: string): InputParameters {
  const values = { teff: input.teff ?? null, logg: input.logg ?? null, feh: input.feh ?? null };
  const errors = { teff: input.teffError ?? null, logg: input.loggError ?? null, feh: input.fehError ?? null };
  for (const name of parameterNames) {
    const [value, error] = [values[name], errors[name]];
    if (value !== null && !Number.isFinite(value))
      throw new InputError(`${ARGUMENT}.${name}`, 'a finite number', value);
    if (error !== null && !(error >= 0 && error < Infinity))
      throw new InputError(`${ARGUMENT}.${name}Error`, 'a number of at least 0', error);
    if (value === null && needed.includes(name))
      throw new InputError(`${ARGUMENT}.${name}`, `a number, since the model ${model} removes it`, value);
  }
  return { values, errors };
}

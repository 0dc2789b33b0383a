import type { SingleSpectrum } from '../../domain/observedSpectrum.js';
import { type EncodedFloats, encodeFloats } from '../scalars/floatArray.js';
import { SpectrumEncoding } from '../scalars/spectrumEncoding.js';
import { SpectralMedium, type SpectrumInput } from './input.js';

/** Å: 0.02 m/s. */
const WAVELENGTH_DECIMALS = 5;
/** Significant digits of flux and error, which may be of any size: those of a 32-bit number. */
const DIGITS = 8;

type Arrays = 'wavelength' | 'flux' | 'error';
/** A SpectrumInput that is to be written as JSON. */
type WrittenInput = Omit<Required<SpectrumInput>, Arrays> & Readonly<Record<Arrays, EncodedFloats>>;

/** What a file says, as the argument of `twinsOf`; null where it says nothing. */
export function toInput(spectrum: SingleSpectrum, encoding: SpectrumEncoding): WrittenInput {
  const { wavelength, flux, error, medium, parameters, errors } = spectrum;
  const write = (values: Float64Array) =>
    encodeFloats(encoding === SpectrumEncoding.ARRAY ? values.map(shortened) : values, encoding, null);
  return {
    wavelength: encodeFloats(wavelength, encoding, WAVELENGTH_DECIMALS),
    flux: write(flux),
    error: write(error),
    medium: medium && (medium === 'air' ? SpectralMedium.AIR : SpectralMedium.VACUUM),
    resolvingPower: spectrum.resolvingPower,
    radialVelocity: spectrum.radialVelocity,
    normalised: spectrum.normalised,
    teff: parameters.teff,
    teffError: errors.teff,
    logg: parameters.logg,
    loggError: errors.logg,
    feh: parameters.feh,
    fehError: errors.feh,
  };
}

function shortened(value: number): number {
  return Number(value.toPrecision(DIGITS));
}

import type { ObservedSpectrum } from '../../domain/observedSpectrum.js';

/** km/s */
export const lightSpeed = 299_792.458;
/** The fixed point λ_vacuum = λ_air n(λ_vacuum) contracts by 1e-5 or less a round: 3 leave 1e-12 of the wavelength at 2000 Å. */
const ROUNDS = 3;

/**
 * Wavelengths in vacuum and at rest, Å. Air is left first, since the light was refracted at the wavelength at which it arrived; then the
 * relativistic Doppler shift of a purely radial motion is taken off: λ_rest = λ sqrt((1 - β) / (1 + β)).
 */
export function restWavelength({
  wavelength,
  medium,
  radialVelocity,
}: Pick<ObservedSpectrum, 'wavelength' | 'medium' | 'radialVelocity'>): Float64Array {
  const beta = (radialVelocity ?? 0) / lightSpeed;
  const factor = Math.sqrt((1 - beta) / (1 + beta));
  return wavelength.map((observed) => factor * (medium === 'air' ? airToVacuum(observed) : observed));
}

/** The inverse of `vacuumToAir`. */
export function airToVacuum(wavelength: number): number {
  let vacuum = wavelength;
  for (let round = 0; round < ROUNDS; round++) vacuum = wavelength * refractiveIndex(vacuum);
  return vacuum;
}

/** @param wavelength in vacuum, Å, from 2000 Å to 1.7 µm */
export function vacuumToAir(wavelength: number): number {
  return wavelength / refractiveIndex(wavelength);
}

/**
 * Refractive index of dry air at 15 °C and 101,325 Pa with 450 ppm of CO2, by vacuum wavelength in Å: Ciddor (1996), Applied Optics 35,
 * 1566, equation 1. It was measured into the infrared (to 1.69 µm), and is what APOGEE states its lines in air by.
 */
function refractiveIndex(wavelength: number): number {
  const squaredWavenumber = (1e4 / wavelength) ** 2;
  return 1 + 5.792105e-2 / (238.0185 - squaredWavenumber) + 1.67917e-3 / (57.362 - squaredWavenumber);
}

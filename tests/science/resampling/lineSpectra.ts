import { gaussians, uniforms } from '../latents/randomNumbers.js';

const FWHM = 2 * Math.sqrt(2 * Math.LN2);

/** A star of Gaussian absorption lines between two wavelengths (Å), known at every wavelength and every resolving power. */
export interface LineStar {
  /** The flux at resolving power R, continuum 1, at rest in vacuum. */
  at(wavelength: ArrayLike<number>, resolvingPower: number): Float64Array;
}

/** @param perAngstrom lines per Å; the giants of the H band have about one in two Å */
export function lineStar(
  seed: number,
  { from, to, perAngstrom = 0.5 }: { from: number; to: number; perAngstrom?: number },
): LineStar {
  const uniform = uniforms(seed);
  const lines = Array.from({ length: Math.round((to - from) * perAngstrom) }, () => ({
    centre: from + (to - from) * uniform(),
    area: 0.25 * uniform(),
  })).sort((a, b) => a.centre - b.centre);
  return {
    at: (wavelength, resolvingPower) =>
      Float64Array.from(wavelength, (lambda) => {
        let flux = 1;
        for (const { centre, area } of lines) {
          const sigma = centre / resolvingPower / FWHM;
          if (Math.abs(lambda - centre) > 7 * sigma) continue;
          const depth = area / (sigma * Math.sqrt(2 * Math.PI));
          flux -= 0.25 * depth * Math.exp(-0.5 * ((lambda - centre) / sigma) ** 2);
        }
        return flux;
      }),
  };
}

/** Wavelengths equidistant in ln, about `perFwhm` to a resolution element. */
export function logWavelengths(from: number, to: number, resolvingPower: number, perFwhm: number): Float64Array {
  const step = 1 / resolvingPower / perFwhm;
  const count = Math.floor(Math.log(to / from) / step);
  return Float64Array.from({ length: count }, (_, i) => from * Math.exp(i * step));
}

export function noisy(flux: Float64Array, error: ArrayLike<number>, seed: number): Float64Array {
  const normal = gaussians(seed);
  return flux.map((value, i) => value + error[i] * normal());
}

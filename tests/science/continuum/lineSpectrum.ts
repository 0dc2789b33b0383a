import type { Spectrum } from '../../../src/domain/spectrum.js';
import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';
import { gaussians, uniforms } from '../latents/randomNumbers.js';

const pixels = apogeeGrid.wavelength.length;

/** Normalised flux of Gaussian absorption lines at random places, of exponentially distributed depth. */
export function absorption(seed: number, lines: number, meanDepth: number): Float64Array {
  const uniform = uniforms(seed);
  const depth = new Float64Array(pixels);
  for (let line = 0; line < lines; line++) {
    const centre = uniform() * pixels;
    const strength = -meanDepth * Math.log(1 - uniform());
    for (let i = Math.max(0, Math.ceil(centre - 15)); i < Math.min(pixels, centre + 15); i++)
      depth[i] += strength * Math.exp(-0.5 * ((i - centre) / 2.8) ** 2);
  }
  return depth.map((tau) => Math.exp(-tau));
}

/** What a smooth instrument and star make of a flat spectrum, in counts. */
export function smoothContinuum(pixel: number): number {
  return 500 * (1 + 0.3 * Math.sin(pixel / 2000) + 0.1 * (pixel / pixels) ** 2);
}

/** A spectrum as observed: lines times continuum with noise. */
export function observe(
  normalised: Float64Array,
  continuum: (pixel: number) => number,
  snr: number,
  seed: number,
): Spectrum {
  const gaussian = gaussians(seed);
  return {
    flux: Float32Array.from(normalised, (flux, i) => continuum(i) * (flux + gaussian() / snr)),
    ivar: Float32Array.from(normalised, (_, i) => (snr / continuum(i)) ** 2),
    mask: new Uint32Array(pixels),
  };
}

import type { Nuisance } from './nuisance.js';

/** Resolving power of APOGEE (FWHM). */
const RESOLVING_POWER = 22500;

export const broaderLines = lineSpread('broader', 1.05);
export const narrowerLines = lineSpread('narrower', 0.95);

/** Fibres differ in their line spread by several per cent, and along the chips. */
function lineSpread(word: string, factor: number): Nuisance {
  return {
    name: `line spread 5 % ${word}`,
    description: `the line spread function 5 % ${word} than R = 22,500`,
    apply(flux, { wavelength, chips }) {
      for (const { start, end } of chips) {
        const middle = (start + end) >> 1;
        const pixel = Math.log(wavelength[middle + 1] / wavelength[middle]);
        const sigma = 1 / (RESOLVING_POWER * 2 * Math.sqrt(2 * Math.LN2)) / pixel;
        diffuse(flux.subarray(start, end), 0.5 * (factor ** 2 - 1) * sigma ** 2);
      }
    },
  };
}

/**
 * exp(t d²/dx²), in place, to second order in t: a convolution with a Gaussian of variance 2 t where t > 0, and its inverse where t < 0, which no kernel can be. Second
 * differences are right to 4th order; beyond its ends the chip is mirrored.
 */
function diffuse(flux: Float32Array, t: number): void {
  const second = secondDerivative(flux);
  const fourth = secondDerivative(second);
  for (let i = 0; i < flux.length; i++) flux[i] += t * second[i] + 0.5 * t * t * fourth[i];
}

function secondDerivative(values: Float32Array | Float64Array): Float64Array {
  const last = values.length - 1;
  const at = (i: number) => values[i < 0 ? -i : i > last ? 2 * last - i : i];
  return Float64Array.from(
    { length: values.length },
    (_, i) => (-at(i - 2) + 16 * at(i - 1) - 30 * at(i) + 16 * at(i + 1) - at(i + 2)) / 12,
  );
}

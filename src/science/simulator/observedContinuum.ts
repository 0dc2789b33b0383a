import { apogeeGrid } from '../../domain/wavelengthGrid.js';
import type { Random } from './random.js';

/** Flux levels of a survey's stars: log10, uniform. */
const LEVELS = [1.5, 3.5] as const;
/** How far the blaze falls from the middle of a chip to its ends, and how far its top may lie from the middle (half chip = 1). */
const FALL = [0.15, 0.4] as const;
const SHIFT = 0.25;
/** hc/k in Å K. */
const ALPHA = 1.4388e8;
const PIVOT = 16000;

/**
 * What the telescope sees of a flat spectrum: a black body's slope, a parabolic blaze in each chip and the star's brightness.
 * Drawn per star; smooth, so that a continuum fit can remove it.
 * @returns factor on the normalised flux by pixel of `apogeeGrid`; 1 outside its chips
 */
export function observedContinuum(teff: number, random: Random): Float64Array {
  const continuum = new Float64Array(apogeeGrid.wavelength.length).fill(1);
  const level = 10 ** (LEVELS[0] + (LEVELS[1] - LEVELS[0]) * random.uniform());
  for (const { start, end } of apogeeGrid.chips) {
    const fall = FALL[0] + (FALL[1] - FALL[0]) * random.uniform();
    const top = SHIFT * (2 * random.uniform() - 1);
    for (let pixel = start; pixel < end; pixel++) {
      const place = (2 * (pixel - start)) / (end - start - 1) - 1;
      const blaze = 1 - fall * (place - top) ** 2;
      const slope = planck(apogeeGrid.wavelength[pixel], teff) / planck(PIVOT, teff);
      continuum[pixel] = level * blaze * slope;
    }
  }
  return continuum;
}

function planck(wavelength: number, temperature: number): number {
  return wavelength ** -5 / Math.expm1(ALPHA / (wavelength * temperature));
}

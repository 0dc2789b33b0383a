import { apogeeGrid } from '../../domain/wavelengthGrid.js';
import { calibration } from './calibration.js';

/** Resolving power of APOGEE. */
const RESOLVING_POWER = 22500;
const LIGHT_SPEED_KMS = 299792.458;
/** Fine points per pixel: 1.38 km/s apart, two thirds of the narrowest Doppler width. */
const OVERSAMPLING = 3;
/** Pixels computed beyond the outer chips, for the line spread's sake. */
const MARGIN = 12;
/** The line spread is cut this many sigma from its centre. */
const CUT = 4.5;

const firstPixel = apogeeGrid.chips[0].start - MARGIN;
const endPixel = apogeeGrid.chips[apogeeGrid.chips.length - 1].end + MARGIN;
const logStep = 6e-6 / OVERSAMPLING;
const logFirst = Math.log10(apogeeGrid.wavelength[firstPixel]);

/** The grid on which opacity and flux are computed, equidistant in log wavelength. */
export const fineGrid = {
  points: (endPixel - firstPixel) * OVERSAMPLING,
  /** km/s between points. */
  step: LIGHT_SPEED_KMS * Math.LN10 * logStep,
  /** Position of a wavelength (Å) in points. */
  position: (wavelength: number): number => (Math.log10(wavelength) - logFirst) / logStep,
} as const;

const kernel = (() => {
  const instrument = LIGHT_SPEED_KMS / RESOLVING_POWER / (2 * Math.sqrt(2 * Math.LN2));
  const sigma = Math.hypot(instrument, calibration.macroturbulence) / fineGrid.step;
  const half = Math.ceil(CUT * sigma);
  const weights = Float64Array.from({ length: 2 * half + 1 }, (_, i) => Math.exp(-0.5 * ((i - half) / sigma) ** 2));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
})();

/**
 * What the spectrograph records: macroturbulence and the line spread function as one Gaussian, sampled at the pixels.
 * @param fine flux on `fineGrid`
 * @returns flux on `apogeeGrid`; 1 outside its chips
 */
export function record(fine: Float64Array): Float32Array {
  const flux = new Float32Array(apogeeGrid.wavelength.length).fill(1);
  const half = (kernel.length - 1) / 2;
  for (const { start, end } of apogeeGrid.chips)
    for (let pixel = start; pixel < end; pixel++) {
      const first = (pixel - firstPixel) * OVERSAMPLING - half;
      let sum = 0;
      for (let i = 0; i < kernel.length; i++) sum += kernel[i] * fine[first + i];
      flux[pixel] = sum;
    }
  return flux;
}

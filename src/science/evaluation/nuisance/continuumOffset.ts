import type { Nuisance } from './nuisance.js';

/** Chebyshev orders of the error. */
const ORDERS = 3;
const AMPLITUDE = 0.01;

/** A continuum placed wrongly: each chip multiplied by 1 + a parabola of random coefficients, 1 % root mean square. */
export const continuumOffset: Nuisance = {
  name: 'continuum off by 1 %',
  description:
    'each chip off by 1 % root mean square: a constant, a slope and a curvature, drawn per spectrum and chip',
  apply(flux, { chips }, random) {
    for (const { start, end } of chips) {
      const coefficients = Array.from({ length: ORDERS }, () => random.normal());
      const shape = Float64Array.from({ length: end - start }, (_, i) => {
        const x = (2 * i) / (end - start - 1) - 1;
        return coefficients[0] + coefficients[1] * x + coefficients[2] * (2 * x * x - 1);
      });
      const rms = Math.sqrt(shape.reduce((sum, value) => sum + value * value, 0) / shape.length);
      for (let i = start; i < end; i++) flux[i] *= 1 + (AMPLITUDE * shape[i - start]) / rms;
    }
  },
};

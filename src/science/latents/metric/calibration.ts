import type { CalibrationStars } from '../calibrationStars.js';
import type { ParameterScaler } from '../parameterScaler.js';
import { FehPopulation } from './fehPopulation.js';
import type { Originals } from './modelTwins.js';

/** Stars that a metric is fitted on, at most: W of 20 latents is then good to a few percent. Rows of pixels are a hundred times as dear as coefficients of a basis. */
const MOST = { coefficients: 2000, pixels: 400 };
/** More columns than a basis has. */
const WIDE = 200;

/** Half of the calibration stars, the first, or as many as are enough. */
export function metricStars({ rows: chosen, x, noise, u, uErrors }: CalibrationStars): Originals {
  const rows = Math.min(Math.ceil(chosen.length / 2), noise.width > WIDE ? MOST.pixels : MOST.coefficients);
  const first = (values: Float32Array) => values.subarray(0, (rows * values.length) / chosen.length);
  return { rows, x: first(x), noise: noise.slice(0, rows), u: first(u), uErrors: first(uErrors) };
}

/** [Fe/H] of the training stars where the model removes it, else null. @param u scaled, rows x parameters */
export function fehPopulation(scaler: ParameterScaler, u: Float32Array): FehPopulation | null {
  const column = scaler.parameters.indexOf('feh');
  if (column < 0) return null;
  const m = scaler.parameters.length;
  return FehPopulation.fit(Array.from(scaler.restore(u)).filter((_, i) => i % m === column));
}

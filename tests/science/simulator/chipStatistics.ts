import { apogeeGrid } from '../../../src/domain/wavelengthGrid.js';

/** Pixels inside the chips of the grid. */
export const chipPixels: readonly number[] = apogeeGrid.chips.flatMap(({ start, end }) =>
  Array.from({ length: end - start }, (_, i) => start + i),
);

/** Mean, standard deviation and minimum over the chips' pixels. */
export function chipStatistics(flux: ArrayLike<number>): { mean: number; deviation: number; minimum: number } {
  const values = chipPixels.map((pixel) => flux[pixel]);
  const average = mean(values);
  return {
    mean: average,
    deviation: Math.sqrt(mean(values.map((value) => (value - average) ** 2))),
    minimum: Math.min(...values),
  };
}

/** Euclidean distance of two spectra over the chips' pixels. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.sqrt(chipPixels.reduce((sum, pixel) => sum + (a[pixel] - b[pixel]) ** 2, 0));
}

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}

import type { PixelRange, WavelengthGrid } from '../../domain/wavelengthGrid.js';

/** Chebyshev polynomials T_0..T_highest at the pixels of one chip. The chip's wavelengths are mapped to [-1, 1]. */
export interface ChipPolynomials {
  readonly chip: PixelRange;
  /** One array per order, one value per pixel of the chip, in double precision. */
  readonly values: readonly Float64Array[];
}

/** The polynomials of every chip of a grid, up to an order; computed once per grid and kept with it. */
export function chebyshev(grid: WavelengthGrid, highest: number): readonly ChipPolynomials[] {
  const known = kept.get(grid);
  if (known && known[0].values.length > highest) return known;
  const made = grid.chips.map((chip) => ({
    chip,
    values: polynomials(grid.wavelength.subarray(chip.start, chip.end), highest),
  }));
  kept.set(grid, made);
  return made;
}

/** The sum of coefficients times polynomials, per pixel of the chip. */
export function evaluate(
  { chip, values }: ChipPolynomials,
  coefficients: Float64Array,
  into: Float64Array = new Float64Array(chip.end - chip.start),
): Float64Array {
  into.fill(coefficients[0]);
  for (let k = 1; k < coefficients.length; k++) {
    const [factor, polynomial] = [coefficients[k], values[k]];
    for (let i = 0; i < into.length; i++) into[i] += factor * polynomial[i];
  }
  return into;
}

const kept = new WeakMap<WavelengthGrid, readonly ChipPolynomials[]>();

/** By the recurrence T_k+1 = 2 x T_k - T_k-1. */
function polynomials(wavelength: Float64Array, highest: number): Float64Array[] {
  const [first, last] = [wavelength[0], wavelength[wavelength.length - 1]];
  const x = wavelength.map((w) => (2 * (w - first)) / (last - first || 1) - 1);
  const values = [x.map(() => 1), x];
  for (let k = 2; k <= highest; k++) values.push(x.map((value, i) => 2 * value * values[k - 1][i] - values[k - 2][i]));
  return values.slice(0, Math.max(highest, 1) + 1);
}

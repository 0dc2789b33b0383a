import { InputError } from './errors.js';

/** Half-open range of pixel indices. */
export interface PixelRange {
  readonly start: number;
  readonly end: number;
}

/** Wavelengths in vacuum, in Å, strictly increasing, one per pixel; `chips` are the stretches that a detector recorded, in order. */
export interface WavelengthGrid {
  readonly wavelength: Float64Array;
  readonly chips: readonly PixelRange[];
}

/** A step this many times the median one starts a new chip. */
const CHIP_STEP = 5;
/** Å. Anything shorter is no stellar spectrum, but one in µm. */
const SHORTEST = 100;
/** Two grids are one when no pixel differs by more than this fraction of its width. */
const SAME_GRID_TOLERANCE = 0.01;

/**
 * The grid of APOGEE's combined spectra: log10(lambda / Å) = 4.179 + 6e-6 i, i = 0..8574, R = 22,500.
 * Chips as in the DR17 headers (BOVERMIN..ROVERMAX, zero-based), less 10 pixels at each end, where the noise is badly known.
 */
export const apogeeGrid: WavelengthGrid = {
  wavelength: Float64Array.from({ length: 8575 }, (_, i) => 10 ** (4.179 + 6e-6 * i)),
  chips: [
    { start: 211, end: 3309 },
    { start: 3547, end: 6115 },
    { start: 6305, end: 8367 },
  ],
};

/**
 * A grid from its wavelengths (vacuum, Å). A known survey's grid is recognised, so that its chips are the survey's own;
 * otherwise a step over five times the median one starts a new chip.
 * @param place names the source in an error: a file and dataset, an argument
 * @throws InputError when there are fewer than two wavelengths, or they do not strictly increase, or are not in Å
 */
export function makeGrid(wavelength: Float64Array, place: string): WavelengthGrid {
  if (wavelength.length < 2) throw new InputError(place, 'at least 2 wavelengths', wavelength.length);
  if (wavelength[0] < SHORTEST)
    throw new InputError(
      place,
      `wavelengths in Å, at least ${SHORTEST}`,
      wavelength[0],
      'convert them: 1 nm is 10 Å, 1 µm is 10,000 Å',
    );
  const steps = new Float64Array(wavelength.length - 1);
  for (let i = 0; i < steps.length; i++) {
    steps[i] = wavelength[i + 1] - wavelength[i];
    if (!(steps[i] > 0) || !(wavelength[i] > 0))
      throw new InputError(
        place,
        'strictly increasing wavelengths in Å',
        `${wavelength[i]} then ${wavelength[i + 1]} at pixel ${i}`,
      );
  }
  if (sameWavelengths(wavelength, apogeeGrid.wavelength)) return apogeeGrid;
  const limit = CHIP_STEP * steps.slice().sort()[steps.length >> 1];
  const chips: PixelRange[] = [];
  let start = 0;
  for (let i = 0; i < steps.length; i++)
    if (steps[i] > limit) {
      chips.push({ start, end: i + 1 });
      start = i + 1;
    }
  chips.push({ start, end: wavelength.length });
  return { wavelength, chips };
}

export function sameGrid(a: WavelengthGrid, b: WavelengthGrid): boolean {
  return a === b || sameWavelengths(a.wavelength, b.wavelength);
}

/** A grid in the words of an error message. */
export function describeGrid({ wavelength }: WavelengthGrid): string {
  return `${wavelength[0].toFixed(2)}-${wavelength[wavelength.length - 1].toFixed(2)} Å in ${wavelength.length} pixels`;
}

function sameWavelengths(a: Float64Array, b: Float64Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const width = i + 1 < a.length ? a[i + 1] - a[i] : a[i] - a[i - 1];
    if (Math.abs(a[i] - b[i]) > SAME_GRID_TOLERANCE * width) return false;
  }
  return true;
}

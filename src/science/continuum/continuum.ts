import { SpectrumError } from '../../domain/errors.js';
import { type Continuum, type Spectrum, usable } from '../../domain/spectrum.js';
import type { PixelRange, WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { chebyshev, evaluate } from './chebyshev.js';
import { fitChip, minimumPixels } from './chipFit.js';
import type { ContinuumSettings } from './continuumSettings.js';

/** Rises whenever `normalise` gives another result. */
export const CONTINUUM_VERSION = 1;

export interface Normalised {
  readonly spectrum: Spectrum;
  readonly continuum: Continuum;
}

/**
 * Divides an observed spectrum by its continuum: per chip a Chebyshev polynomial, fitted with weights of inverse variance to the continuum
 * pixels, or, where none are known, again and again to the pixels that are not clipped as lines.
 *
 * Inverse variance becomes 0, and the flux 1, in every pixel outside the chips, that came with inverse variance 0 or not finite, or where
 * the continuum is not positive. What flux a flagged pixel came with changes no bit of the result. A chip with too few good pixels for its
 * polynomial is flagged whole, its coefficients are 0, and the others are kept.
 * @param subject names the spectrum in an error
 * @throws SpectrumError when the arrays are not of the grid's length, or no chip has enough good pixels
 */
export function normalise(
  spectrum: Spectrum,
  grid: WavelengthGrid,
  settings: ContinuumSettings,
  subject = 'spectrum',
): Normalised {
  checkLength(spectrum, grid, subject);
  const result = blank(spectrum);
  const chips = chebyshev(grid, 2 * settings.order);
  const coefficients = chips.map((chip) => fitChip(chip, spectrum, settings));
  if (coefficients.every((fitted) => fitted === null))
    throw new SpectrumError(
      subject,
      `at least ${minimumPixels(settings.order)} good pixels in one chip`,
      chips.map(({ chip }) => `${goodPixelsIn(spectrum, chip)} in pixels ${chip.start}-${chip.end - 1}`).join(', '),
    );
  chips.forEach((chip, i) => {
    const fitted = coefficients[i];
    if (fitted) divide(spectrum, chip.chip, evaluate(chip, fitted), settings.errorFloor, result);
  });
  const stored = coefficients.map((fitted) => fitted ?? new Float64Array(settings.order + 1));
  return { spectrum: result, continuum: { method: 'chebyshev', version: CONTINUUM_VERSION, coefficients: stored } };
}

/** A spectrum that came normalised, with the same flags and the same cap as `normalise` gives. */
export function passThrough(
  spectrum: Spectrum,
  grid: WavelengthGrid,
  { errorFloor }: Pick<ContinuumSettings, 'errorFloor'>,
  subject = 'spectrum',
): Normalised {
  checkLength(spectrum, grid, subject);
  const result = blank(spectrum);
  for (const chip of grid.chips)
    divide(spectrum, chip, new Float64Array(chip.end - chip.start).fill(1), errorFloor, result);
  return { spectrum: result, continuum: { method: 'none', version: CONTINUUM_VERSION, coefficients: [] } };
}

/** The observed flux of a normalised spectrum, in the units it came in. Where there is no continuum, flux and inverse variance are 0. */
export function restore(normalised: Spectrum, continuum: Continuum, grid: WavelengthGrid): Spectrum {
  checkLength(normalised, grid, 'spectrum');
  const mask = normalised.mask.slice();
  if (continuum.method === 'none') return { flux: normalised.flux.slice(), ivar: normalised.ivar.slice(), mask };
  const flux = new Float32Array(mask.length);
  const ivar = new Float32Array(mask.length);
  chebyshev(grid, continuum.coefficients[0].length - 1).forEach((chip, i) => {
    evaluate(chip, continuum.coefficients[i]).forEach((level, k) => {
      const pixel = chip.chip.start + k;
      flux[pixel] = normalised.flux[pixel] * level;
      ivar[pixel] = level > 0 ? normalised.ivar[pixel] / level ** 2 : 0;
    });
  });
  return { flux, ivar, mask };
}

/** Every pixel flagged. */
function blank({ flux, mask }: Spectrum): Spectrum {
  return { flux: new Float32Array(flux.length).fill(1), ivar: new Float32Array(flux.length), mask: mask.slice() };
}

function divide(observed: Spectrum, chip: PixelRange, level: Float64Array, errorFloor: number, into: Spectrum): void {
  const cap = errorFloor ** -2;
  for (let k = 0, pixel = chip.start; k < level.length; k++, pixel++) {
    const flux = Math.fround(observed.flux[pixel] / level[k]);
    if (!usable(observed.flux[pixel], observed.ivar[pixel]) || !(level[k] > 0) || !Number.isFinite(flux)) continue;
    into.flux[pixel] = flux;
    into.ivar[pixel] = Math.min(cap, observed.ivar[pixel] * level[k] ** 2);
  }
}

function checkLength({ flux, ivar, mask }: Spectrum, { wavelength }: WavelengthGrid, subject: string): void {
  const lengths = [flux.length, ivar.length, mask.length];
  if (lengths.some((length) => length !== wavelength.length))
    throw new SpectrumError(
      subject,
      `${wavelength.length} pixels of flux, ivar and mask, as the grid has`,
      lengths.join(', '),
    );
}

function goodPixelsIn(spectrum: Spectrum, { start, end }: PixelRange): number {
  let good = 0;
  for (let pixel = start; pixel < end; pixel++) if (usable(spectrum.flux[pixel], spectrum.ivar[pixel])) good++;
  return good;
}

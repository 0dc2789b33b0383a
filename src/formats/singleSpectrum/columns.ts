import { FileError, StarkinError } from '../../domain/errors.js';
import { checkObserved, mostPixels, type SingleSpectrum } from '../../domain/observedSpectrum.js';
import { angstromsIn, type Quantity } from './columnNames.js';

/** What a file says beside its pixels. */
export type SpectrumFacts = Omit<SingleSpectrum, 'wavelength' | 'flux' | 'error'>;

export const noFacts: SpectrumFacts = {
  medium: null,
  resolvingPower: null,
  radialVelocity: null,
  normalised: null,
  parameters: { teff: null, logg: null, feh: null },
  errors: { teff: null, logg: null, feh: null },
};

/** A file with a single spectrum, being read. */
export interface SpectrumSource {
  readonly path: string;
  /** Where the pixels stand, for errors: 'HDU 1', 'columns'. */
  readonly place: string;
}

/** Columns by what they hold, and the unit of the wavelength (null: Å). */
export interface SpectrumColumns {
  readonly values: Readonly<Partial<Record<Quantity, ArrayLike<number>>>>;
  readonly unit: string | null;
}

/**
 * A spectrum from its columns: wavelengths to Å and in rising order, variances to errors.
 * @throws FileError when a column is missing or is no spectrum's
 */
export function fromColumns(
  { path, place }: SpectrumSource,
  { values, unit }: SpectrumColumns,
  facts: SpectrumFacts,
): SingleSpectrum {
  const fault = (expected: string, found: string) => new FileError({ file: path, place, expected, found });
  const held = `columns ${Object.keys(values).join(', ') || 'of other names'}`;
  const positions = values.wavelength ?? values.logWavelength;
  if (!positions) throw fault('wavelengths', held);
  if (!values.flux) throw fault('a flux', held);
  const error = errorsOf(values);
  if (!error) throw fault('an error, variance or inverse variance for every pixel', held);
  const factor = unit === null || unit.trim() === '' ? 1 : angstromsIn(unit);
  if (factor === null) throw fault('wavelengths in Å, nm, µm or m', `the unit "${unit}"`);
  const wavelength = Float64Array.from(positions, (value) => (values.wavelength ? value : 10 ** value) * factor);
  const spectrum = { ...facts, wavelength, flux: Float64Array.from(values.flux), error };
  if (wavelength.length > 1 && wavelength[0] > wavelength[wavelength.length - 1])
    for (const column of [spectrum.wavelength, spectrum.flux, spectrum.error]) column.reverse();
  const says = (i: number) => Number.isFinite(spectrum.flux[i]) && spectrum.flux[i] !== 0 && spectrum.error[i] > 0;
  if (!wavelength.some((_, i) => says(i))) throw fault('pixels with a flux other than 0 and a positive error', 'none');
  try {
    checkObserved({ ...spectrum, medium: facts.medium ?? 'vacuum' }, 'its spectrum');
  } catch (refusal) {
    if (!(refusal instanceof StarkinError)) throw refusal;
    throw new FileError({ file: path, place, expected: 'one spectrum', found: refusal.message }, refusal.remedy);
  }
  return spectrum;
}

/** @throws FileError for a file whose pixels are too many to be one spectrum: told before they are read */
export function checkPixels({ path, place }: SpectrumSource, pixels: number): void {
  if (pixels >= 1 && pixels <= mostPixels) return;
  throw new FileError({ file: path, place, expected: `1 to ${mostPixels} pixels`, found: `${pixels}` });
}

function errorsOf({ error, variance, ivar }: SpectrumColumns['values']): Float64Array | null {
  if (error) return Float64Array.from(error);
  if (variance) return Float64Array.from(variance, Math.sqrt);
  return ivar ? Float64Array.from(ivar, (weight) => 1 / Math.sqrt(weight)) : null;
}

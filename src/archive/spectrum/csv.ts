import type { WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { SpectrumFile } from '../../storage/spectrumFile.js';
import { errorsOf, fluxOf } from './pixels.js';

/** As in GraphQL: a hundredth of the steps in which flux and error are kept; .02 m/s of a wavelength. */
const DECIMALS = 5;

/**
 * A spectrum as CSV (RFC 4180): a line of names with the unit in brackets, then one per pixel. A flagged pixel has no flux and no error; `mask` holds the survey's bits.
 */
export function spectrumCsv({ spectrum: { spectrum } }: SpectrumFile, { wavelength }: WavelengthGrid): Buffer {
  const [flux, error] = [fluxOf(spectrum), errorsOf(spectrum)];
  const number = (value: number) => (Number.isNaN(value) ? '' : value.toFixed(DECIMALS));
  const lines = Array.from(
    wavelength,
    (lambda, i) => `${lambda.toFixed(DECIMALS)},${number(flux[i])},${number(error[i])},${spectrum.mask[i]}`,
  );
  return Buffer.from(`${['wavelength_vacuum [Angstrom],flux_normalised,error,mask', ...lines].join('\r\n')}\r\n`);
}

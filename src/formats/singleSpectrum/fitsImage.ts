import { FileError } from '../../domain/errors.js';
import type { Medium, SingleSpectrum } from '../../domain/observedSpectrum.js';
import type { FitsFile } from '../fits/fitsFile.js';
import { describeHdu, type Hdu } from '../fits/hdu.js';
import type { Header } from '../fits/header.js';
import { readImage } from '../fits/image.js';
import { type Quantity, recogniseName } from './columnNames.js';
import { checkPixels, fromColumns, type SpectrumFacts } from './columns.js';

/**
 * A spectrum as one-dimensional images: the flux in the first image, its error (or variance, or inverse variance) in another of the same length that its
 * EXTNAME names; wavelengths by the header's axis.
 * @throws FileError naming what is missing
 */
export async function readImageSpectrum(file: FitsFile, facts: SpectrumFacts): Promise<SingleSpectrum> {
  const images = file.hdus.filter(isLine);
  const fail = (place: string, expected: string, found: string) =>
    new FileError({ file: file.path, place, expected, found });
  const named = (hdu: Hdu) => recogniseName(hdu.header.text('EXTNAME') ?? '')?.quantity ?? null;
  const flux = images.find((hdu) => named(hdu) === 'flux') ?? images.find((hdu) => named(hdu) === null);
  if (!flux)
    throw fail('file', 'a table with columns wavelength, flux and error, or one-dimensional images', file.describe());
  const pixels = flux.shape[0];
  checkPixels({ path: file.path, place: `HDU ${flux.index}` }, pixels);
  const values: Partial<Record<Quantity, Float64Array>> = { flux: await readImage(file, flux, 0, pixels) };
  for (const hdu of images) {
    const quantity = named(hdu);
    if (quantity === null || values[quantity]) continue;
    if (hdu.shape[0] !== pixels) throw fail(`HDU ${hdu.index}`, `${pixels} pixels, as the flux has`, describeHdu(hdu));
    values[quantity] = await readImage(file, hdu, 0, pixels);
  }
  const source = { path: file.path, place: `HDU ${flux.index}` };
  if (values.wavelength || values.logWavelength) return fromColumns(source, { values, unit: null }, facts);
  const axis = readAxis([flux.header, file.hdus[0].header], pixels);
  if (!axis) throw fail(source.place, 'a wavelength axis (CRVAL1 and CDELT1 or CD1_1)', 'none');
  return fromColumns(
    source,
    { values: { ...values, wavelength: axis.wavelength }, unit: axis.unit },
    { ...facts, medium: axis.medium ?? facts.medium },
  );
}

/** An image of one row. */
function isLine({ kind, shape }: Hdu): boolean {
  return kind === 'image' && shape.length > 0 && shape[0] > 1 && shape.slice(1).every((length) => length === 1);
}

interface Axis {
  readonly wavelength: Float64Array;
  readonly unit: string | null;
  readonly medium: Medium | null;
}

/**
 * The wavelengths of an image's first axis: linear, in log10 (CTYPE1 = LOG-LINEAR, or IRAF's DC-FLAG = 1), or in ln as CTYPE1 = WAVE-LOG and AWAV-LOG
 * have it (Greisen et al. 2006, A&A 446, 747: WAVE is in vacuum, AWAV in air).
 */
function readAxis(headers: readonly Header[], pixels: number): Axis | null {
  const header = headers.find((each) => each.number('CRVAL1') !== null);
  const start = header?.number('CRVAL1') ?? null;
  const step = header?.number('CD1_1') ?? header?.number('CDELT1') ?? null;
  if (!header || start === null || step === null || step === 0) return null;
  const reference = header.number('CRPIX1') ?? 1;
  const type = (header.text('CTYPE1') ?? '').toUpperCase();
  const decimal = type.includes('LOG-LINEAR') || type === 'LOGLAM' || header.number('DC-FLAG') === 1;
  const natural = /^(A?WAV)E?-LOG$/.test(type);
  const at = (i: number) => {
    const offset = step * (i + 1 - reference);
    if (decimal) return 10 ** (start + offset);
    return natural ? start * Math.exp(offset / start) : start + offset;
  };
  return {
    wavelength: Float64Array.from({ length: pixels }, (_, i) => at(i)),
    unit: decimal ? null : header.text('CUNIT1'),
    medium: type.startsWith('AWAV') ? 'air' : type.startsWith('WAVE-') || type === 'WAVE' ? 'vacuum' : null,
  };
}

import { FileError, StarkinError } from '../../domain/errors.js';
import { apogeeGrid, makeGrid, type WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { FitsFile } from '../fits/fitsFile.js';
import { describeHdu, type Hdu } from '../fits/hdu.js';
import type { Header } from '../fits/header.js';
import { readImage, readIntegers } from '../fits/image.js';
import { fromErrors, type UsablePixels } from '../usablePixels.js';
import { refuseProduct } from './otherProducts.js';

/**
 * An APOGEE apStar file: one star's visits and their combination on one logarithmic wavelength grid (SDSS data model `apStar`).
 * HDU 1 is the flux, HDU 2 its error, HDU 3 the pixel mask; row 0 is the combined spectrum, row 1 combines with another weighting,
 * then a row per visit. With one visit there is row 0 alone (to DR16), or a second row of zeros (DR17).
 */
export interface ApStar {
  readonly file: FitsFile;
  /** Of the primary HDU. */
  readonly header: Header;
  /** OBJID, as it stands there. */
  readonly name: string;
  readonly grid: WavelengthGrid;
  readonly pixels: number;
  /** Visits that have a row of their own. */
  readonly visits: number;
}

const APSTAR =
  'an APOGEE apStar file: OBJID and a wavelength axis CTYPE1 = LOG-LINEAR in the primary header, then images of flux, error and pixel mask';

/** Whether a FITS file has the layout of an apStar file; its parts may still be faulty. */
export function isApStar({ hdus }: FitsFile): boolean {
  const { header } = hdus[0];
  return Boolean(header.text('OBJID')) && header.text('CTYPE1') === 'LOG-LINEAR' && hdus.length >= 4;
}

/** @throws FileError naming what is missing, or what the file is instead */
export function recogniseApStar(file: FitsFile): ApStar {
  if (!isApStar(file)) throw refuseProduct(file, APSTAR);
  const { header } = file.hdus[0];
  const name = header.text('OBJID') ?? '';
  const [pixels, rows = 1] = file.hdus[1].shape;
  const check = (index: number, what: string, accept: (hdu: Hdu) => boolean) => {
    const hdu = file.hdus[index];
    if (
      hdu.kind === 'image' &&
      hdu.shape[0] === pixels &&
      (hdu.shape[1] ?? 1) === rows &&
      hdu.shape.length <= 2 &&
      accept(hdu)
    )
      return;
    const expected = `${what} as an image of ${index === 1 ? 'pixels x spectra' : `${pixels} x ${rows}`}`;
    throw new FileError({ file: file.path, place: `HDU ${index}`, expected, found: describeHdu(hdu) });
  };
  check(1, 'the flux (floating-point)', ({ bitpix }) => bitpix < 0 && pixels > 0 && rows > 0);
  check(2, 'the error (floating-point)', ({ bitpix }) => bitpix < 0);
  check(3, 'the pixel mask (integers)', ({ bitpix }) => bitpix > 0);
  const grid = readLogLinearGrid(file.path, header, 0, pixels);
  return { file, header, name, pixels, visits: Math.max(0, rows - 2), grid };
}

/** Row of the combined spectrum (visit 0) or of the n-th visit. Row 1 is never read: its mask is empty. */
export function rowOf(visit: number): number {
  return visit === 0 ? 0 : visit + 1;
}

/** Flux, ivar and mask of one row. */
export async function readRow({ file, pixels }: ApStar, row: number): Promise<UsablePixels & { mask: Uint32Array }> {
  const [, flux, error, mask] = file.hdus;
  const first = row * pixels;
  const usable = fromErrors(await readImage(file, flux, first, pixels), await readImage(file, error, first, pixels));
  const bits = await readIntegers(file, mask, first, pixels);
  // Stored with 64 bits, of which the survey defines 15.
  const low =
    bits instanceof BigInt64Array || bits instanceof BigUint64Array
      ? Uint32Array.from(bits, lowBits)
      : Uint32Array.from(bits);
  return { ...usable, mask: low };
}

/** Whether a row holds no flux at all: zeros and NaN. */
export async function isRowEmpty({ file, pixels }: ApStar, row: number): Promise<boolean> {
  const flux = await readImage(file, file.hdus[1], row * pixels, pixels);
  return flux.every((value) => value === 0 || Number.isNaN(value));
}

function lowBits(value: bigint): number {
  return Number(BigInt.asUintN(32, value));
}

/**
 * log10(wavelength / Å) = CRVAL1 + CDELT1 (i + 1 - CRPIX1) at pixel i counted from 0; vacuum.
 * @param hdu the number of the HDU whose header this is, for errors
 */
export function readLogLinearGrid(file: string, header: Header, hdu: number, pixels: number): WavelengthGrid {
  const fault = (place: string, expected: string, found: string) =>
    new FileError({ file, place: `HDU ${hdu}, ${place}`, expected, found });
  const axis = (keyword: string): number => {
    const value = header.number(keyword);
    if (value === null) throw fault(keyword, 'a number', String(header.get(keyword) ?? 'nothing'));
    return value;
  };
  const [start, step, reference] = [axis('CRVAL1'), axis('CDELT1'), header.number('CRPIX1') ?? 1];
  const stated = header.number('NWAVE');
  if (stated !== null && stated !== pixels) throw fault('NWAVE', `${pixels}, the pixels of HDU 1`, String(stated));
  if (start === 4.179 && step === 6e-6 && reference === 1 && pixels === apogeeGrid.wavelength.length) return apogeeGrid;
  try {
    return makeGrid(
      Float64Array.from({ length: pixels }, (_, i) => 10 ** (start + step * (i + 1 - reference))),
      'wavelength',
    );
  } catch (error) {
    if (error instanceof StarkinError)
      throw fault('CRVAL1 and CDELT1', 'an increasing wavelength grid in log10(Å)', `${start} and ${step}`);
    throw error;
  }
}

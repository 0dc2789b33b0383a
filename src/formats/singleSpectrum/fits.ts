import type { SingleSpectrum } from '../../domain/observedSpectrum.js';
import { readRow, recogniseApStar } from '../apogee/apStar.js';
import { badPixelMask } from '../apogee/pixelMask.js';
import { readTemplateParameters } from '../apogee/templateParameters.js';
import { FitsFile } from '../fits/fitsFile.js';
import type { Header } from '../fits/header.js';
import { checkPixels, noFacts } from './columns.js';
import { readFacts } from './facts.js';
import { readImageSpectrum } from './fitsImage.js';
import { readTableSpectrum, spectrumColumns } from './fitsTable.js';

/** Of APOGEE (Majewski et al. 2017, AJ 154, 94). */
const APOGEE_RESOLVING_POWER = 22_500;

/** The one spectrum of a FITS file: an APOGEE apStar file, a binary table, or one-dimensional images. @throws FileError */
export async function readFits(path: string): Promise<SingleSpectrum> {
  const file = await FitsFile.open(path);
  try {
    if (looksLikeApStar(file)) return await readApStar(file);
    const headers = file.hdus.map(({ header }) => header);
    const facts = readFacts((names) => firstKeyword(headers, names));
    for (const hdu of file.hdus) {
      const columns = spectrumColumns(hdu);
      if (columns) return await readTableSpectrum(file, hdu, columns, facts);
    }
    return await readImageSpectrum(file, facts);
  } finally {
    await file.close();
  }
}

function firstKeyword(headers: readonly Header[], names: readonly string[]): string | number | null {
  for (const name of names)
    for (const header of headers) {
      const value = header.get(name.toUpperCase());
      if (typeof value === 'number' || (typeof value === 'string' && value !== '')) return value;
      if (typeof value === 'boolean') return String(value);
    }
  return null;
}

function looksLikeApStar({ hdus }: FitsFile): boolean {
  return hdus[0].header.text('OBJID') !== null && hdus[0].header.text('CTYPE1') === 'LOG-LINEAR' && hdus.length >= 4;
}

/** The combined spectrum, which is in vacuum and at rest, without its flagged pixels. */
async function readApStar(file: FitsFile): Promise<SingleSpectrum> {
  const star = recogniseApStar(file);
  checkPixels({ path: file.path, place: 'HDU 1' }, star.pixels);
  const { flux, ivar, mask } = await readRow(star, 0);
  const bad = badPixelMask();
  const template = await readTemplateParameters(star);
  const {
    errors,
    source: _,
    ...parameters
  } = template ?? { ...noFacts.parameters, errors: noFacts.errors, source: '' };
  return {
    wavelength: star.grid.wavelength,
    flux: Float64Array.from(flux),
    error: Float64Array.from(ivar, (weight, i) =>
      weight > 0 && !(mask[i] & bad) ? 1 / Math.sqrt(weight) : Number.NaN,
    ),
    medium: 'vacuum',
    resolvingPower: APOGEE_RESOLVING_POWER,
    radialVelocity: 0,
    normalised: false,
    parameters,
    errors,
  };
}

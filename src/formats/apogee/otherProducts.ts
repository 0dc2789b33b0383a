import { FileError } from '../../domain/errors.js';
import type { FitsFile } from '../fits/fitsFile.js';
import type { Hdu } from '../fits/hdu.js';
import { columnNames } from '../fits/table.js';

/** A product of the survey that cannot be ingested as spectra: what it is, why not, and what to take instead. */
interface OtherProduct {
  readonly name: string;
  readonly why: string;
  readonly instead: string;
  recognises(file: FitsFile): boolean;
}

const STAR_FILES =
  'the apStar (or asStar) file of the star, whose visits --visits reads, or its aspcapStar or mwmStar file';
const AS_LABELS = 'it as a table of labels: npx starkin ingest --release … --labels FILE';

/**
 * Files that users hand over beside those that can be read, by their layout in the SDSS data model (data.sdss.org/datamodel: APOGEE_REDUX apVisit,
 * apCframe, allStar, allVisit; MWM_ASTRA mwmVisit, mwmAllStar, astraStar; BOSS_SPECTRO_REDUX spec).
 */
const products: readonly OtherProduct[] = [
  {
    name: 'an apVisit (or asVisit) file',
    why: 'one visit, on the detectors’ own wavelengths and not resampled to the rest frame',
    instead: STAR_FILES,
    recognises: ({ hdus }) => unit(hdus[4]).startsWith('wave') && hdus[1]?.shape[1] === 3,
  },
  {
    name: 'an apCframe (or apPlate, ap1D) file',
    why: 'the spectra of all fibres of an exposure or plate, not resampled to the rest frame',
    instead: STAR_FILES,
    recognises: ({ hdus }) => hdus[1]?.kind === 'image' && hdus[1].shape.length >= 2 && hdus[1].shape[1] === 300,
  },
  {
    name: 'an mwmVisit file',
    why: 'the visits of a star, without their combination',
    instead: 'the star’s mwmStar file',
    recognises: (file) => isAstra(file) && anyTable(file, ['flux', 'mjd']),
  },
  {
    name: 'an astraStar or astraVisit file',
    why: 'the model spectra of an analysis pipeline, not observed ones',
    instead: 'the star’s mwmStar file',
    recognises: (file) => isAstra(file) && anyTable(file, ['model_flux']),
  },
  {
    name: 'an allStar (or allVisit) file',
    why: 'a table of parameters, without spectra',
    instead: AS_LABELS,
    recognises: (file) => file.hdus[1]?.kind === 'table' && anyTable(file, ['apogee_id'], ['flux']),
  },
  {
    name: 'an mwmAllStar, astraAllStar or similar summary file',
    why: 'a table of parameters, without spectra',
    instead: AS_LABELS,
    recognises: (file) => anyTable(file, ['sdss_id'], ['flux']),
  },
  {
    name: 'a BOSS spec file',
    why: 'an optical spectrum that is not resampled to the rest frame',
    instead: 'the star’s mwmStar file',
    recognises: (file) => anyTable(file, ['loglam', 'flux', 'ivar']),
  },
];

/** Why a FITS file is not what was expected: by name where it is a known product of the survey, with what to use instead. */
export function refuseProduct(file: FitsFile, expected: string): FileError {
  const product = products.find(({ recognises }) => recognises(file));
  const found = product ? `${product.name}: ${product.why}` : file.describe();
  return new FileError({ file: file.path, place: 'file', expected, found }, product && `use ${product.instead}`);
}

function unit(hdu: Hdu | undefined): string {
  return hdu?.header.text('BUNIT')?.toLowerCase() ?? '';
}

/** Written by Astra, the analysis framework of SDSS-V. */
function isAstra({ hdus }: FitsFile): boolean {
  return hdus[0].header.text('V_ASTRA') !== null;
}

function anyTable({ hdus }: FitsFile, wanted: readonly string[], unwanted: readonly string[] = []): boolean {
  return hdus.some((hdu) => {
    const names = columnNames(hdu);
    return wanted.every((name) => names.includes(name)) && !unwanted.some((name) => names.includes(name));
  });
}

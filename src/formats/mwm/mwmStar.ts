import { FileError } from '../../domain/errors.js';
import type { StellarParameters } from '../../domain/parameters.js';
import { apogeePixelBits } from '../../domain/pixelMask.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import { apogeeGrid, type WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { refuseProduct } from '../apogee/otherProducts.js';
import { badPixelMask } from '../apogee/pixelMask.js';
import { twoMassAlias } from '../apogee/starName.js';
import { FitsFile } from '../fits/fitsFile.js';
import type { Hdu } from '../fits/hdu.js';
import { BinaryTable, columnNames } from '../fits/table.js';
import { TableRow } from '../fits/tableRow.js';
import type { SurveyFormat } from '../format.js';
import { gridOf } from '../grid/gridChecks.js';
import { known, knownDeclination, knownPositive, knownRightAscension } from '../missingValue.js';
import { fromInverseVariances } from '../usablePixels.js';

const MWMSTAR =
  'an mwmStar file: V_ASTRA and SDSS_ID in the primary header, then tables of flux, ivar, pixel_flags for BOSS/APO, BOSS/LCO, APOGEE/APO, APOGEE/LCO';
const kept = (
  'telescope field healpix n_visits n_good_visits min_mjd max_mjd spectrum_flags v_rad std_v_rad mean_fiber std_fiber ' +
  'nmf_rchi2 nmf_flags xcsao_teff'
).split(' ');

/**
 * mwmStar files of SDSS-V's Milky Way Mapper (Astra 0.5 on; SDSS data model, MWM_ASTRA): the combined spectra of one source in its rest frame, one table
 * of one row per instrument and observatory, empty where the source was not observed. The flux is not normalised: Astra's own continuum (column `continuum`)
 * is left aside, so that all spectra of an archive are normalised alike. Spectra of the BOSS instrument are on another grid and left out, with a note.
 */
export const mwm: SurveyFormat = {
  name: 'mwm',
  description: 'SDSS-V mwmStar files of Astra (FITS): APOGEE spectra, of both observatories where there are two',
  survey: 'apogee',
  maskBits: apogeePixelBits,

  recognises: ({ fits }) => fits !== null && isMwmStar(fits),

  async simulated() {
    return false;
  },

  async count(path) {
    const file = await FitsFile.open(path);
    try {
      return spectraIn(file).length;
    } finally {
      await file.close();
    }
  },

  async *read(path, options) {
    const bad = badPixelMask(options.badBits);
    const file = await FitsFile.open(path);
    try {
      const spectra = spectraIn(file);
      const checksum = await file.checksum();
      for (const hdu of spectra) yield await readRecord(file, hdu, bad, checksum);
    } finally {
      await file.close();
    }
  },
};

/** mwmVisit files have the same tables with the visits' days, astraStar files have models of the flux. */
function isMwmStar({ hdus }: FitsFile): boolean {
  const { header } = hdus[0];
  if (header.text('V_ASTRA') === null || header.get('SDSS_ID') === undefined) return false;
  const tables = hdus.filter(({ kind }) => kind === 'table').map(columnNames);
  return (
    tables.some((names) => ['flux', 'ivar', 'pixel_flags'].every((name) => names.includes(name))) &&
    !tables.some((names) => names.includes('model_flux') || names.includes('mjd'))
  );
}

/** The HDUs with a spectrum of the APOGEE instrument. */
function spectraIn(file: FitsFile): Hdu[] {
  if (!isMwmStar(file)) throw refuseProduct(file, MWMSTAR);
  const apogee = file.hdus.filter((hdu) => instrumentOf(hdu) === 'APOGEE' && isFilled(hdu));
  if (apogee.length === 0)
    throw file.fault(
      3,
      'a spectrum of the APOGEE instrument in one of its two tables',
      `none; ${others(file) || 'no spectrum at all'}`,
    );
  for (const hdu of apogee) if (hdu.shape[1] !== 1) throw file.fault(hdu.index, 'one row', `${hdu.shape[1]} rows`);
  return apogee;
}

function isFilled(hdu: Hdu): boolean {
  return hdu.kind === 'table' && hdu.shape[1] > 0;
}

/** The extension's name is 'APOGEE/APO'; the keyword is there, too. */
function instrumentOf({ header }: Hdu): string {
  return (header.text('INSTRMNT') ?? header.text('EXTNAME')?.split('/')[0] ?? '').toUpperCase();
}

/** What else the file holds, in words. */
function others({ hdus }: FitsFile): string {
  const names = hdus
    .filter((hdu) => isFilled(hdu) && instrumentOf(hdu) !== 'APOGEE')
    .map(({ header, index }) => header.text('EXTNAME') ?? `HDU ${index}`);
  return names.length ? `spectra of ${names.join(', ')}` : '';
}

async function readRecord(file: FitsFile, hdu: Hdu, badBits: number, checksum: string): Promise<SpectrumRecord> {
  const table = BinaryTable.of(file, hdu);
  const row = await TableRow.read(table, 0);
  const { header } = file.hdus[0];
  const pixels = async (name: string) => numbersOf(file, hdu, name, await table.read(name, 0, 1));
  const { flux, ivar, unusable } = fromInverseVariances(await pixels('flux'), await pixels('ivar'));
  const mask = Uint32Array.from(await pixels('pixel_flags'));
  for (let i = 0; i < mask.length; i++) if (mask[i] & badBits) ivar[i] = 0;
  const sdss = row.identifier('sdss_id') ?? idOf(header.get('SDSS_ID'));
  if (!sdss) throw file.fault(0, 'the star’s identifier SDSS_ID', 'none');
  const apogeeName = [row.text('obj'), header.text('APOGEEID')].find((name) => name && /^2M\d{8}[+-]\d{7}$/.test(name));
  const gaia = idOf(header.get('GAIA3_ID'));
  const apred = row.text('apred');
  const leftOut = others(file);
  return {
    survey: null,
    star: {
      // The name that earlier releases give the same star, where there is one: it is one star in the archive.
      name: apogeeName ?? sdss,
      aliases: { sdss, ...(apogeeName ? twoMassAlias(apogeeName) : {}), ...(gaia ? { gaia } : {}) },
      ra: knownRightAscension(header.number('RA')),
      dec: knownDeclination(header.number('DEC')),
    },
    visit: 0,
    grid: await readGrid(file, hdu, table, flux.length),
    spectrum: { flux, ivar, mask },
    normalised: false,
    snr: knownPositive(row.number('snr')),
    parameters: readParameters(row),
    source: `${file.path} (${hdu.header.text('EXTNAME') ?? `HDU ${hdu.index}`})`,
    checksum,
    unusablePixels: unusable,
    properties: {
      ...row.properties(kept),
      ...(apred ? { reduction: `${apred} astra-${row.text('v_astra') ?? header.text('V_ASTRA')}` } : {}),
    },
    notes: leftOut ? [`${leftOut} are left out: another instrument`] : [],
    truth: null,
  };
}

function numbersOf(file: FitsFile, hdu: Hdu, name: string, values: ArrayLike<unknown>): number[] {
  if (values.length > 0 && typeof values[0] === 'string')
    throw file.fault(hdu.index, `numbers in column ${name}`, 'characters');
  return Array.from(values, Number);
}

/** The column, or the same grid stated by three keywords. In single precision it is still recognised as APOGEE's. */
async function readGrid(file: FitsFile, hdu: Hdu, table: BinaryTable, pixels: number): Promise<WavelengthGrid> {
  const stated = [hdu.header.number('CRVAL'), hdu.header.number('CDELT'), hdu.header.number('NPIXELS')];
  const isApogee = stated[0] === 4.179 && stated[1] === 6e-6 && pixels === apogeeGrid.wavelength.length;
  if (!table.names.some((name) => name.toLowerCase() === 'wavelength')) {
    if (isApogee) return apogeeGrid;
    throw file.fault(hdu.index, 'a column wavelength, or CRVAL, CDELT and NPIXELS', 'neither');
  }
  const wavelength = numbersOf(file, hdu, 'wavelength', await table.read('wavelength', 0, 1));
  if (wavelength.length !== pixels)
    throw file.fault(hdu.index, `${pixels} wavelengths, as many as flux`, String(wavelength.length));
  return gridOf(
    Float64Array.from(wavelength),
    `HDU ${hdu.index}, wavelength`,
    (place, expected, found) => new FileError({ file: file.path, place, expected, found }),
  );
}

/** Those of the template by which the pipeline found the velocity (Doppler), as in apStar files. */
function readParameters(row: TableRow): StellarParameters | null {
  const teff = knownPositive(row.number('doppler_teff'));
  const logg = known(row.number('doppler_logg'));
  const feh = known(row.number('doppler_fe_h'));
  if (teff === null && logg === null && feh === null) return null;
  const sigma = (name: string) => knownPositive(known(row.number(name)));
  return {
    teff,
    logg,
    feh,
    errors: { teff: sigma('doppler_e_teff'), logg: sigma('doppler_e_logg'), feh: sigma('doppler_e_fe_h') },
    source: 'radial-velocity template',
  };
}

function idOf(value: unknown): string | null {
  if (typeof value === 'string') return /^[1-9]/.test(value) ? value : null;
  return (typeof value === 'number' || typeof value === 'bigint') && value > 0 ? String(value) : null;
}

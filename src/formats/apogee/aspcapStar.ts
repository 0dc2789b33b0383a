import type { ParameterValues, StellarParameters } from '../../domain/parameters.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import { FitsFile } from '../fits/fitsFile.js';
import { describeHdu, type Hdu } from '../fits/hdu.js';
import { readImage } from '../fits/image.js';
import { BinaryTable, columnNames } from '../fits/table.js';
import { TableRow } from '../fits/tableRow.js';
import type { SurveyFormat } from '../format.js';
import { known, knownDeclination, knownPositive, knownRightAscension } from '../missingValue.js';
import { fromErrors } from '../usablePixels.js';
import { readLogLinearGrid } from './apStar.js';
import { refuseProduct } from './otherProducts.js';
import { twoMassAlias } from './starName.js';

/** Pixels that ASPCAP does not use have errors of 1e10 and the like: ten times the continuum says nothing, and would fill the store with noise. */
const LARGEST_ERROR = 10;
/** Columns worth keeping, under the survey's names. */
const kept = ['FIELD', 'NVISITS', 'STARFLAG', 'ASPCAPFLAG', 'VSCATTER', 'VHELIO_AVG', 'ASPCAP_CHI2', 'N_COMP'];
/** Places of Teff, log g and [M/H] in the arrays PARAM and FPARAM of releases whose tables have no columns of their own for them. */
const paramIndex = { teff: 0, logg: 1, feh: 3 } as const;

const ASPCAPSTAR =
  'an aspcapStar file: images of normalised flux, error and best fit, then the table of ASPCAP with one row';

/**
 * aspcapStar files (SDSS data model, APOGEE_ASPCAP): one combined spectrum, continuum-normalised by ASPCAP (García Pérez et al. 2016, AJ 151, 144), on
 * the grid of apStar. HDU 1 is the flux, HDU 2 its error, HDU 3 the best fit, HDU 4 a table of one row with the parameters. There are no visits and no mask.
 */
export const aspcap: SurveyFormat = {
  name: 'aspcap',
  description: 'SDSS APOGEE aspcapStar files (FITS): combined spectra already normalised, with ASPCAP parameters',
  survey: 'apogee',
  maskBits: {},

  recognises: ({ fits }) => fits !== null && isAspcapStar(fits),

  async simulated() {
    return false;
  },

  async count(path) {
    const file = await FitsFile.open(path);
    try {
      check(file);
      return 1;
    } finally {
      await file.close();
    }
  },

  async *read(path) {
    const file = await FitsFile.open(path);
    try {
      check(file);
      yield await readRecord(file);
    } finally {
      await file.close();
    }
  },
};

function isAspcapStar({ hdus }: FitsFile): boolean {
  const names = hdus.length > 4 ? columnNames(hdus[4]) : [];
  return (
    [hdus[1], hdus[2], hdus[3]].every(isSpectrum) && ['aspcapflag', 'fparam', 'param'].some((n) => names.includes(n))
  );
}

function isSpectrum(hdu: Hdu | undefined): boolean {
  return hdu?.kind === 'image' && hdu.bitpix < 0 && hdu.shape.length > 0 && hdu.shape.slice(1).every((n) => n === 1);
}

function check(file: FitsFile): void {
  if (!isAspcapStar(file)) throw refuseProduct(file, ASPCAPSTAR);
  const [pixels] = file.hdus[1].shape;
  const error = file.hdus[2];
  if (error.shape[0] !== pixels) throw file.fault(2, `the error in ${pixels} pixels, as HDU 1`, describeHdu(error));
  if (file.hdus[4].shape[1] !== 1) throw file.fault(4, 'one row', `${file.hdus[4].shape[1]} rows`);
}

async function readRecord(file: FitsFile): Promise<SpectrumRecord> {
  const [primary, flux, error] = file.hdus;
  const [pixels] = flux.shape;
  const axis = flux.header.number('CRVAL1') === null ? primary : flux;
  const grid = readLogLinearGrid(file.path, axis.header, axis.index, pixels);
  const row = await TableRow.read(BinaryTable.of(file, file.hdus[4]), 0);
  const name = row.text('APOGEE_ID') ?? primary.header.text('OBJID');
  if (!name) throw file.fault(4, 'the star’s name in column APOGEE_ID, or in OBJID of the primary header', 'neither');
  const errors = (await readImage(file, error, 0, pixels)).map((value) => (value >= LARGEST_ERROR ? NaN : value));
  const usable = fromErrors(await readImage(file, flux, 0, pixels), errors);
  const { unusable } = usable;
  const reduction = row.text('APRED_VERSION') ?? primary.header.text('APRED') ?? versionIn(row.text('APSTAR_ID'));
  const telescope = row.text('TELESCOPE') ?? primary.header.text('TELESCOP');
  return {
    survey: null,
    star: {
      name,
      aliases: { ...twoMassAlias(name), ...gaiaAlias(row) },
      ra: knownRightAscension(row.number('RA')),
      dec: knownDeclination(row.number('DEC')),
    },
    visit: 0,
    grid,
    spectrum: { flux: usable.flux, ivar: usable.ivar, mask: new Uint32Array(pixels) },
    normalised: true,
    snr: knownPositive(row.number('SNREV') ?? row.number('SNR')),
    parameters: readParameters(row),
    source: file.path,
    checksum: await file.checksum(),
    unusablePixels: unusable,
    properties: {
      ...row.properties(kept),
      ...(telescope ? { telescope } : {}),
      ...(reduction ? { reduction } : {}),
    },
    truth: null,
  };
}

/** The calibrated values where the release has them, else the fit's own. */
function readParameters(row: TableRow): StellarParameters | null {
  const fitted = (name: keyof typeof paramIndex) => row.number('PARAM', paramIndex[name]);
  const uncalibrated = (name: keyof typeof paramIndex) => row.number('FPARAM', paramIndex[name]);
  const teff =
    knownPositive(row.number('TEFF')) ?? knownPositive(fitted('teff')) ?? knownPositive(uncalibrated('teff'));
  const logg = known(row.number('LOGG')) ?? known(fitted('logg')) ?? known(uncalibrated('logg'));
  const feh =
    known(row.number('FE_H')) ?? known(row.number('M_H')) ?? known(fitted('feh')) ?? known(uncalibrated('feh'));
  if (teff === null && logg === null && feh === null) return null;
  const sigma = (name: string) => knownPositive(known(row.number(name)));
  const errors: ParameterValues = {
    teff: sigma('TEFF_ERR'),
    logg: sigma('LOGG_ERR'),
    feh: sigma('FE_H_ERR') ?? sigma('M_H_ERR'),
  };
  return { teff, logg, feh, errors, source: 'catalogue' };
}

function gaiaAlias(row: TableRow): Record<string, string> {
  const gaia = row.identifier('GAIAEDR3_SOURCE_ID') ?? row.identifier('GAIA_SOURCE_ID');
  return gaia ? { gaia } : {};
}

/** 'apogee.apo25m.stars.dr17.…' names the reduction; releases write it in several ways. */
function versionIn(id: string | null): string | undefined {
  return id?.split('.').find((part) => /^(dr|r)\d+$/.test(part));
}

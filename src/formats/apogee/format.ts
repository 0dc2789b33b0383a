import { toMjd } from '../../domain/exposure.js';
import type { StellarParameters } from '../../domain/parameters.js';
import { apogeePixelBits } from '../../domain/pixelMask.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { StarIdentity } from '../../domain/star.js';
import { FitsFile } from '../fits/fitsFile.js';
import type { Header } from '../fits/header.js';
import type { ReadOptions, SurveyFormat } from '../format.js';
import { knownDeclination, knownPositive, knownRightAscension } from '../missingValue.js';
import { type ApStar, isApStar, isRowEmpty, readRow, recogniseApStar, rowOf } from './apStar.js';
import { badPixelMask } from './pixelMask.js';
import { twoMassAlias } from './starName.js';
import { readTemplateParameters } from './templateParameters.js';

/**
 * Header keywords worth keeping, under their own names: where and how the star was observed, and signs of a binary (N_COMP over 1,
 * CCFWHM far above AUTOFWHM, a large VSCATTER).
 */
const starKeywords = (
  'TELESCOP FIELD LOCID NVISITS STARFLAG ANDFLAG N_COMP VHELIO VSCATTER VERR CCFWHM AUTOFWHM MEANFIB SIGFIB RV_CHI2 SNREV ' +
  'J H K APTARG1 APTARG2 AP2TARG1 AP2TARG2 AP2TARG3'
).split(' ');
/** The same for a visit; each is followed by the visit's number in the header, and kept without it. */
const visitKeywords = ['SFILE', 'DATE', 'JD', 'FIBER', 'BC', 'VRAD', 'VERR', 'VHELIO', 'FLAG'];

/** Spectra of the APOGEE survey, one star per file. */
export const apogee: SurveyFormat = {
  name: 'apogee',
  description: 'SDSS APOGEE apStar files (FITS): combined spectrum, and single visits on request',
  survey: 'apogee',
  maskBits: apogeePixelBits,

  async simulated() {
    return false;
  },

  recognises: ({ fits }) => fits !== null && isApStar(fits),

  async count(path, options) {
    return withApStar(path, async (star) => (await visitsToRead(star, options)).length);
  },

  async *read(path, options) {
    const bad = badPixelMask(options.badBits);
    const file = await FitsFile.open(path);
    try {
      const star = recogniseApStar(file);
      const checksum = await file.checksum();
      const parameters = await readTemplateParameters(star);
      const visits = await visitsToRead(star, options);
      for (const visit of visits) yield await readRecord(star, visit, bad, checksum, parameters, visits);
    } finally {
      await file.close();
    }
  },
};

async function withApStar<T>(path: string, use: (star: ApStar) => Promise<T>): Promise<T> {
  const file = await FitsFile.open(path);
  try {
    return await use(recogniseApStar(file));
  } finally {
    await file.close();
  }
}

/** The combination, and the visits that have a spectrum: where a visit's file was missing, the survey leaves its row empty. */
async function visitsToRead(star: ApStar, options: ReadOptions): Promise<number[]> {
  const visits = [0];
  for (let visit = 1; options.visits && visit <= star.visits; visit++)
    if (!(await isRowEmpty(star, rowOf(visit)))) visits.push(visit);
  return visits;
}

/** Visits that the header counts and that have no spectrum among those read. */
function missingVisits({ header, visits: rows }: ApStar, options: readonly number[]): string[] {
  const counted = header.number('NVISITS') ?? 0;
  if (counted < 2) return [];
  const missing = Array.from({ length: counted }, (_, i) => i + 1).filter(
    (visit) => visit > rows || (options.length > 1 && !options.includes(visit)),
  );
  return missing.map((visit) => {
    const file = header.text(`SFILE${visit}`);
    return `visit ${visit} of ${counted}${file ? ` (${file})` : ''} has no spectrum in the file`;
  });
}

async function readRecord(
  star: ApStar,
  visit: number,
  badBits: number,
  checksum: string,
  parameters: StellarParameters | null,
  visits: readonly number[],
): Promise<SpectrumRecord> {
  const { flux, ivar, mask, unusable } = await readRow(star, rowOf(visit));
  for (let i = 0; i < mask.length; i++) if (mask[i] & badBits) ivar[i] = 0;
  return {
    survey: null,
    star: identity(star),
    visit,
    grid: star.grid,
    spectrum: { flux, ivar, mask },
    normalised: false,
    // Of a star with one visit the header's SNRVIS1 is 0, SNR is right.
    snr: knownPositive(star.header.number(visit === 0 ? 'SNR' : `SNRVIS${visit}`)),
    parameters,
    source: visit === 0 ? star.file.path : `${star.file.path} (visit ${visit})`,
    checksum,
    unusablePixels: unusable,
    properties: {
      ...properties(star.header, starKeywords, ''),
      ...(visit === 0 ? datesOf(star) : properties(star.header, visitKeywords, String(visit))),
      ...origin(star.header),
    },
    notes: visit === 0 ? missingVisits(star, visits) : [],
    truth: null,
  };
}

/** Dates of the first and the last visit that are combined, under the names that mwmStar files have for them; these are of the middles of exposures. */
function datesOf({ header, visits }: ApStar): { min_mjd?: number; max_mjd?: number } {
  // A file of one visit has no row for it.
  const dates = Array.from({ length: Math.max(1, visits) }, (_, i) => toMjd(header.number(`JD${i + 1}`)));
  const known = dates.filter((date) => date !== null);
  return known.length ? { min_mjd: Math.min(...known), max_mjd: Math.max(...known) } : {};
}

function identity({ header, name }: ApStar): StarIdentity {
  return {
    name,
    aliases: twoMassAlias(name),
    ra: knownRightAscension(header.number('RA')),
    dec: knownDeclination(header.number('DEC')),
  };
}

/**
 * Telescope and version of the reduction. SDSS-V states both; DR17 neither, but names its visits' files 'apVisit-dr17-…', or 'asVisit-…' for those
 * from Las Campanas.
 */
function origin(header: Header): { telescope?: string; reduction?: string } {
  const visit = /^(ap|as)Visit-([^-]+)-/.exec(header.text('SFILE1') ?? '');
  const telescope = header.text('TELESCOP') ?? (visit && (visit[1] === 'as' ? 'lco25m' : 'apo25m'));
  const reduction = header.text('APRED') ?? header.text('V_APRED') ?? visit?.[2];
  return { ...(telescope ? { telescope } : {}), ...(reduction ? { reduction } : {}) };
}

/** Values that the header has, under the keywords' names; sentinels for "not known" are left out. */
function properties(header: Header, keywords: readonly string[], suffix: string): Record<string, string | number> {
  const found: Record<string, string | number> = {};
  for (const keyword of keywords) {
    const value = header.get(keyword + suffix);
    if (typeof value === 'string' && value !== '') found[keyword] = value;
    else if (typeof value === 'bigint') found[keyword] = String(value);
    else if (typeof value === 'number' && Math.trunc(Math.abs(value)) !== 9999) found[keyword] = value;
  }
  return found;
}

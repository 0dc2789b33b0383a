import type { StellarParameters } from '../../domain/parameters.js';
import type { SpectrumRecord } from '../../domain/spectrum.js';
import type { StarIdentity } from '../../domain/star.js';
import { FitsFile } from '../fits/fitsFile.js';
import type { Header } from '../fits/header.js';
import type { ReadOptions, SurveyFormat } from '../format.js';
import { knownDeclination, knownPositive, knownRightAscension } from '../missingValue.js';
import { type ApStar, readRow, recogniseApStar, rowOf } from './apStar.js';
import { badPixelMask, pixelMaskBits } from './pixelMask.js';
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
  maskBits: pixelMaskBits,

  async simulated() {
    return false;
  },

  async count(path, options) {
    return withApStar(path, async (star) => visitsToRead(star, options).length);
  },

  async *read(path, options) {
    const bad = badPixelMask(options.badBits);
    const file = await FitsFile.open(path);
    try {
      const star = recogniseApStar(file);
      const checksum = await file.checksum();
      const parameters = await readTemplateParameters(star);
      for (const visit of visitsToRead(star, options)) yield await readRecord(star, visit, bad, checksum, parameters);
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

function visitsToRead({ visits }: ApStar, options: ReadOptions): number[] {
  return Array.from({ length: 1 + (options.visits ? visits : 0) }, (_, visit) => visit);
}

async function readRecord(
  star: ApStar,
  visit: number,
  badBits: number,
  checksum: string,
  parameters: StellarParameters | null,
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
      ...(visit === 0 ? {} : properties(star.header, visitKeywords, String(visit))),
    },
    truth: null,
  };
}

function identity({ header, name }: ApStar): StarIdentity {
  const twoMass = /^2M(\d{8}[+-]\d{7})$/.exec(name)?.[1];
  return {
    name,
    aliases: twoMass ? { '2mass': twoMass } : {},
    ra: knownRightAscension(header.number('RA')),
    dec: knownDeclination(header.number('DEC')),
  };
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

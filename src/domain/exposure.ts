import type { Visit } from './spectrum.js';
import { observingConditions } from './systematics.js';

/** When and through what a spectrum was taken, as far as its survey tells. */
export interface Exposure {
  /** Modified Julian Date, days; null for a combined spectrum, which has many. */
  readonly mjd: number | null;
  /** Number of the fibre; of a combined spectrum the mean over its visits. */
  readonly fibre: number | null;
  /** The survey's name of the telescope. */
  readonly telescope: string | null;
}

/** More than any star has: the spectra of a second telescope are so many visits further on. */
export const VISITS_OF_A_TELESCOPE = 100_000;

/** Whether it is the sum of a telescope's visits. */
export function isCombined(visit: Visit): boolean {
  return visit % VISITS_OF_A_TELESCOPE === 0;
}

/** Days: Julian Date of MJD 0. */
export const MJD_ZERO = 2_400_000.5;

/** The Modified Julian Date of a Julian Date; null of what is none, or before 1858. */
export function toMjd(julianDate: unknown): number | null {
  return typeof julianDate === 'number' && julianDate > MJD_ZERO ? julianDate - MJD_ZERO : null;
}

/** From the properties that surveys keep under their own keywords: JD and FIBER of an apStar file's visit, means of combined spectra. */
export function exposureOf(visit: Visit, properties: Readonly<Record<string, string | number>>): Exposure {
  const { fibre, telescope } = observingConditions(properties);
  if (isCombined(visit)) return { mjd: null, fibre, telescope };
  const { JD: date, FIBER: own } = properties;
  return {
    mjd: toMjd(date),
    // Never the mean of all visits, which the file of a visit tells too.
    fibre: typeof own === 'number' && own >= 0 ? own : null,
    telescope,
  };
}

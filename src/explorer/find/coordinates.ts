/** A place on the sky, ICRS, degrees. */
export interface Place {
  readonly ra: number;
  readonly dec: number;
}

/**
 * Reads what people paste: `263.648 -27.884`, `263.648, -27.884`, `17:34:35.5 -27:53:04`, `17h34m35.5s -27d53m04s`, `17 34 35.5 -27 53 04`.
 * Sexagesimal right ascensions are hours, decimal ones degrees.
 * @returns null for anything else, such as a name
 */
export function readCoordinates(text: string): Place | null {
  const plain = text.trim().replaceAll('−', '-');
  if (!/^[\d\s:.,+\-hmsd°'"′″]+$/i.test(plain)) return null;
  const parts = plain.match(/[+-]?\d+(?:\.\d+)?/g) ?? [];
  if (parts.length === 2) return checked(Number(parts[0]), Number(parts[1]));
  if (parts.length !== 6) return null;
  const [hours, minutes, seconds, degrees, arcminutes, arcseconds] = parts.map((part) => Math.abs(Number(part)));
  const sign = parts[3].startsWith('-') ? -1 : 1;
  return checked(15 * sexagesimal(hours, minutes, seconds), sign * sexagesimal(degrees, arcminutes, arcseconds));
}

function sexagesimal(whole: number, minutes: number, seconds: number): number {
  return whole + minutes / 60 + seconds / 3600;
}

function checked(ra: number, dec: number): Place | null {
  return ra >= 0 && ra <= 360 && Math.abs(dec) <= 90 ? { ra, dec } : null;
}

/** A direction on the sky, degrees, ICRS: ra in [0, 360), dec in [-90, 90]. */
export interface SkyPosition {
  readonly ra: number;
  readonly dec: number;
}

/** All directions within `radius` degrees (0 to 180) of the centre, those at the radius included. */
export interface Cone extends SkyPosition {
  readonly radius: number;
}

/**
 * Right ascension in degrees: of a number, degrees from -180 to 360; of text, hours, minutes and seconds (17:33:54.83, 17 33 54.83, 17h33m54.83s), or degrees
 * (263.478, 263d28m42.5s).
 * @returns it within [0, 360), or null for anything else
 */
export function parseRightAscension(value: number | string): number | null {
  const degrees = typeof value === 'number' ? value : parseText(value, 15);
  if (degrees === null || !(degrees >= -180 && degrees <= 360)) return null;
  // A hair below 0 is rounded to 360.
  return (degrees < 0 ? degrees + 360 : degrees) % 360;
}

/**
 * Declination in degrees: of a number, degrees; of text, degrees, minutes and seconds of arc (-27:53:04.3, -27d53m04.3s, -27°53′04.3″), or degrees.
 * @returns it within [-90, 90], or null for anything else
 */
export function parseDeclination(value: number | string): number | null {
  const degrees = typeof value === 'number' ? value : parseText(value, 1);
  return degrees !== null && degrees >= -90 && degrees <= 90 ? degrees : null;
}

/** With an exponent too: what a program writes for a small number. */
const DECIMAL = /^[+-]?\d+(\.\d*)?([eE][+-]?\d+)?[d°]?$/;
/** Only what comes last has a fraction. */
const SEXAGESIMAL =
  /^([+-]?)(\d{1,3})(?:([hd°])|[: ])\s*(\d{1,2}(?:\.\d*(?=[m′']?$))?)(?:[m′']|[: ]|$)\s*(?:(\d{1,2}(?:\.\d*)?)[s″"]?)?$/;

/** @param unit degrees of the first part, where no letter says whether it is hours or degrees */
function parseText(text: string, unit: 1 | 15): number | null {
  const trimmed = text.trim().replace('\u2212', '-');
  if (DECIMAL.test(trimmed)) return Number.parseFloat(trimmed);
  const [, sign, first, letter, minutes, seconds = '0'] = SEXAGESIMAL.exec(trimmed) ?? [];
  if (first === undefined || Number(minutes) >= 60 || Number(seconds) >= 60) return null;
  if (letter === 'h' && unit === 1) return null;
  const scale = letter === undefined ? unit : letter === 'h' ? 15 : 1;
  // Seconds once, by one division: the sum stays exact as far as the digits given are.
  const value = (scale * (3600 * Number(first) + 60 * Number(minutes) + Number(seconds))) / 3600;
  return sign === '-' ? -value : value;
}

/** Surveys write -9999, -9999.99 or +9999.99 where they know nothing. */
const SENTINEL = 9999;

/** A measured value, or null where the survey says that it has none: absent, NaN, infinite or a sentinel. */
export function known(value: number | null | undefined): number | null {
  return typeof value === 'number' && Math.abs(value) < SENTINEL ? value : null;
}

/** The same for quantities that are positive and may exceed the sentinel: temperatures in K, signal to noise. */
export function knownPositive(value: number | null | undefined): number | null {
  return typeof value === 'number' && value > 0 && value < Infinity ? value : null;
}

/** A right ascension in [0, 360) degrees, or null. */
export function knownRightAscension(value: number | null | undefined): number | null {
  if (typeof value !== 'number' || !(value >= 0 && value <= 360)) return null;
  return value === 360 ? 0 : value;
}

/** A declination in [-90, 90] degrees, or null. */
export function knownDeclination(value: number | null | undefined): number | null {
  return typeof value === 'number' && Math.abs(value) <= 90 ? value : null;
}

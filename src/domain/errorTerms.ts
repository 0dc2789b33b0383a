/** How many terms there are. */
export const ERROR_TERMS = 12;

/**
 * What the logarithm of an error of abundances is linear in, the simplest terms first: straight in ln SNR between five points evenly apart, and in Teff, each slope of the first going with the
 * second. With four points intervals at the upper end were 1 point of the 68 too narrow.
 * @param ranges ends of the range of ln SNR, then of Teff, within which errors were calibrated; beyond, they are those of the end
 * @param snr signal to noise per pixel
 * @param parameter the first parameter that the model removes: Teff, K
 */
export function errorTerms(ranges: ArrayLike<number>, snr: number, parameter: number): number[] {
  const x = unit(Math.log(snr), ranges[0], ranges[1]);
  const t = unit(parameter, ranges[2], ranges[3]);
  const bends = [x + 0.5, x, x - 0.5].map((beyond) => Math.max(0, beyond));
  return [1, x, t, ...bends, x * t, t * t, ...bends.map((bend) => bend * t), x * t * t];
}

/** From -1 at the lower end to 1 at the upper, and no further; 0 where the two are one. */
function unit(value: number, low: number, high: number): number {
  return high > low ? Math.max(-1, Math.min(1, (2 * value - low - high) / (high - low))) : 0;
}

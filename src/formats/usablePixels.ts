/** Flux and inverse variance of one spectrum, with the number of pixels that had to be given up. */
export interface UsablePixels {
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  /** Pixels whose flux or uncertainty was not a usable number; their ivar is 0. */
  readonly unusable: number;
}

/**
 * ivar = 1 / error². A pixel whose flux or error is not finite, or whose error is not positive, gets ivar 0 and is counted; so does
 * one whose flux or ivar overflows a float32, or whose flux is the sentinel -9999. Flux that is not finite becomes 0, so that 0 · flux is never NaN downstream.
 */
export function fromErrors(flux: ArrayLike<number>, error: ArrayLike<number>): UsablePixels {
  return collect(
    flux.length,
    (i) => flux[i],
    (i) => (error[i] > 0 && error[i] < Infinity ? 1 / (error[i] * error[i]) : NaN),
  );
}

/** Written for "no value" by several surveys: no flux. */
const SENTINEL = -9999;

/** The same rule for data that come with inverse variances: one that is not finite or is negative gets 0 and is counted, 0 is kept. */
export function fromInverseVariances(flux: ArrayLike<number>, ivar: ArrayLike<number>): UsablePixels {
  return collect(
    flux.length,
    (i) => flux[i],
    (i) => ivar[i],
  );
}

function collect(pixels: number, fluxAt: (i: number) => number, ivarAt: (i: number) => number): UsablePixels {
  const flux = new Float32Array(pixels);
  const ivar = new Float32Array(pixels);
  let unusable = 0;
  for (let i = 0; i < pixels; i++) {
    const given = fluxAt(i);
    const f = given === SENTINEL ? NaN : Math.fround(given);
    const w = Math.fround(ivarAt(i));
    if (Number.isFinite(f)) flux[i] = f;
    if (Number.isFinite(f) && w >= 0 && w < Infinity) ivar[i] = w;
    else unusable++;
  }
  return { flux, ivar, unusable };
}

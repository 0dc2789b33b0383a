import type { Spectrum } from '../../domain/spectrum.js';

/** 1-sigma errors; NaN where ivar is 0. */
export function errorsOf({ ivar }: Pick<Spectrum, 'ivar'>): Float32Array {
  return Float32Array.from(ivar, (weight) => (weight > 0 ? 1 / Math.sqrt(weight) : Number.NaN));
}

/** Flux as it is given out: NaN where ivar is 0. */
export function fluxOf({ flux, ivar }: Pick<Spectrum, 'flux' | 'ivar'>): Float32Array {
  return flux.map((value, i) => (ivar[i] > 0 ? value : Number.NaN));
}

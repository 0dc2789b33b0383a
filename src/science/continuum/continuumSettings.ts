export interface ContinuumSettings {
  /** Order of the Chebyshev polynomial of each chip. */
  readonly order: number;
  /** The smallest error believed, as a fraction of the continuum: the inverse variance is capped at its power -2. */
  readonly errorFloor: number;
  /** Per pixel of the grid: not 0 where the flux is known to be continuum (Ness et al. 2015, section 5.3). Absent: lines are clipped. */
  readonly continuumPixels?: Uint8Array;
}

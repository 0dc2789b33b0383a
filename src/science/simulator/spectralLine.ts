/** Who absorbs: an element's symbol for neutral atoms, 'Fe+', or a molecule. */
export type Absorber = string;

/** One line of the simulator's list. */
export interface SpectralLine {
  readonly absorber: Absorber;
  /** Vacuum, Å. */
  readonly wavelength: number;
  /** Energy of the lower level, eV. */
  readonly excitation: number;
  /** log10 of statistical weight times oscillator strength. */
  readonly logGf: number;
  /** log10 of the van der Waals width per hydrogen atom at 10,000 K (rad/s cm3); null: the wings do not count. */
  readonly vanDerWaals: number | null;
}

/** Wavelengths (Å, vacuum) between which lines are kept: the APOGEE chips and a little more. */
export const BAND = { start: 15130, end: 16975 } as const;

export function inBand(wavelength: number): boolean {
  return wavelength > BAND.start && wavelength < BAND.end;
}

/**
 * The simulator's only free numbers. They were chosen once, so that the spectra have the statistics of the Turbospectrum spectra of
 * de Mijolla et al. (2021); `tests/science/simulator/calibration.test.ts` holds them to those figures.
 */
export const calibration = {
  /** Microturbulence, km/s. */
  microturbulence: 2,
  /** Macroturbulence and rotation together, Gaussian sigma, km/s. */
  macroturbulence: 3,
  /** How far the highest layers lie below the grey temperature (line blanketing), as a fraction. */
  surfaceCooling: 0.12,
  /** Wavelength of the opacity that stands for the Rosseland mean in T(tau), µm. */
  meanOpacityWavelength: 1.25,
  /** Factors on the strength of all lines of a molecule, dex. */
  molecularStrength: { CO: 0.42, CN: -0.75, OH: -1 },
  /** Factor on the strength of all atomic lines, dex. */
  atomicStrength: 0.16,
  /** Factor on the van der Waals widths (Unsöld's are too narrow), dex. */
  damping: 0,
} as const;

/**
 * The simulator's only free numbers, chosen once so that its spectra have the statistics of the Turbospectrum spectra of de Mijolla et al.
 * (2021). `tests/science/simulator/calibration.test.ts` holds them to these figures (over the chips' 7,728 pixels):
 *
 * |                                                  | paper        | here              |
 * |--------------------------------------------------|--------------|-------------------|
 * | flux over the population: mean, sigma, minimum   | .921 .075 .46| .923 .083 .46     |
 * | mean flux at 4100 K, 1.6 dex / 4900 K, 2.9 dex   | .899 / .949  | .902 / .943       |
 * | change with [Fe/H] -.37 -> -.13, cool / hot      | 2.08 / 1.50  | 1.93 / 1.54       |
 * | change from 4100 K, 1.6 dex to 4900 K, 2.9 dex   | 5.74         | 6.33              |
 * | two random patterns at equal [Fe/H], cool        | .41 to .84   | mean .64, 70 % in |
 * | the same, hot                                    | .36 to .60   | mean .47, 72 % in |
 *
 * The molecules are the compromise: with CN and OH at full strength two random patterns are 1.4 (cool) apart, because nitrogen and oxygen
 * move thousands of pixels; CO, which follows carbon and so iron, then has to supply the missing absorption of the cool stars.
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

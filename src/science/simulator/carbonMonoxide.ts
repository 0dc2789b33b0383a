import { ANGSTROM, EV_IN_WAVENUMBERS } from './physicalConstants.js';
import { inBand, type SpectralLine } from './spectralLine.js';

/** Dunham-like constants of X1Sigma+ (Huber & Herzberg 1979), 1/cm: they give the H-band lines to 0.1 Å. */
const VIBRATION = [2169.81358, -13.28831, 0.010511];
const ROTATION = [1.93128087, -0.01750441, 5.4e-7];
const DISTORTION = 6.12e-6;
const SEXTIC = 5.8e-12;
const HIGHEST_J = 95;

/**
 * Second overtone, v -> v + 3: log gf less log of the Hönl-London factor, as a parabola in m (-J in P, J + 1 in R); rows v = 0..5.
 * Fitted to the strengths of Goorvitch (1994, ApJS 95, 535) as the APOGEE line list (Shetrone et al. 2015) has them, to 0.004 dex.
 */
const STRENGTH: readonly (readonly [number, number, number])[] = [
  [-9.265, 5.08e-3, 1.06e-5],
  [-8.624, 4.9e-3, 1.04e-5],
  [-8.19, 4.73e-3, 1.01e-5],
  [-7.857, 4.6e-3, 9.6e-6],
  [-7.584, 4.48e-3, 9.1e-6],
  [-7.354, 4.37e-3, 8.9e-6],
];

/** Lines of 12C16O in the band. */
export function carbonMonoxideLines(): SpectralLine[] {
  const ground = term(0, 0);
  const lines: SpectralLine[] = [];
  STRENGTH.forEach(([constant, slope, curvature], v) => {
    for (let j = 0; j <= HIGHEST_J; j++)
      for (const step of [1, -1]) {
        if (j + step < 0) continue;
        const lower = term(v, j);
        const wavelength = 1 / (term(v + 3, j + step) - lower) / ANGSTROM;
        if (!inBand(wavelength)) continue;
        const m = step === 1 ? j + 1 : -j;
        const logGf = constant + slope * m + curvature * m * m + Math.log10(Math.abs(m));
        lines.push({
          absorber: 'CO',
          wavelength,
          excitation: (lower - ground) / EV_IN_WAVENUMBERS,
          logGf,
          vanDerWaals: null,
        });
      }
  });
  return lines;
}

function term(v: number, j: number): number {
  const u = v + 0.5;
  const x = j * (j + 1);
  const vibration = u * (VIBRATION[0] + u * (VIBRATION[1] + u * VIBRATION[2]));
  const rotation = ROTATION[0] + u * (ROTATION[1] + u * ROTATION[2]);
  return vibration + rotation * x - DISTORTION * x * x - SEXTIC * x ** 3;
}

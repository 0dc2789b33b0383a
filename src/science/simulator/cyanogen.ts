import { type DoubletPi, type DoubletPiLevel, doubletPiLevel } from './doubletPi.js';
import { ANGSTROM, EV_IN_WAVENUMBERS } from './physicalConstants.js';
import { inBand, type SpectralLine } from './spectralLine.js';

/** X2Sigma+ (Ram et al. 2010, MNRAS 408, 2104), 1/cm. */
const VIBRATION = [2068.68325, -13.12156, -0.005426];
const ROTATION = [1.89978316, -0.017372, -2.4e-5];
const DISTORTION = 6.4e-6;
const SPIN_ROTATION = 0.00725;

/**
 * A2Pi, v = 0..3: origin above the minimum of X, and rotation, 1/cm. Effective constants, fitted to the wavelengths of the APOGEE line list
 * (Shetrone et al. 2015) from the start of Ram et al.: median error 0.1 Å.
 */
const UPPER: readonly (readonly [number, number])[] = [
  [10148.39005, 1.7071733],
  [11936.26716, 1.68981032],
  [13698.30881, 1.67261965],
  [15434.86527, 1.65533545],
];
const UPPER_DISTORTION = [6.15e-6, 3e-8];
const SPIN_ORBIT = [-52.914697, 0.133469];
const LAMBDA = { p: 0.00841808, q: -0.00035374 } as const;

/**
 * The bands that absorb here, v' - v'' = -1 by v': log gf less log of the Hönl-London factor, and its slope with J; fitted to the
 * strengths in the APOGEE line list, to 0.02 dex.
 */
const STRENGTH: readonly (readonly [number, number])[] = [
  [-3.217, -2.4e-4],
  [-3.24, -6.1e-4],
  [-3.467, -8.8e-4],
  [-3.86, -1.9e-3],
];
const HIGHEST_J = 89.5;

/** Lines of 12C14N, red system, in the band: all twelve branches. */
export function cyanogenLines(): SpectralLine[] {
  const ground = lowerTerm(0, 0.5, 1);
  const lines: SpectralLine[] = [];
  STRENGTH.forEach(([constant, slope], v) => {
    for (const lowerComponent of [1, 2] as const)
      for (const component of [1, 2] as const)
        for (let j = 0.5; j <= HIGHEST_J; j++)
          for (const step of [-1, 0, 1]) {
            const upperJ = j + step;
            if (upperJ < 0.5 || (component === 1 && upperJ < 1.5)) continue;
            const lowerParity = lowerComponent === 1 ? 1 : -1;
            const upper = doubletPiLevel(
              state(v),
              upperJ,
              component,
              step === 0 ? (-lowerParity as 1 | -1) : lowerParity,
            );
            const lower = lowerTerm(v + 1, j, lowerComponent);
            const wavelength = 1 / (upper.energy - lower) / ANGSTROM;
            const strength = honlLondon(upper, j, step, lowerParity);
            if (!inBand(wavelength) || strength < 1e-3) continue;
            const excitation = (lower - ground) / EV_IN_WAVENUMBERS;
            const logGf = constant + slope * j + Math.log10(strength);
            lines.push({ absorber: 'CN', wavelength, excitation, logGf, vanDerWaals: null });
          }
  });
  return lines;
}

function state(v: number): DoubletPi {
  const [origin, rotation] = UPPER[v];
  return {
    origin,
    rotation,
    distortion: UPPER_DISTORTION[0] + UPPER_DISTORTION[1] * v,
    sextic: 0,
    spinOrbit: SPIN_ORBIT[0] + SPIN_ORBIT[1] * v,
    lambdaP: LAMBDA.p,
    lambdaQ: LAMBDA.q,
  };
}

/** Component 1: J = N + 1/2 (e levels); 2: J = N - 1/2 (f). */
function lowerTerm(v: number, j: number, component: 1 | 2): number {
  const u = v + 0.5;
  const n = component === 1 ? j - 0.5 : j + 0.5;
  const x = n * (n + 1);
  const vibration = u * (VIBRATION[0] + u * (VIBRATION[1] + u * VIBRATION[2]));
  const rotation = ROTATION[0] + u * (ROTATION[1] + u * ROTATION[2]);
  const spin = component === 1 ? (SPIN_ROTATION / 2) * n : (-SPIN_ROTATION / 2) * (n + 1);
  return vibration + rotation * x - DISTORTION * x * x + spin;
}

/** Both case (a) amplitudes, added with the mixture of the upper level; they interfere, which makes the branches of case (b). */
function honlLondon(upper: DoubletPiLevel, j: number, step: number, parity: number): number {
  const amplitude = upper.threeHalves * direction(j, step, 0.5) + parity * upper.half * direction(j, step, -0.5);
  return amplitude * amplitude;
}

/** Direction-cosine amplitude from Omega to Omega + 1 with J -> J + step; its square is the Hönl-London factor of case (a). */
function direction(j: number, step: number, omega: number): number {
  if (step === 1) return Math.sqrt(((j + omega + 1) * (j + omega + 2)) / (2 * (j + 1)));
  if (step === 0) return -Math.sqrt(((j - omega) * (j + omega + 1) * (2 * j + 1)) / (2 * j * (j + 1)));
  return Math.sqrt(Math.max(0, (j - omega) * (j - omega - 1)) / (2 * j));
}

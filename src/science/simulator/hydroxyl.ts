import { type DoubletPi, doubletPiLevel } from './doubletPi.js';
import { ANGSTROM, EV_IN_WAVENUMBERS } from './physicalConstants.js';
import { inBand, type SpectralLine } from './spectralLine.js';

/**
 * X2Pi, v = 0..5, 1/cm: origin, rotation, distortion. Effective constants, fitted to the wavelengths of the APOGEE line list (Shetrone et
 * al. 2015) from the start of Huber & Herzberg (1979): the strong H-band lines come out within 0.1 to 0.3 Å.
 */
const LEVELS: readonly (readonly [number, number, number])[] = [
  [0, 18.53192, 1.90497e-3],
  [3572.767, 17.82615, 1.85625e-3],
  [6973.687, 17.12064, 1.84901e-3],
  [10217.203, 16.43186, 1.79766e-3],
  [13291.84, 15.73424, 1.78705e-3],
  [16210.27, 15.04732, 1.75379e-3],
];
const SEXTIC = 6e-8;
const SPIN_ORBIT = [-137.728, -0.22];
const HIGHEST_J = 24.5;

/**
 * As for CO: first overtone, v -> v + 2 for v = 0..3 and each of the two Lambda components, a parabola in m = -J (P), J + 1 (R). Fitted to
 * the strengths of Goldman et al. (1998, JQSRT 59, 453) as the APOGEE line list has them, to 0.03 dex.
 */
const STRENGTH: readonly (readonly [number, number, number])[] = [
  [-6.496, -0.0177, -2e-4],
  [-6.039, -0.0205, -3e-4],
  [-5.755, -0.0195, -7e-4],
  [-5.6, -0.0085, -1.45e-3],
];

/** Separation of the Lambda doublet, 1/cm, linear in |m|: P and R branches. */
const SPLITTING = { P: [-0.2, 0.13], R: [-0.08, 0.033] } as const;

/** Lines of 16OH, first overtone, in the band. */
export function hydroxylLines(): SpectralLine[] {
  const ground = doubletPiLevel(state(0), 1.5, 1, 1).energy;
  const lines: SpectralLine[] = [];
  for (let v = 0; v < STRENGTH.length; v++)
    for (const component of [1, 2] as const) {
      const omega = component === 1 ? 1.5 : 0.5;
      for (let j = omega; j <= HIGHEST_J; j++)
        for (const step of [1, -1]) {
          if (j + step < omega) continue;
          const lower = doubletPiLevel(state(v), j, component, 1).energy;
          const wavenumber = doubletPiLevel(state(v + 2), j + step, component, 1).energy - lower;
          const excitation = (lower - ground) / EV_IN_WAVENUMBERS;
          lines.push(...doublet(v, j, omega, step, wavenumber, excitation));
        }
    }
  return lines;
}

function doublet(
  v: number,
  j: number,
  omega: number,
  step: number,
  wavenumber: number,
  excitation: number,
): SpectralLine[] {
  const m = step === 1 ? j + 1 : -j;
  const honlLondon = (m * m - omega * omega) / Math.abs(m);
  const [constant, slope, curvature] = STRENGTH[v];
  const logGf = constant + slope * m + curvature * m * m + Math.log10(honlLondon);
  const [offset, growth] = step === 1 ? SPLITTING.R : SPLITTING.P;
  const half = 0.5 * Math.max(0, offset + growth * Math.abs(m));
  return [wavenumber - half, wavenumber + half]
    .map((component) => 1 / component / ANGSTROM)
    .filter(inBand)
    .map((wavelength) => ({ absorber: 'OH', wavelength, excitation, logGf, vanDerWaals: null }));
}

function state(v: number): DoubletPi {
  const [origin, rotation, distortion] = LEVELS[v];
  const spinOrbit = SPIN_ORBIT[0] + SPIN_ORBIT[1] * v;
  return { origin, rotation, distortion, sextic: SEXTIC, spinOrbit, lambdaP: 0, lambdaQ: 0 };
}

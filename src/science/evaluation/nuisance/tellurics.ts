import type { WavelengthGrid } from '../../../domain/wavelengthGrid.js';
import type { Nuisance } from './nuisance.js';

const AMPLITUDE = 0.02;
/** Barycentric velocities of stars, km/s, uniform: in the stars' frame the lines of the atmosphere are never at the same place. */
const VELOCITIES = 100;
const LIGHT_SPEED_KMS = 299792.458;
/** Gaussian sigma of R = 22,500, as a fraction of the wavelength. */
const WIDTH = 1 / 22500 / (2 * Math.sqrt(2 * Math.LN2));

/** A band of the Earth's atmosphere: origin (1/cm), strength of its strongest line, spacing of rotational lines (1/cm), width of the band in J. */
interface Band {
  readonly origin: number;
  readonly strength: number;
  readonly rotation: number;
  readonly even: boolean;
  readonly temperature: number;
}

/** CO2: the tetrad 3ν1 + ν3 of its Fermi resonance, even J alone, B = .39 1/cm; CH4: 2ν3, B = 5.24 1/cm (Rothman et al. 2013, HITRAN2012). */
const bands: readonly Band[] = [
  { origin: 6503.08, strength: 0.15, rotation: 0.39, even: true, temperature: 260 },
  { origin: 6347.85, strength: 1, rotation: 0.39, even: true, temperature: 260 },
  { origin: 6227.92, strength: 1, rotation: 0.39, even: true, temperature: 260 },
  { origin: 6075.98, strength: 0.15, rotation: 0.39, even: true, temperature: 260 },
  { origin: 6004.6, strength: 0.8, rotation: 5.24, even: false, temperature: 260 },
];
/** k/hc, 1/(cm K). */
const BOLTZMANN = 0.695;
const HIGHEST_J = 50;

/** What is left of the atmosphere after its correction: its lines, 2 % deep at the strongest, of either sign. */
export const tellurics: Nuisance = {
  name: 'telluric residuals of 2 %',
  description:
    'lines of CO2 and CH4, the strongest 2 % of the continuum, over- or under-corrected, at a velocity of the star within 100 km/s',
  apply(flux, grid, random) {
    const amplitude = random.uniform() < 0.5 ? -AMPLITUDE : AMPLITUDE;
    const doppler = 1 + (VELOCITIES * (2 * random.uniform() - 1)) / LIGHT_SPEED_KMS;
    for (const { wavelength, strength } of lines) addLine(flux, grid, wavelength * doppler, amplitude * strength);
  },
};

/** Å in vacuum, strongest 1. */
const lines = bands.flatMap(({ origin, strength, rotation, even, temperature }) => {
  const weight = (j: number) => (2 * j + 1) * Math.exp((-rotation * j * (j + 1)) / (BOLTZMANN * temperature));
  const levels = Array.from({ length: HIGHEST_J }, (_, j) => j).filter((j) => !even || j % 2 === 0);
  const strongest = Math.max(...levels.map(weight));
  return levels.flatMap((j) => {
    const share = (strength * weight(j)) / strongest;
    const line = (wavenumber: number) => ({ wavelength: 1e8 / wavenumber, strength: share });
    return share < 0.01
      ? []
      : [line(origin + 2 * rotation * (j + 1)), ...(j > 0 ? [line(origin - 2 * rotation * j)] : [])];
  });
});

function addLine(flux: Float32Array, { wavelength, chips }: WavelengthGrid, centre: number, depth: number): void {
  const sigma = WIDTH * centre;
  for (const { start, end } of chips) {
    if (wavelength[end - 1] < centre - 4 * sigma || wavelength[start] > centre + 4 * sigma) continue;
    let low = start;
    for (let high = end; low < high; ) {
      const middle = (low + high) >> 1;
      if (wavelength[middle] < centre - 4 * sigma) low = middle + 1;
      else high = middle;
    }
    for (let i = low; i < end && wavelength[i] <= centre + 4 * sigma; i++)
      flux[i] -= depth * Math.exp(-0.5 * ((wavelength[i] - centre) / sigma) ** 2);
  }
}

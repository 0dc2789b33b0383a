import { ANGSTROM } from './physicalConstants.js';
import { inBand, type SpectralLine } from './spectralLine.js';

/** Rydberg constant of hydrogen, 1/cm, and the ionisation energy, eV. */
const RYDBERG = 109677.5834;
const IONISATION = 13.598;
const LOWER = 4;
const HIGHEST = 20;
/** Mean bound-bound Gaunt factor of 4 -> 11..20 (Menzel & Pekeris 1935). */
const GAUNT = 0.92;

/** The Brackett lines of the band, n = 4 to 11..20, with Kramers' oscillator strengths. */
export function brackettLines(): SpectralLine[] {
  const lines: SpectralLine[] = [];
  for (let n = LOWER + 1; n <= HIGHEST; n++) {
    const difference = 1 / LOWER ** 2 - 1 / n ** 2;
    const wavelength = 1 / (RYDBERG * difference) / ANGSTROM;
    if (!inBand(wavelength)) continue;
    const strength = ((32 / (3 * Math.PI * Math.sqrt(3))) * GAUNT) / (difference ** 3 * LOWER ** 5 * n ** 3);
    const logGf = Math.log10(2 * LOWER ** 2 * strength);
    const excitation = IONISATION * (1 - 1 / LOWER ** 2);
    lines.push({ absorber: 'H', wavelength, excitation, logGf, vanDerWaals: null });
  }
  return lines;
}

import { chemicalElements, HELIUM, partitionFunction } from './chemicalElements.js';
import { BOLTZMANN, BOLTZMANN_EV, ELECTRON_MASS, PLANCK } from './physicalConstants.js';

/** Steps of the bisection for the electron density: 2^-40 of its bracket in the logarithm. */
const BISECTIONS = 40;

/**
 * The right-hand side of Saha's equation, n_ion n_e / n_neutral, in cm^-3.
 * @param temperature K
 */
export function sahaConstant(symbol: string, ionisation: number, temperature: number): number {
  const translation = ((2 * Math.PI * ELECTRON_MASS * BOLTZMANN * temperature) / PLANCK ** 2) ** 1.5;
  const partition = partitionFunction(symbol, 'ion', temperature) / partitionFunction(symbol, 'neutral', temperature);
  return 2 * translation * partition * Math.exp(-ionisation / (BOLTZMANN_EV * temperature));
}

/** Saha's constant of every element of `chemicalElements`, cm^-3. */
export function sahaConstants(temperature: number): Float64Array {
  return Float64Array.from(chemicalElements, ({ symbol, ionisation }) => sahaConstant(symbol, ionisation, temperature));
}

/** Densities of a gas of given temperature and pressure, cm^-3. */
export interface GasState {
  readonly hydrogen: number;
  readonly electrons: number;
}

/**
 * Hydrogen nuclei and electrons from charge conservation over all elements; molecules are left out of the count of particles (under
 * 1 % of hydrogen is molecular where the lines of these giants form).
 * @param pressure gas pressure, dyn/cm2
 * @param fractions atoms per hydrogen nucleus, in the order of `chemicalElements`
 */
export function gasState(temperature: number, pressure: number, fractions: Float64Array, saha: Float64Array): GasState {
  const particles = pressure / (BOLTZMANN * temperature);
  let low = Math.log(particles * 1e-12);
  let high = Math.log(particles * 0.5);
  for (let step = 0; step < BISECTIONS; step++) {
    const middle = 0.5 * (low + high);
    const electrons = Math.exp(middle);
    const hydrogen = (particles - electrons) / (1 + HELIUM);
    let supplied = 0;
    for (let i = 0; i < saha.length; i++) supplied += (fractions[i] * saha[i]) / (electrons + saha[i]);
    if (supplied * hydrogen > electrons) low = middle;
    else high = middle;
  }
  const electrons = Math.exp(0.5 * (low + high));
  return { electrons, hydrogen: (particles - electrons) / (1 + HELIUM) };
}

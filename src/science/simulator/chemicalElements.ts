import { energyLevels } from './energyLevels.js';
import { BOLTZMANN_EV } from './physicalConstants.js';

/** What the simulator knows of an element. */
export interface ChemicalElement {
  readonly symbol: string;
  /** Atomic mass, u. */
  readonly mass: number;
  /** Solar abundance, log10(N/N_H) + 12 (Grevesse, Asplund & Sauval 2007, as in the ATLAS9 grid of Mészáros et al. 2012). */
  readonly solar: number;
  /** First ionisation energy, eV (NIST). */
  readonly ionisation: number;
}

/** Helium atoms per hydrogen atom. */
export const HELIUM = 0.0851;

const rows: readonly [symbol: string, mass: number, solar: number, ionisation: number][] = [
  ['H', 1.008, 12, 13.598],
  ['C', 12.011, 8.39, 11.26],
  ['N', 14.007, 7.78, 14.534],
  ['O', 15.999, 8.66, 13.618],
  ['Na', 22.99, 6.17, 5.139],
  ['Mg', 24.305, 7.53, 7.646],
  ['Al', 26.982, 6.37, 5.986],
  ['Si', 28.086, 7.51, 8.152],
  ['P', 30.974, 5.36, 10.487],
  ['S', 32.06, 7.14, 10.36],
  ['K', 39.098, 5.08, 4.341],
  ['Ca', 40.078, 6.31, 6.113],
  ['Ti', 47.867, 4.9, 6.828],
  ['V', 50.942, 4, 6.746],
  ['Cr', 51.996, 5.64, 6.767],
  ['Mn', 54.938, 5.39, 7.434],
  ['Fe', 55.845, 7.45, 7.902],
  ['Co', 58.933, 4.92, 7.881],
  ['Ni', 58.693, 6.23, 7.64],
  ['Rb', 85.468, 2.6, 4.177],
];

export const chemicalElements: readonly ChemicalElement[] = rows.map(([symbol, mass, solar, ionisation]) => ({
  symbol,
  mass,
  solar,
  ionisation,
}));

/** Position of an element in `chemicalElements`. */
export const elementIndex: Readonly<Record<string, number>> = Object.fromEntries(
  rows.map(([symbol], i) => [symbol, i]),
);

/** Sum of g exp(-E/kT) over the levels of the neutral atom or of its ion. @param temperature K, below about 6,500 */
export function partitionFunction(symbol: string, stage: 'neutral' | 'ion', temperature: number): number {
  const levels = energyLevels[symbol][stage];
  const kT = BOLTZMANN_EV * temperature;
  let sum = 0;
  for (let i = 0; i < levels.length; i += 2) sum += levels[i] * Math.exp(-levels[i + 1] / kT);
  return sum;
}

/**
 * Number of atoms per hydrogen nucleus, in the order of `chemicalElements`.
 * @param abundances [Fe/H], then [X/Fe], in dex by element symbol; an element that is not named follows iron
 */
export function numberFractions(abundances: Readonly<Record<string, number>>): Float64Array {
  const iron = abundances.Fe ?? 0;
  return Float64Array.from(chemicalElements, ({ symbol, solar }) => {
    if (symbol === 'H') return 1;
    const relative = symbol === 'Fe' ? iron : iron + (abundances[symbol] ?? 0);
    return 10 ** (solar - 12 + relative);
  });
}

import { chemicalElements, elementIndex, partitionFunction } from './chemicalElements.js';
import { ATOMIC_MASS, BOLTZMANN, BOLTZMANN_EV, EV_IN_WAVENUMBERS, PLANCK } from './physicalConstants.js';

/** A diatomic molecule, by the constants of Huber & Herzberg (1979). Energies in eV or wavenumbers (1/cm). */
interface Diatomic {
  readonly atoms: readonly [string, string];
  /** Dissociation energy of the lowest level, eV. */
  readonly dissociation: number;
  readonly vibration: number;
  readonly rotation: number;
  /** 2 for like nuclei. */
  readonly symmetry: number;
  /** Electronic states: weight, energy (1/cm). */
  readonly states: readonly (readonly [number, number])[];
}

const moleculeNames = ['CO', 'CN', 'OH', 'N2'] as const;
export type MoleculeName = (typeof moleculeNames)[number];

export const molecules: Readonly<Record<MoleculeName, Diatomic>> = {
  CO: { atoms: ['C', 'O'], dissociation: 11.09, vibration: 2169.8, rotation: 1.9313, symmetry: 1, states: [[1, 0]] },
  CN: {
    atoms: ['C', 'N'],
    dissociation: 7.76,
    vibration: 2068.6,
    rotation: 1.8998,
    symmetry: 1,
    states: [
      [2, 0],
      [4, 9243],
    ],
  },
  OH: {
    atoms: ['O', 'H'],
    dissociation: 4.392,
    vibration: 3737.8,
    rotation: 18.911,
    symmetry: 1,
    states: [
      [2, 0],
      [2, 139],
    ],
  },
  N2: { atoms: ['N', 'N'], dissociation: 9.759, vibration: 2358.6, rotation: 1.9982, symmetry: 2, states: [[1, 0]] },
};

/** Partition function above the lowest level: electronic states times a rigid rotor and a harmonic oscillator (right to a few per cent). */
export function molecularPartition(name: MoleculeName, temperature: number): number {
  const { vibration, rotation, symmetry, states } = molecules[name];
  const kT = BOLTZMANN_EV * EV_IN_WAVENUMBERS * temperature;
  const electronic = states.reduce((sum, [weight, energy]) => sum + weight * Math.exp(-energy / kT), 0);
  return (electronic * (kT / rotation + 1 / 3)) / symmetry / (1 - Math.exp(-vibration / kT));
}

/** n_AB / (n_A n_B), cm3. */
function associationConstant(name: MoleculeName, temperature: number): number {
  const { atoms, dissociation } = molecules[name];
  const [a, b] = atoms.map((symbol) => chemicalElements[elementIndex[symbol]].mass);
  const reduced = ((a * b) / (a + b)) * ATOMIC_MASS;
  const translation = (PLANCK ** 2 / (2 * Math.PI * reduced * BOLTZMANN * temperature)) ** 1.5;
  const free = atoms.reduce((product, symbol) => product * partitionFunction(symbol, 'neutral', temperature), 1);
  const bound = molecularPartition(name, temperature);
  return (bound / free) * translation * Math.exp(dissociation / (BOLTZMANN_EV * temperature));
}

/** Densities in cm^-3 of what remains atomic and of the molecules. */
export interface Equilibrium {
  readonly atoms: Readonly<Record<'C' | 'N' | 'O', number>>;
  readonly molecules: Readonly<Record<MoleculeName, number>>;
}

/** Alternations between the CO pair and nitrogen; the loop converges like n_CN / n_C, by a factor over 10 each time. */
const ALTERNATIONS = 8;

/**
 * Carbon, nitrogen and oxygen among atoms, CO, CN, OH and N2: CO binds all it can of the rarer of C and O, CN follows what CO leaves
 * of C, OH what it leaves of O, N2 takes N in the cool layers.
 * @param hydrogen hydrogen atoms, cm^-3 @param totals nuclei of C, N, O, cm^-3
 */
export function molecularEquilibrium(
  temperature: number,
  hydrogen: number,
  totals: Readonly<Record<'C' | 'N' | 'O', number>>,
): Equilibrium {
  const co = associationConstant('CO', temperature);
  const cn = associationConstant('CN', temperature);
  const oh = associationConstant('OH', temperature);
  const n2 = associationConstant('N2', temperature);
  const oxygenLoad = 1 + oh * hydrogen;
  let carbon = totals.C;
  let oxygen = totals.O;
  let nitrogen = totals.N;
  for (let pass = 0; pass < ALTERNATIONS; pass++) {
    const carbonLoad = 1 + cn * nitrogen;
    carbon = positiveRoot(
      carbonLoad * co,
      carbonLoad * oxygenLoad + co * (totals.O - totals.C),
      -totals.C * oxygenLoad,
    );
    oxygen = totals.O / (oxygenLoad + co * carbon);
    nitrogen = positiveRoot(2 * n2, 1 + cn * carbon, -totals.N);
  }
  return {
    atoms: { C: carbon, N: nitrogen, O: oxygen },
    molecules: {
      CO: co * carbon * oxygen,
      CN: cn * carbon * nitrogen,
      OH: oh * oxygen * hydrogen,
      N2: n2 * nitrogen * nitrogen,
    },
  };
}

/** The positive root of a x2 + b x + c with a > 0, c < 0, in the form that does not cancel. */
function positiveRoot(a: number, b: number, c: number): number {
  const root = Math.sqrt(b * b - 4 * a * c);
  return b > 0 ? (-2 * c) / (b + root) : (root - b) / (2 * a);
}

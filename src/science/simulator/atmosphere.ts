import { calibration } from './calibration.js';
import { elementIndex, numberFractions } from './chemicalElements.js';
import { hydrideOpacity } from './continuousOpacity.js';
import { gasState, sahaConstants } from './ionisation.js';
import { type Equilibrium, molecularEquilibrium } from './molecularEquilibrium.js';
import { ATOMIC_MASS, BOLTZMANN } from './physicalConstants.js';

/** What a spectrum is made from. Abundances: [Fe/H], then [X/Fe], in dex by element symbol; [C/Fe] = 0 unless it is named. */
export interface AtmosphereParameters {
  /** Effective temperature, K. */
  readonly teff: number;
  /** log10 of the surface gravity in cm/s2. */
  readonly logg: number;
  readonly abundances: Readonly<Record<string, number>>;
}

/** One depth of the atmosphere. */
export interface Layer {
  /** Continuum optical depth at 1.6 µm. */
  readonly depth: number;
  /** K. */
  readonly temperature: number;
  /** Hydrogen nuclei and electrons, cm^-3. */
  readonly hydrogen: number;
  readonly electrons: number;
  /** Continuous absorption at 1.6 µm, 1/cm. */
  readonly opacity: number;
  /** Saha constants by element, cm^-3. */
  readonly saha: Float64Array;
  /** Nuclei per hydrogen nucleus by element. */
  readonly fractions: Float64Array;
  readonly equilibrium: Equilibrium;
}

/** log10 of the layers' optical depths (mean opacity), closest where the weak lines form. */
const DEPTHS = [-3.8, -3.2, -2.65, -2.2, -1.8, -1.4, -1.05, -0.7, -0.4, -0.1, 0.25, 0.65].map(
  (logarithm) => 10 ** logarithm,
);
export const LAYERS = DEPTHS.length;
/** Wavelength of the continuum, µm; H- absorption varies by 10 % over the band, which is left out. */
export const CONTINUUM_WAVELENGTH = 1.6;
/** Grams of gas per hydrogen nucleus, in units of the atomic mass. */
const MASS_PER_HYDROGEN = 1.36;
/** Passes over pressure and opacity, which depend on each other weakly (p / kappa is nearly constant). */
const PASSES = 3;

/**
 * A grey plane-parallel atmosphere in hydrostatic and local thermodynamic equilibrium, cooled at the top.
 * H- alone absorbs, so that the electrons of the metals set the pressure: d(p2)/d(tau) = 2 g m p / kappa. The structure follows
 * [Fe/H] with solar proportions, as with the ATLAS9 models of the paper: [X/Fe] moves its own lines and the chemistry, nothing else.
 */
export function makeAtmosphere(parameters: AtmosphereParameters): Layer[] {
  const { abundances } = parameters;
  const fractions = numberFractions(abundances);
  const donors = numberFractions({ Fe: abundances.Fe ?? 0 });
  const weight = 10 ** parameters.logg * MASS_PER_HYDROGEN * ATOMIC_MASS;
  const layers: Layer[] = [];
  let square = 0;
  let above = 0;
  let depth = 0;
  let opacityAbove = 0;
  for (const mean of DEPTHS) {
    const temperature = temperatureAt(mean, parameters.teff);
    const saha = sahaConstants(temperature);
    let pressure = Math.sqrt(square) || 1;
    let gas = gasState(temperature, pressure, donors, saha);
    for (let pass = 0; pass < PASSES; pass++) {
      const absorption =
        hydrideOpacity(calibration.meanOpacityWavelength, temperature) * electronPressure(gas.electrons, temperature);
      pressure = Math.sqrt(square + (2 * weight * pressure * (mean - above)) / absorption);
      gas = gasState(temperature, pressure, donors, saha);
    }
    square = pressure * pressure;
    const ratio =
      hydrideOpacity(CONTINUUM_WAVELENGTH, temperature) /
      hydrideOpacity(calibration.meanOpacityWavelength, temperature);
    depth += (layers.length === 0 ? ratio : 0.5 * (ratio + opacityAbove)) * (mean - above);
    opacityAbove = ratio;
    above = mean;
    const opacity =
      hydrideOpacity(CONTINUUM_WAVELENGTH, temperature) * electronPressure(gas.electrons, temperature) * gas.hydrogen;
    layers.push({
      depth,
      temperature,
      ...gas,
      opacity,
      saha,
      fractions,
      equilibrium: chemistry(temperature, gas.hydrogen, fractions),
    });
  }
  return layers;
}

/** Eddington's grey temperature with a surface term: T4 = 3/4 Teff4 (tau + 2/3), less the cooling by lines above tau = 0.01. */
export function temperatureAt(depth: number, teff: number): number {
  const grey = teff * (0.75 * (depth + 2 / 3)) ** 0.25;
  return grey * (1 - calibration.surfaceCooling / (1 + Math.sqrt(depth / 0.01)));
}

function electronPressure(electrons: number, temperature: number): number {
  return electrons * BOLTZMANN * temperature;
}

function chemistry(temperature: number, hydrogen: number, fractions: Float64Array): Equilibrium {
  const total = (symbol: string) => fractions[elementIndex[symbol]] * hydrogen;
  return molecularEquilibrium(temperature, hydrogen, { C: total('C'), N: total('N'), O: total('O') });
}

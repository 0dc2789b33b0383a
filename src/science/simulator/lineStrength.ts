import { CONTINUUM_WAVELENGTH, type Layer } from './atmosphere.js';
import { calibration } from './calibration.js';
import { chemicalElements, elementIndex, partitionFunction } from './chemicalElements.js';
import { type MoleculeName, molecularPartition, molecules } from './molecularEquilibrium.js';
import { ANGSTROM, ATOMIC_MASS, BOLTZMANN, BOLTZMANN_EV, UNIT_OSCILLATOR } from './physicalConstants.js';
import type { Absorber, SpectralLine } from './spectralLine.js';

/** Temperature at which Doppler widths are taken, K: over the population they change by 2 % at most, and fixed widths let profiles be tabulated. */
const DOPPLER_TEMPERATURE = 4200;
/** Half-width of the Stark-broadened core of a Brackett line, km/s, and its damping at 1e13 electrons per cm3; wings only hinted at. */
const STARK_WIDTH = 25;
const STARK_DAMPING = 0.1;
const KM = 1e5;
/** Photon energy at the continuum wavelength over k, K: for stimulated emission. */
const PHOTON_TEMPERATURE = 14388 / CONTINUUM_WAVELENGTH;

/** Doppler width b of an absorber's lines, thermal and microturbulent, km/s. */
export function dopplerWidth(absorber: Absorber): number {
  if (absorber === 'H') return STARK_WIDTH;
  const thermal = Math.sqrt((2 * BOLTZMANN * DOPPLER_TEMPERATURE) / (massOf(absorber) * ATOMIC_MASS)) / KM;
  return Math.hypot(thermal, calibration.microturbulence);
}

/** Opacity at the centre of a line without damping, in units of the continuous opacity. */
export function lineStrength(line: SpectralLine, layer: Layer): number {
  return (
    lineFactor(line) *
    layerFactor(line.absorber, layer) *
    Math.exp(-line.excitation / (BOLTZMANN_EV * layer.temperature))
  );
}

/** The part of `lineStrength` that belongs to the line alone: cross-section at the centre, cm2. */
export function lineFactor({ absorber, wavelength, logGf }: SpectralLine): number {
  const shift = isMolecule(absorber) ? calibration.molecularStrength[absorber] : calibration.atomicStrength;
  const dopplerFrequency = (dopplerWidth(absorber) * KM) / (wavelength * ANGSTROM);
  return (UNIT_OSCILLATOR * 10 ** (logGf + shift)) / (Math.sqrt(Math.PI) * dopplerFrequency);
}

/** The part of `lineStrength` that belongs to absorber and layer: density over partition function, corrected for stimulated emission, over the continuum. */
export function layerFactor(absorber: Absorber, layer: Layer): number {
  const stimulated = 1 - Math.exp(-PHOTON_TEMPERATURE / layer.temperature);
  return (densityPerState(absorber, layer) * stimulated) / layer.opacity;
}

/** The part of a line's damping parameter a = gamma / (4 pi Doppler width) that belongs to the line alone; a is its product with `perturbers`. */
export function dampingFactor({ absorber, wavelength, vanDerWaals }: SpectralLine): number {
  if (absorber === 'H') return STARK_DAMPING;
  if (vanDerWaals === null) return 0;
  const dopplerFrequency = (dopplerWidth(absorber) * KM) / (wavelength * ANGSTROM);
  return 10 ** (vanDerWaals + calibration.damping) / (4 * Math.PI * dopplerFrequency);
}

/** What broadens an absorber's lines in a layer: electrons for hydrogen (Stark), hydrogen for all else (van der Waals). */
export function perturbers(absorber: Absorber, { electrons, hydrogen, temperature }: Layer): number {
  return absorber === 'H' ? (electrons / 1e13) ** (2 / 3) : hydrogen * (temperature / 1e4) ** 0.3;
}

function densityPerState(absorber: Absorber, layer: Layer): number {
  const { temperature, equilibrium } = layer;
  if (isMolecule(absorber)) return equilibrium.molecules[absorber] / molecularPartition(absorber, temperature);
  if (absorber === 'C') return equilibrium.atoms.C / partitionFunction('C', 'neutral', temperature);
  const ionised = absorber.endsWith('+');
  const symbol = ionised ? absorber.slice(0, -1) : absorber;
  const index = elementIndex[symbol];
  const nuclei = layer.fractions[index] * layer.hydrogen;
  const share = layer.saha[index] / (layer.saha[index] + layer.electrons);
  return (nuclei * (ionised ? share : 1 - share)) / partitionFunction(symbol, ionised ? 'ion' : 'neutral', temperature);
}

function isMolecule(absorber: Absorber): absorber is Exclude<MoleculeName, 'N2'> {
  return absorber in molecules;
}

function massOf(absorber: Absorber): number {
  if (!isMolecule(absorber)) return chemicalElements[elementIndex[absorber.replace('+', '')]].mass;
  return molecules[absorber].atoms.reduce((mass, atom) => mass + chemicalElements[elementIndex[atom]].mass, 0);
}

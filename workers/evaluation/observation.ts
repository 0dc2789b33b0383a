import type { Settings } from '../../src/config.js';
import type { WavelengthGrid } from '../../src/domain/wavelengthGrid.js';
import { makeNoisier } from '../../src/science/abundances/noisierSpectrum.js';
import { normalise } from '../../src/science/continuum/continuum.js';
import { addNoise, logUniformSnr } from '../../src/science/evaluation/addedNoise.js';
import type { Nuisance } from '../../src/science/evaluation/nuisance/nuisance.js';
import { Random } from '../../src/science/networks/random.js';
import { observedContinuum } from '../../src/science/simulator/observedContinuum.js';
import { Random as SimulatorRandom } from '../../src/science/simulator/random.js';
import type { SetMember } from './pairSet.js';
import type { NoiseLevel } from './results.js';

/** Tells these streams of random numbers from others of the same seed. */
const FAULTS = 0xfa017;
const CONTINUUM = 0xc047;
const NOISIER = 0x9015e;
/** Bounds of a signal to noise of each star's own. */
export const ownSnrRange = [20, 200] as const;

/** How the spectra of a set are looked at: with which noise, and with which fault. */
export interface Observation {
  /** Names what comes of it: letters, digits and '-'. */
  readonly key: string;
  readonly noise: NoiseLevel;
  /** The fault, and whether a row has it; null: none. */
  readonly fault: Fault | null;
  /** Further noise on top of it; absent: none. */
  readonly noisier?: Noisier | undefined;
  /** Whether a row takes part at all; null: all do. */
  readonly includes: ((row: number) => boolean) | null;
}

export interface Noisier {
  /** Tells draws of the same spectra from one another. */
  readonly draw: number;
  /** Of the inverse variance of a row the share that is left, 0 to 1. */
  share(row: number): number;
}

export interface Fault {
  readonly nuisance: Nuisance | 'continuum';
  affects(row: number): boolean;
}

/** The signal to noise per pixel that is made for a row; null: none is. */
export function snrOf(noise: NoiseLevel, seed: number, row: number): number | null {
  if (noise === 'log-uniform') return logUniformSnr(seed, row, ownSnrRange);
  return typeof noise === 'number' ? noise : null;
}

/** A spectrum as this observation sees it; the member itself stays as it is. */
export function observe(
  member: SetMember,
  row: number,
  { noise, fault, noisier }: Observation,
  { seed, settings, grid }: { readonly seed: number; readonly settings: Settings; readonly grid: WavelengthGrid },
): SetMember {
  const snr = snrOf(noise, seed, row);
  const affected = fault?.affects(row) ?? false;
  if (snr === null && !affected && !noisier) return member;
  const flux = member.spectrum.flux.slice();
  const ivar = member.spectrum.ivar.slice();
  if (fault && affected && fault.nuisance !== 'continuum')
    fault.nuisance.apply(flux, grid, new Random(seed, FAULTS, row));
  if (snr !== null) addNoise(flux, ivar, { seed, row, snr }, settings.ingest.errorFloor);
  if (noisier) makeNoisier(flux, ivar, noisier.share(row), new Random(seed, NOISIER, noisier.draw, row));
  if (fault?.nuisance !== 'continuum' || !affected) return { ...member, spectrum: { flux, ivar } };
  const level = observedContinuum(member.parameters?.teff ?? Number.NaN, new SimulatorRandom(seed, CONTINUUM, row));
  for (let i = 0; i < flux.length; i++) {
    flux[i] *= level[i];
    ivar[i] /= level[i] ** 2;
  }
  const { spectrum } = normalise(
    { flux, ivar, mask: new Uint32Array(flux.length) },
    grid,
    { order: settings.continuum.order, errorFloor: settings.ingest.errorFloor },
    member.name,
  );
  return { ...member, spectrum };
}

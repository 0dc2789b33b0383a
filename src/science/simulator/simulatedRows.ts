import { apogeeGrid } from '../../domain/wavelengthGrid.js';
import { observedContinuum } from './observedContinuum.js';
import { elements } from './population.js';
import { Random } from './random.js';
import { synthesise } from './synthesis.js';
import { drawPair, type PhysicalParameters, streams } from './twinPair.js';

/** Consecutive spectra of a simulated survey; flux and ivar row-major over the pixels of `apogeeGrid`, with ivar 0 outside its chips. */
export interface SimulatedRows {
  readonly ids: string[];
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  /** What a catalogue says of the star: with an error where the observation has one. K. */
  readonly teff: Float64Array;
  /** The same, dex, cgs. */
  readonly logg: Float64Array;
  /** What the spectrum was made with. K, dex. */
  readonly trueTeff: Float64Array;
  readonly trueLogg: Float64Array;
  /** dex: the same as abundances.Fe. */
  readonly feh: Float64Array;
  readonly snr: Float64Array;
  /** [Fe/H], then [X/Fe], dex, by element. */
  readonly abundances: Record<string, Float64Array>;
  /** Row of the twin, counted over the whole set. */
  readonly twin: Int32Array;
}

/** How spectra are observed. */
export interface Observation {
  readonly seed: number;
  /** Signal to noise per pixel; null: no noise, and the ivar of the error floor. */
  readonly snr: number | null;
  /** With blaze, black-body slope and brightness, instead of normalised flux. */
  readonly continuum: boolean;
  /** Gaussian errors of the catalogue's Teff (K) and log g (dex), 1 sigma; absent: it is exact. */
  readonly catalogueErrors?: CatalogueErrors | undefined;
}

/** K and dex, 1 sigma. */
export interface CatalogueErrors {
  readonly teff: number;
  readonly logg: number;
}

/** Signal to noise that a noiseless spectrum claims: the error floor of APOGEE's calibration, 0.5 %. */
export const FLOOR_SNR = 200;
const PAIR_DIGITS = 7;
const pixels = apogeeGrid.wavelength.length;

/** Rows 2 first to 2 (first + count) - 1 of the simulated survey. */
export function simulateRows(observation: Observation, first: number, count: number): SimulatedRows {
  const rows = 2 * count;
  const block: SimulatedRows = {
    ids: [],
    flux: new Float32Array(rows * pixels),
    ivar: new Float32Array(rows * pixels),
    teff: new Float64Array(rows),
    logg: new Float64Array(rows),
    trueTeff: new Float64Array(rows),
    trueLogg: new Float64Array(rows),
    feh: new Float64Array(rows),
    snr: new Float64Array(rows).fill(observation.snr ?? FLOOR_SNR),
    abundances: Object.fromEntries(elements.map((element) => [element, new Float64Array(rows)])),
    twin: new Int32Array(rows),
  };
  for (let k = 0; k < count; k++) {
    const pair = first + k;
    const { abundances, stars } = drawPair(observation.seed, pair);
    stars.forEach((star, member) => {
      const row = 2 * k + member;
      block.ids.push(`sim-${observation.seed}-${String(pair).padStart(PAIR_DIGITS, '0')}-${'ab'[member]}`);
      block.trueTeff[row] = star.teff;
      block.trueLogg[row] = star.logg;
      const listed = catalogued(star, observation, [pair, member]);
      block.teff[row] = listed.teff;
      block.logg[row] = listed.logg;
      block.feh[row] = abundances.Fe;
      block.twin[row] = 2 * pair + (1 - member);
      for (const element of elements) block.abundances[element][row] = abundances[element];
      const from = row * pixels;
      const flux = block.flux.subarray(from, from + pixels);
      flux.set(synthesise({ ...star, abundances }));
      observe(flux, block.ivar.subarray(from, from + pixels), star, observation, [pair, member]);
    });
  }
  return block;
}

function catalogued(
  { teff, logg }: PhysicalParameters,
  { seed, catalogueErrors }: Observation,
  [pair, member]: readonly [number, number],
): PhysicalParameters {
  if (!catalogueErrors) return { teff, logg };
  const random = new Random(seed, pair, streams.catalogue, member);
  return {
    teff: teff + catalogueErrors.teff * random.normal(),
    logg: logg + catalogueErrors.logg * random.normal(),
  };
}

/** Adds noise and continuum in place, and fills in the ivar. */
function observe(
  flux: Float32Array,
  ivar: Float32Array,
  { teff }: PhysicalParameters,
  { seed, snr, continuum }: Observation,
  [pair, member]: readonly [number, number],
): void {
  const noise = new Random(seed, pair, streams.noise, member);
  const level = continuum ? observedContinuum(teff, new Random(seed, pair, streams.continuum, member)) : null;
  const weight = (snr ?? FLOOR_SNR) ** 2;
  for (const { start, end } of apogeeGrid.chips)
    for (let pixel = start; pixel < end; pixel++) {
      if (snr !== null) flux[pixel] += noise.normal() / snr;
      const scale = level === null ? 1 : level[pixel];
      flux[pixel] *= scale;
      ivar[pixel] = weight / scale ** 2;
    }
}

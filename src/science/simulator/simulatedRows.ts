import { apogeeGrid } from '../../domain/wavelengthGrid.js';
import { type ClusterSurvey, clusterSizes, drawClusterSurvey } from './clusterSurvey.js';
import type { PhysicalParameters } from './drawnStar.js';
import { observedContinuum } from './observedContinuum.js';
import { elements, streams } from './population.js';
import { Random } from './random.js';
import { synthesise } from './synthesis.js';
import { drawPairs } from './twinPair.js';

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
  /** Name of the cluster that the star was born in; empty for none. */
  readonly group: string[];
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
  /** Clusters among field stars; absent: twin pairs. */
  readonly survey?: ClusterSurvey | undefined;
}

/** K and dex, 1 sigma. */
export interface CatalogueErrors {
  readonly teff: number;
  readonly logg: number;
}

/** Signal to noise that a noiseless spectrum claims: the error floor of APOGEE's calibration, 0.5 %. */
const FLOOR_SNR = 200;
const pixels = apogeeGrid.wavelength.length;

/** The rows of the units `first` to `first + count` - 1 of the simulated survey. A unit is a pair, two rows; in a survey of clusters it is a star. */
export function simulateRows(observation: Observation, first: number, count: number): SimulatedRows {
  const { seed, survey } = observation;
  const drawn = survey
    ? drawClusterSurvey(seed, survey, clusterSizes(seed, survey), first, count)
    : drawPairs(seed, first, count);
  const rows = drawn.length;
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
    group: [],
  };
  drawn.forEach(({ id, abundances, star, key, twin, group }, row) => {
    block.ids.push(id);
    block.group.push(group);
    block.trueTeff[row] = star.teff;
    block.trueLogg[row] = star.logg;
    const listed = catalogued(star, observation, key);
    block.teff[row] = listed.teff;
    block.logg[row] = listed.logg;
    block.feh[row] = abundances.Fe;
    block.twin[row] = twin;
    for (const element of elements) block.abundances[element][row] = abundances[element];
    const from = row * pixels;
    const flux = block.flux.subarray(from, from + pixels);
    flux.set(synthesise({ ...star, abundances }));
    observe(flux, block.ivar.subarray(from, from + pixels), star, observation, key);
  });
  return block;
}

function catalogued(
  { teff, logg }: PhysicalParameters,
  { seed, catalogueErrors }: Observation,
  [unit, member]: readonly [number, number],
): PhysicalParameters {
  if (!catalogueErrors) return { teff, logg };
  const random = new Random(seed, unit, streams.catalogue, member);
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
  [unit, member]: readonly [number, number],
): void {
  const noise = new Random(seed, unit, streams.noise, member);
  const level = continuum ? observedContinuum(teff, new Random(seed, unit, streams.continuum, member)) : null;
  const weight = (snr ?? FLOOR_SNR) ** 2;
  for (const { start, end } of apogeeGrid.chips)
    for (let pixel = start; pixel < end; pixel++) {
      if (snr !== null) flux[pixel] += noise.normal() / snr;
      const scale = level === null ? 1 : level[pixel];
      flux[pixel] *= scale;
      ivar[pixel] = weight / scale ** 2;
    }
}

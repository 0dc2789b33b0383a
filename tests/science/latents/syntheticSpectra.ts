import { makeGrid, type WavelengthGrid } from '../../../src/domain/wavelengthGrid.js';
import { gaussians, uniforms } from './randomNumbers.js';

/** A toy survey: 60 Gaussian lines of 6 species on two chips of 150 pixels; a line deepens with its species' abundance and shifts with Teff and log g. */
export interface SyntheticSpectra {
  readonly rows: number;
  readonly pixels: number;
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  /** rows x 3: teff, logg, feh; feh is the first species' abundance. */
  readonly parameters: Float64Array;
  /** rows x 3; 0: exact. */
  readonly parameterErrors: Float64Array;
}

const PIXELS = 300;
const SPECIES = 6;
const LINES = 60;

export const syntheticGrid: WavelengthGrid = makeGrid(
  Float64Array.from({ length: PIXELS }, (_, i) => 15000 + 0.2 * i + (i >= PIXELS / 2 ? 50 : 0)),
  'synthetic grid',
);

/** Rows 2k and 2k + 1 are twins: the same abundances at other parameters. */
export function syntheticSpectra(rows: number, options: { seed: number; snr: number }): SyntheticSpectra {
  const uniform = uniforms(options.seed);
  const normal = gaussians(options.seed + 1);
  const lines = syntheticLines();
  const flux = new Float32Array(rows * PIXELS);
  const parameters = new Float64Array(rows * 3);
  let abundances: number[] = [];
  for (let row = 0; row < rows; row++) {
    if (row % 2 === 0) abundances = Array.from({ length: SPECIES }, () => 0.3 * normal());
    const t = 2 * uniform() - 1;
    const g = 2 * uniform() - 1;
    parameters.set([4500 + 500 * t, 2.25 + 0.75 * g, abundances[0]], row * 3);
    const star = flux.subarray(row * PIXELS, (row + 1) * PIXELS).fill(1);
    for (const { centre, depth, species, onT, onG } of lines) {
      const strength = depth * Math.exp(abundances[species] + onT * t + onG * g);
      for (let i = Math.max(0, centre - 5); i < Math.min(PIXELS, centre + 6); i++)
        star[i] -= (strength / (1 + strength)) * Math.exp(-((i - centre) ** 2) / 4);
    }
    for (let i = 0; i < PIXELS; i++) star[i] += normal() / options.snr;
  }
  const ivar = new Float32Array(rows * PIXELS).fill(options.snr ** 2);
  return { rows, pixels: PIXELS, flux, ivar, parameters, parameterErrors: new Float64Array(rows * 3) };
}

/** Some rows of a set, as a set of their own. */
export function sliceOf(
  { pixels, flux, ivar, parameters, parameterErrors }: SyntheticSpectra,
  start: number,
  end: number,
): SyntheticSpectra {
  return {
    rows: end - start,
    pixels,
    flux: flux.slice(start * pixels, end * pixels),
    ivar: ivar.slice(start * pixels, end * pixels),
    parameters: parameters.slice(start * 3, end * 3),
    parameterErrors: parameterErrors.slice(start * 3, end * 3),
  };
}

function syntheticLines() {
  const uniform = uniforms(2021);
  return Array.from({ length: LINES }, (_, line) => ({
    centre: Math.floor(uniform() * PIXELS),
    depth: 0.05 + 0.4 * uniform(),
    species: line % SPECIES,
    onT: 0.6 * uniform() - 0.5,
    onG: 0.4 * uniform() - 0.2,
  }));
}

import { SpectraFile } from '../src/formats/hdf5/writer.js';
import { syntheticGrid, syntheticSpectra } from './science/latents/syntheticSpectra.js';

export interface SyntheticFile {
  readonly stars: number;
  /** The names of the stars begin with it. */
  readonly seed: number;
  readonly normalised?: boolean;
  /** What its wavelengths are off by, Å. */
  readonly shift?: number;
  /** The first stars are reduced anew: their spectra and parameters are those of others, of this seed. */
  readonly anew?: { readonly stars: number; readonly seed: number };
}

/** Writes a toy survey to an HDF5 file: 300 pixels a star, so that thousands of them are read, trained on and encoded in seconds. */
export async function writeSyntheticFile(
  path: string,
  { stars, seed, normalised = true, shift = 0, anew }: SyntheticFile,
): Promise<string> {
  const { flux, ivar, parameters } = syntheticSpectra(stars, { seed, snr: 100 });
  if (anew) {
    const others = syntheticSpectra(anew.stars, { seed: anew.seed, snr: 100 });
    flux.set(others.flux);
    parameters.set(others.parameters);
  }
  const column = (i: number) => Float64Array.from({ length: stars }, (_, row) => parameters[row * 3 + i]);
  const file = await SpectraFile.create(path, {
    wavelength: syntheticGrid.wavelength.map((value) => value + shift),
    normalised,
    simulated: true,
    survey: 'synthetic',
    elements: [],
  });
  file.append({
    ids: Array.from({ length: stars }, (_, row) => `${seed}-${String(row).padStart(6, '0')}`),
    flux,
    ivar,
    teff: column(0),
    logg: column(1),
    feh: column(2),
    snr: new Float64Array(stars).fill(100),
    twin: Int32Array.from({ length: stars }, (_, row) => row ^ 1),
    abundances: {},
  });
  file.close();
  return path;
}

import { SpectraFile } from '../src/formats/hdf5/writer.js';
import { syntheticGrid, syntheticSpectra } from './science/latents/syntheticSpectra.js';

/** Writes a toy survey to an HDF5 file: 300 pixels a star, so that thousands of them are read, trained on and encoded in seconds. */
export async function writeSyntheticFile(
  path: string,
  { stars, seed, normalised = true }: { stars: number; seed: number; normalised?: boolean },
): Promise<string> {
  const { flux, ivar, parameters } = syntheticSpectra(stars, { seed, snr: 100 });
  const column = (i: number) => Float64Array.from({ length: stars }, (_, row) => parameters[row * 3 + i]);
  const file = await SpectraFile.create(path, {
    wavelength: syntheticGrid.wavelength,
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

import type { WavelengthGrid } from '../../../domain/wavelengthGrid.js';
import type { Random } from '../../networks/random.js';

/** A fault of real spectra that a model does not know of. */
export interface Nuisance {
  readonly name: string;
  /** One line for the report. */
  readonly description: string;
  /** Changes one continuum-normalised, noiseless spectrum in place. */
  apply(flux: Float32Array, grid: WavelengthGrid, random: Random): void;
}

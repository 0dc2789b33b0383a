import { FileError, InputError } from '../../domain/errors.js';
import { usable } from '../../domain/spectrum.js';
import type { Tensors } from '../artefact/tensors.js';
import type { ContinuumError } from '../basis/continuumModes.js';
import type { RowSource } from '../basis/rowSource.js';
import { gatherStatistics } from '../basis/trainingStatistics.js';
import type { Backend } from '../networks/backend.js';
import { expectTensor } from '../networks/expectTensor.js';
import type { Measured, Representation } from '../representation/representation.js';
import { RowNoise } from '../representation/rowNoise.js';
import { countUsable } from './countUsable.js';

/** x = 4 flux - 3.5 (de Mijolla et al. 2021, the preprocessing of their code): continuum-normalised flux, .5 to 1, onto about [-1, .5]. */
const SLOPE = 4;
const OFFSET = -3.5;
/** Share of the training spectra in which a pixel must be good to be covered: as for the spectral basis. */
const COVERAGE = 0.5;
/** Spectra in memory at a time: 18 MB of APOGEE flux and ivar. */
const SLICE = 256;

/**
 * Pixels as the paper's networks take them. Networks cannot leave a pixel out, so one that says nothing takes the training set's mean flux: its own
 * flux never matters. Pixels that are good in less than half of the training spectra (the gaps between the chips) are not covered at all.
 */
export class PixelRepresentation implements Representation {
  readonly size: number;
  readonly pixels: number;
  /** Indices of the covered pixels, and the mean flux in them. */
  private readonly covered: Int32Array;
  private readonly filling: Float32Array;

  /**
   * @param mean mean flux of the training spectra, P; NaN in pixels that are not covered
   * @param noise of x, one per covered pixel
   */
  constructor(
    private readonly mean: Float32Array,
    readonly noise: Float32Array,
  ) {
    this.covered = Int32Array.from(mean.keys()).filter((pixel) => !Number.isNaN(mean[pixel]));
    this.filling = Float32Array.from(this.covered, (pixel) => mean[pixel]);
    this.size = this.covered.length;
    this.pixels = mean.length;
  }

  /**
   * One pass over the training spectra.
   * @param advance told how many rows were read
   * @throws TrainingError when fewer than three spectra have a good pixel, or no pixel is covered
   */
  static async fit(source: RowSource, advance: (rows: number) => void): Promise<PixelRepresentation> {
    const { covered, mean, shape, typicalLevel } = await gatherStatistics(source, SLICE, COVERAGE, advance);
    const whole = new Float32Array(source.pixels).fill(Number.NaN);
    covered.forEach((pixel, p) => {
      whole[pixel] = mean[p];
    });
    return new PixelRepresentation(
      whole,
      shape.map((level) => SLOPE / Math.sqrt(level * typicalLevel)),
    );
  }

  /** @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors): PixelRepresentation {
    const pixels = tensors.mean?.values.length ?? 0;
    const mean = Float32Array.from(expectTensor(tensors, 'mean', [Math.max(1, pixels)], file).values);
    const covered = mean.filter((value) => !Number.isNaN(value)).length;
    const noise = Float32Array.from(expectTensor(tensors, 'noise', [covered], file).values);
    if (covered === 0 || !noise.every((sigma) => sigma > 0 && Number.isFinite(sigma)))
      throw new FileError({ file, place: 'pixels', expected: 'pixels of positive noise', found: `${covered} pixels` });
    return new PixelRepresentation(mean, noise);
  }

  toTensors(): Tensors {
    return {
      mean: { shape: [this.pixels], values: this.mean },
      noise: { shape: [this.size], values: this.noise },
    };
  }

  withContinuumError(error: ContinuumError | null): PixelRepresentation {
    if (error) throw new InputError('setting continuumError', '0 for a model on pixels', error.rms);
    return this;
  }

  represent(_backend: Backend, flux: Float32Array, ivar: Float32Array, rows: number): Float32Array {
    const { covered, filling, size, pixels } = this;
    const x = new Float32Array(rows * size);
    for (let row = 0, at = 0; row < rows; row++)
      for (let p = 0; p < size; p++, at++) {
        const i = row * pixels + covered[p];
        x[at] = SLOPE * (usable(flux[i], ivar[i]) ? flux[i] : filling[p]) + OFFSET;
      }
    return x;
  }

  /** A pixel that says nothing has an infinite variance. */
  measure(backend: Backend, flux: Float32Array, ivar: Float32Array, rows: number): Measured {
    const { covered, size, pixels } = this;
    const variances = Array.from({ length: rows }, (_, row) =>
      Float32Array.from(covered, (pixel) => {
        const i = row * pixels + pixel;
        return usable(flux[i], ivar[i]) ? SLOPE ** 2 / ivar[i] : Number.POSITIVE_INFINITY;
      }),
    );
    return { x: this.represent(backend, flux, ivar, rows), noise: new RowNoise(size, variances) };
  }

  goodPixels(flux: Float32Array, ivar: Float32Array, rows: number): Int32Array {
    return countUsable(this.covered, this.pixels, flux, ivar, rows);
  }

  get coveredPixels(): number {
    return this.size;
  }

  reconstruct(_backend: Backend, x: Float32Array, rows: number): Float32Array {
    const { covered, size, pixels } = this;
    const flux = new Float32Array(rows * pixels).fill(Number.NaN);
    for (let row = 0, at = 0; row < rows; row++)
      for (let p = 0; p < size; p++, at++) flux[row * pixels + covered[p]] = (x[at] - OFFSET) / SLOPE;
    return flux;
  }

  /** It holds nothing in the backend. */
  dispose(): void {}
}

const file = 'model artefact';

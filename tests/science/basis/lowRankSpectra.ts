import { Matrix, QrDecomposition } from 'ml-matrix';
import type { RowSource } from '../../../src/science/basis/spectralBasis.js';
import { gaussians, uniforms } from '../latents/randomNumbers.js';

export interface Design {
  readonly rows: number;
  /** Standard deviation of the coefficients, one per true component. */
  readonly amplitudes: readonly number[];
  /** Standard deviation of the noise of a row. */
  noise(row: number): number;
  /** Fraction of the pixels flagged, at random. */
  readonly flagged?: number;
  readonly seed: number;
}

/** Pixels of the grid; the first and last PIXELS / 20 say nothing in any spectrum. */
export const PIXELS = 400;
const EDGE = PIXELS / 20;
export const COVERED = PIXELS - 2 * EDGE;

/** Spectra that are a mean, a few known orthonormal directions, and Gaussian noise of the stated inverse variance. */
export class LowRankSpectra implements RowSource {
  readonly pixels = PIXELS;
  readonly rows: number;
  /** COVERED x true components. */
  readonly directions: Matrix;
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  /** rows x true components. */
  readonly coefficients: Matrix;
  reads = 0;

  constructor({ rows, amplitudes, noise, flagged = 0, seed }: Design) {
    const gaussian = gaussians(seed);
    const uniform = uniforms(seed + 1);
    this.rows = rows;
    const raw = Matrix.from1DArray(
      COVERED,
      amplitudes.length,
      Array.from({ length: COVERED * amplitudes.length }, gaussian),
    );
    this.directions = new QrDecomposition(raw).orthogonalMatrix;
    this.coefficients = Matrix.from1DArray(
      rows,
      amplitudes.length,
      Array.from({ length: rows * amplitudes.length }, (_, i) => amplitudes[i % amplitudes.length] * gaussian()),
    );
    const signal = this.coefficients.mmul(this.directions.transpose());
    this.flux = new Float32Array(rows * PIXELS).fill(1);
    this.ivar = new Float32Array(rows * PIXELS);
    for (let row = 0; row < rows; row++)
      for (let p = 0; p < COVERED; p++) {
        const at = row * PIXELS + EDGE + p;
        const sigma = noise(row);
        this.flux[at] = meanFlux(p) + signal.get(row, p) + sigma * gaussian();
        this.ivar[at] = uniform() < flagged ? 0 : sigma ** -2;
        if (this.ivar[at] === 0) this.flux[at] = Number.NaN;
      }
  }

  async read(start: number, count: number) {
    this.reads++;
    const part = (values: Float32Array) => values.slice(start * PIXELS, (start + count) * PIXELS);
    return { flux: part(this.flux), ivar: part(this.ivar) };
  }
}

export function meanFlux(pixel: number): number {
  return 0.9 + 0.1 * Math.cos(pixel / 9);
}

import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import type { Report } from '../../domain/progress.js';
import type { Backend } from '../networks/backend.js';
import { Random } from '../networks/random.js';
import { readOut } from '../networks/readOut.js';
import { orthonormalise } from './orthonormal.js';
import type { RowSource } from './rowSource.js';
import { type Directions, type Fill, type PassResult, runPass, SLICE } from './subspacePass.js';
import { gatherStatistics, type TrainingStatistics } from './trainingStatistics.js';

export interface BasisOptions {
  readonly seed: number;
  /** Bounds on the number of components kept; between them the noise edge decides. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Passes over the spectra after the first, which finds their mean. */
  readonly passes?: number;
  /** Fraction of the spectra in which a pixel must be good to be covered. */
  readonly coverage?: number;
}

/** The directions in which spectra differ, and how much they do. */
export interface FittedComponents {
  readonly statistics: TrainingStatistics;
  /** Orthonormal, strongest first. */
  readonly directions: Directions;
  /** Coefficients of the training spectra, unweighted: mean and standard deviation, noise included. */
  readonly centre: Float32Array;
  readonly sd: Float32Array;
  /** Variance per pixel that is neither along the directions nor noise: what truncation leaves. */
  readonly truncation: number;
}

/**
 * Principal components by block subspace iteration from a random start (Halko, Martinsson & Tropp 2011), with a slice of the spectra in
 * memory at a time.
 *
 * A spectrum is weighted by its level of inverse variance, so that all carry the same noise. Within it, flagged and noisy pixels are filled
 * with what the components of the pass before say of them (expectation-maximisation for weighted low-rank approximation, Srebro & Jaakkola
 * 2003), at first with the mean. Kept are the components above the noise edge sigma² (1 + sqrt(P / N))², the largest variance that noise
 * alone has along any direction (Marchenko & Pastur 1967).
 * @throws TrainingError when fewer than three spectra have a good pixel, or no pixel is covered
 */
export async function fitComponents(
  backend: Backend,
  source: RowSource,
  options: BasisOptions,
  report: Report,
  signal: AbortSignal,
): Promise<FittedComponents> {
  const { seed, minimum = 24, maximum = 160, passes = 6, coverage = 0.5 } = options;
  let done = 0;
  const advance = (rows: number) => {
    signal.throwIfAborted();
    done += rows;
    report({ stage: 'basis', done, total: source.rows * (passes + 1), unit: 'spectra' });
  };
  let statistics = await gatherStatistics(source, SLICE, coverage, advance);
  const pixels = statistics.covered.length;
  const size = Math.min(maximum + OVERSAMPLING, statistics.spectra - 1, pixels);
  const random = new Random(seed, STREAM);
  let directions: Directions = { size, values: Float32Array.from({ length: size * pixels }, () => random.normal()) };
  let fill: Fill | null = null;
  for (let pass = 1; ; pass++) {
    orthonormalise(directions.values, size, pixels, random);
    const result = await runPass(backend, source, statistics, directions, fill, advance);
    const found = new Found(backend, statistics, directions, result);
    if (pass === passes) return found.keep(Math.min(Math.max(found.aboveNoise, minimum), maximum, size));
    // The first pass looks along random directions: what those say of a flagged pixel is worth nothing.
    fill = pass > 1 ? found.fill(pass - 2) : null;
    directions = { size, values: result.image };
    statistics = { ...statistics, mean: result.mean };
  }
}

/** Directions beyond the largest number kept: they make the last ones kept converge. */
const OVERSAMPLING = 16;
/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0xba515;

/** The eigenvectors that one pass found within its directions (Rayleigh-Ritz). */
class Found {
  /** Number of components above the edge of the spectra's own noise. */
  readonly aboveNoise: number;
  /** Variances, descending, and the eigenvectors in terms of the directions, in columns. */
  private readonly variances: Float32Array;
  private readonly vectors: Matrix;

  constructor(
    private readonly backend: Backend,
    private readonly statistics: TrainingStatistics,
    private readonly directions: Directions,
    private readonly pass: PassResult,
  ) {
    const { size } = directions;
    const { spectra } = statistics;
    const gram = new Matrix(size, size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++)
        gram.set(i, j, (pass.gram[i * size + j] + pass.gram[j * size + i]) / (2 * spectra));
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(gram, { assumeSymmetric: true });
    const order = [...realEigenvalues.keys()].sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
    this.variances = Float32Array.from(order, (i) => Math.max(0, realEigenvalues[i]));
    this.vectors = eigenvectorMatrix.subMatrixColumn(order);
    this.aboveNoise = this.above(pass.noise);
  }

  /**
   * What the components above the noise say of every spectrum, shrunk as noise bids (Gavish & Donoho 2017, equation 7): by nothing for a
   * strong component, to nothing at the noise edge. At first, what is missing is itself much like noise; so that no component is made of
   * it, `stage` 0 takes all variance for noise, and every further one all but that of the components of the stage before. With the
   * spectra's own noise from the start, 19 components instead of 6 came out of spectra with a fifth of their pixels flagged.
   */
  fill(stage: number): Fill | null {
    let noise = this.noiseBeyond(0);
    for (let i = 0; i < stage; i++) noise = this.noiseBeyond(this.above(noise));
    const size = this.above(noise);
    if (size === 0) return null;
    const { spectra, covered } = this.statistics;
    const ratio = covered.length / spectra;
    const shrinkage = Array.from(this.variances.subarray(0, size), (variance) => {
      const signal = variance / noise;
      return Math.sqrt(Math.max(0, (signal - ratio - 1) ** 2 - 4 * ratio)) / signal;
    });
    return { coefficients: this.rotateCoefficients(size, shrinkage), directions: this.rotateDirections(size) };
  }

  /** The strongest components. */
  keep(size: number): FittedComponents {
    return {
      statistics: this.statistics,
      directions: this.rotateDirections(size),
      ...this.moments(size),
      truncation: this.noiseBeyond(size) - this.pass.noise,
    };
  }

  /** Number of components above the edge of this much noise per pixel. */
  private above(noise: number): number {
    const { spectra, covered } = this.statistics;
    const edge = noise * (1 + Math.sqrt(covered.length / spectra)) ** 2;
    return this.variances.filter((variance) => variance > edge).length;
  }

  /** Variance per pixel beyond the strongest components; at least the spectra's own noise. */
  private noiseBeyond(size: number): number {
    const { spectra, covered } = this.statistics;
    const inside = this.variances.subarray(0, size).reduce((sum, variance) => sum + variance, 0);
    return Math.max(this.pass.noise, (this.pass.total / spectra - inside) / covered.length);
  }

  private rotateDirections(size: number): Directions {
    const { tf } = this.backend;
    const { size: from, values } = this.directions;
    const rotated = readOut(
      tf.tidy(() => tf.matMul(this.rotation(size), tf.tensor2d(values, [from, values.length / from]), true)),
    );
    return { size, values: rotated };
  }

  /** spectra x size. */
  private rotateCoefficients(size: number, scale: readonly number[]): Float32Array {
    const { tf } = this.backend;
    const { coefficients } = this.pass;
    const from = this.directions.size;
    return readOut(
      tf.tidy(() =>
        tf.mul(tf.matMul(tf.tensor2d(coefficients, [coefficients.length / from, from]), this.rotation(size)), scale),
      ),
    );
  }

  /** The leading eigenvectors, one a column; to be called within a tidy. */
  private rotation(size: number) {
    const { rows } = this.vectors;
    return this.backend.tf.tensor2d(this.vectors.subMatrix(0, rows - 1, 0, size - 1).to1DArray(), [rows, size]);
  }

  private moments(size: number): { centre: Float32Array; sd: Float32Array } {
    const coefficients = this.rotateCoefficients(size, [1]);
    const { level, spectra } = this.statistics;
    const sums = new Float64Array(size);
    const squares = new Float64Array(size);
    for (let row = 0; row < level.length; row++) {
      if (level[row] === 0) continue;
      for (let k = 0; k < size; k++) {
        sums[k] += coefficients[row * size + k];
        squares[k] += coefficients[row * size + k] ** 2;
      }
    }
    const centre = Float32Array.from(sums, (sum) => sum / spectra);
    return { centre, sd: centre.map((mean, k) => Math.sqrt(Math.max(0, squares[k] / spectra - mean ** 2))) };
  }
}

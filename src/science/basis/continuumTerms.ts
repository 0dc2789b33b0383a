import type { Tensor2D } from '@tensorflow/tfjs';
import type { Backend } from '../networks/backend.js';
import { readOut } from '../networks/readOut.js';
import type { BasisNumbers } from './basisNumbers.js';
import type { ContinuumModes } from './continuumModes.js';
import { type BlockTensors, type ContinuumProducts, makeTensors } from './continuumProducts.js';
import { EvenTerms } from './evenTerms.js';

/** Standard deviations of the training set by which a coefficient may be off zero in the model spectrum: of few good pixels one can be anything. */
const FARTHEST = 5;

/**
 * What a wrong continuum adds to a spectrum is the spectrum itself times a mode: the star's own, mean + V y, and not the mean spectrum. Of errors of 1 %, the mean spectrum's modes left .9 standard
 * deviations of the noise at SNR 100 in the 40 coefficients together (median of 256 stars; 3.4 in one), the star's own .09 (.24).
 */
export class ContinuumTerms {
  private readonly blocks: readonly BlockTensors[];
  private readonly farthest: Float32Array;
  /** Made when spectra of even noise come. */
  private even: EvenTerms | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly basis: BasisNumbers,
    private readonly modes: ContinuumModes,
    /** Of the basis: covered x size. */
    private readonly components: Tensor2D,
  ) {
    this.farthest = basis.sd.map((sd) => FARTHEST * sd);
    this.blocks = modes.blocks.map((block) => makeTensors(backend, basis, block));
  }

  /**
   * The products about the mean spectrum (null), and about others, of coefficients (rows x size).
   * @param seen rows x covered, relative weight times (flux - mean); not to be disposed before the last product
   * @param weights rows x covered, relative; null: all 1
   */
  of(seen: Tensor2D, weights: Float32Array | null): (coefficients: Float32Array | null) => ContinuumProducts {
    if (weights) return (coefficients) => this.weightedProducts(this.clamped(coefficients), seen, weights);
    this.even ??= new EvenTerms(this.backend, this.basis, this.blocks, this.components);
    const products = this.even.of(seen);
    return (coefficients) => products(this.clamped(coefficients));
  }

  dispose(): void {
    this.even?.dispose();
    this.even = null;
    for (const { modes, withComponents, withModes } of this.blocks)
      this.backend.tf.dispose([modes, withComponents, withModes]);
  }

  private clamped(coefficients: Float32Array | null): Float32Array | null {
    const { size } = this.basis;
    return (
      coefficients?.map((value, i) => {
        const most = this.farthest[i % size];
        return Math.max(-most, Math.min(most, value));
      }) ?? null
    );
  }

  private weightedProducts(
    coefficients: Float32Array | null,
    seen: Tensor2D,
    weights: Float32Array,
  ): ContinuumProducts {
    const { tf } = this.backend;
    const { size } = this.basis;
    const rows = seen.shape[0];
    const q = this.modes.count;
    const result = {
      cross: new Float32Array(rows * q * size),
      square: new Float32Array(rows * q * q),
      right: new Float32Array(rows * q),
    };
    const tensors = tf.tidy(() => {
      const model = this.modelSpectra(coefficients);
      const weighted = tf.mul<Tensor2D>(model, tf.tensor2d(weights, seen.shape));
      return { model, weighted, seen: tf.mul<Tensor2D>(model, seen) };
    });
    let first = 0;
    for (const block of this.blocks) {
      this.addBlock(block, tensors, first, result);
      first += block.count;
    }
    tf.dispose(tensors);
    return result;
  }

  /** rows x covered, or one row where it is all of theirs; to be called within a tidy. */
  private modelSpectra(coefficients: Float32Array | null): Tensor2D {
    const { tf } = this.backend;
    const { size, covered, mean } = this.basis;
    const own = tf.tensor2d(mean, [1, covered.length]);
    if (!coefficients) return own;
    const y = tf.tensor2d(coefficients, [coefficients.length / size, size]);
    return tf.add(tf.matMul(y, this.components, false, true), own);
  }

  /** Writes the products with one block's modes, which begin at `first` of all. */
  private addBlock(
    { start, width, count, ...block }: BlockTensors,
    { model, weighted, seen }: { model: Tensor2D; weighted: Tensor2D; seen: Tensor2D },
    first: number,
    { cross, square, right }: ContinuumProducts,
  ): void {
    const { tf } = this.backend;
    const { size } = this.basis;
    const q = this.modes.count;
    const rows = right.length / q;
    const part = (values: Tensor2D) => tf.slice2d(values, [0, start], [values.shape[0], width]);
    const ownCross = readOut(tf.tidy(() => tf.matMul(part(weighted), block.withComponents)));
    const ownSquare = readOut(tf.tidy(() => tf.matMul(tf.mul(part(weighted), part(model)), block.withModes)));
    const ownRight = readOut(tf.tidy(() => tf.matMul(part(seen), block.modes, false, true)));
    for (let row = 0; row < rows; row++) {
      const from = row * count;
      cross.set(ownCross.subarray(from * size, (from + count) * size), (row * q + first) * size);
      right.set(ownRight.subarray(from, from + count), row * q + first);
      for (let k = 0; k < count; k++)
        square.set(ownSquare.subarray((from + k) * count, (from + k + 1) * count), (row * q + first + k) * q + first);
    }
  }
}

import type { Tensor2D, Tensor3D } from '@tensorflow/tfjs';
import { NormalEquations } from '../../linearAlgebra/normalEquations.js';
import { triangleSize } from '../../linearAlgebra/triangle.js';
import type { Backend } from '../../networks/backend.js';
import { readOut } from '../../networks/readOut.js';
import type { RowNoise } from '../../representation/rowNoise.js';
import type { Misfit } from './misfit.js';

/**
 * Rows R of (C + C_model)⁻¹ = R Rᵀ for a slice of spectra, in the backend: vectors times R have products that are those under (C + C_model)⁻¹. A whole matrix
 * a row, or where nothing is correlated (pixels) a number a column.
 */
export class Whitening {
  private readonly roots: Tensor3D | Tensor2D;

  constructor(
    private readonly backend: Backend,
    noise: RowNoise,
    misfit: Misfit,
  ) {
    const { tf } = backend;
    const { width } = noise;
    const rows = noise.rows.length;
    this.roots = misfit.vectors
      ? tf.tensor3d(matrices(noise, misfit, misfit.vectors), [rows, width, width])
      : tf.tensor2d(diagonals(noise, misfit), [rows, width]);
  }

  /**
   * @param stacks of vectors, one stack a row: rows x count x width
   * @param rows of the slice that the stacks belong to
   * @returns rows x count x count: the products of every two vectors of a stack
   */
  products(stacks: Float32Array, count: number, rows: Int32Array): Float32Array {
    const { tf } = this.backend;
    const width = this.roots.shape[1];
    return readOut(
      tf.tidy(() => {
        const vectors = tf.tensor3d(stacks, [rows.length, count, width]);
        const own =
          rows.length === this.roots.shape[0]
            ? this.roots
            : tf.gather<Tensor3D | Tensor2D>(this.roots, tf.tensor1d(rows, 'int32'));
        const whitened = own.rank === 3 ? tf.matMul(vectors, own) : tf.mul(vectors, tf.expandDims(own, 1));
        return tf.matMul(whitened, whitened, false, true);
      }),
    );
  }

  dispose(): void {
    this.roots.dispose();
  }
}

/** Of even noise, the misfit's own directions serve: Q diag(variance + s)^(-1/2). */
function matrices(noise: RowNoise, misfit: Misfit, vectors: Float64Array): Float32Array {
  const { width, variances } = misfit;
  const roots = new Float32Array(noise.rows.length * width * width);
  const equations = new NormalEquations(width);
  const common = misfit.triangle();
  noise.rows.forEach((own, row) => {
    const root = roots.subarray(row * width * width, (row + 1) * width * width);
    if (noise.isIsotropic(row)) {
      const scale = variances.map((variance) => 1 / Math.sqrt(own[0] + variance));
      for (let i = 0; i < vectors.length; i++) root[i] = vectors[i] * scale[i % width];
    } else {
      factor(equations, noise, row, common);
      equations.whitenerInto(root);
    }
  });
  return roots;
}

/** Of what is on the diagonal, added to it until the matrix is positive definite: covariances are kept in single precision. */
const ROUND_OFF = 1e-7;

function factor(equations: NormalEquations, noise: RowNoise, row: number, common: Float64Array): void {
  for (let strength = 0; ; strength = 10 * strength || ROUND_OFF) {
    equations.triangle.set(common);
    noise.addTo(equations.triangle, row, 1);
    for (let k = 0; k < noise.width; k++) equations.triangle[triangleSize(k) + k] *= 1 + strength;
    if (equations.factor()) return;
  }
}

function diagonals(noise: RowNoise, { width, variances }: Misfit): Float32Array {
  const roots = new Float32Array(noise.rows.length * width);
  noise.rows.forEach((_, row) => {
    for (let k = 0; k < width; k++) roots[row * width + k] = 1 / Math.sqrt(noise.variance(row, k) + variances[k]);
  });
  return roots;
}

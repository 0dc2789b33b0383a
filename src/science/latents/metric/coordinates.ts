import { triangleSize, unpack } from '../../linearAlgebra/triangle.js';

/** Coordinates r = K r' of a lower triangular K: in them a covariance K Kᵀ is 1. */
export class Coordinates {
  /** Kᵀ by rows: row j is column j of K, nonzero from j on. */
  readonly #columns: Float64Array;

  /** @param factor K, row-major, zero above the diagonal */
  constructor(
    factor: Float64Array,
    private readonly n: number,
  ) {
    this.#columns = Float64Array.from({ length: n * n }, (_, at) => factor[(at % n) * n + Math.floor(at / n)]);
  }

  /** @returns Kᵀ L K, packed, of a packed information L */
  information(packed: ArrayLike<number>): Float64Array {
    const { n } = this;
    const columns = this.#columns;
    const full = unpack(packed, n);
    const product = new Float64Array(n * n); // row j: column j of L K
    for (let j = 0; j < n; j++)
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = j; k < n; k++) sum += full[i * n + k] * columns[j * n + k];
        product[j * n + i] = sum;
      }
    const moved = new Float64Array(triangleSize(n));
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j <= i; j++, at++) {
        let sum = 0;
        for (let k = i; k < n; k++) sum += columns[i * n + k] * product[j * n + k];
        moved[at] = sum;
      }
    return moved;
  }

  /** @returns Kᵀ e of an information vector e */
  vector(e: ArrayLike<number>): Float64Array {
    const { n } = this;
    const moved = new Float64Array(n);
    for (let i = 0; i < n; i++) for (let k = i; k < n; k++) moved[i] += this.#columns[i * n + k] * e[k];
    return moved;
  }
}

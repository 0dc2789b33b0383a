import type { Tensors } from '../artefact/tensors.js';
import { NormalEquations } from '../linearAlgebra/normalEquations.js';
import { triangleSize } from '../linearAlgebra/triangle.js';
import { expectTensor } from '../networks/expectTensor.js';
import type { Random } from '../networks/random.js';

/**
 * The covariance C of the noise of each row of x, each in the least room that holds it: one variance for all columns (a spectrum with the same inverse
 * variance in every pixel), a variance for each column, or the lower triangle by rows. A variance may be infinite: the column says nothing.
 */
export class RowNoise {
  constructor(
    readonly width: number,
    readonly rows: readonly Float32Array[],
  ) {}

  /** The noise of some of the rows, in their order. */
  pick(rows: Int32Array | readonly number[]): RowNoise {
    return new RowNoise(
      this.width,
      Array.from(rows, (row) => this.rows[row]),
    );
  }

  slice(start: number, end: number): RowNoise {
    return new RowNoise(this.width, this.rows.slice(start, end));
  }

  static join(width: number, parts: readonly RowNoise[]): RowNoise {
    return new RowNoise(
      width,
      parts.flatMap(({ rows }) => rows),
    );
  }

  /** Whether this row's noise is the same in every direction. */
  isIsotropic(row: number): boolean {
    return this.rows[row].length === 1;
  }

  /** Whether no row has correlated columns. */
  get isDiagonal(): boolean {
    return this.rows.every(({ length }) => length <= this.width);
  }

  variance(row: number, column: number): number {
    const own = this.rows[row];
    if (own.length === 1) return own[0];
    return own.length === this.width ? own[column] : own[triangleSize(column) + column];
  }

  /** Mean variance of the columns that say something. */
  meanVariance(row: number): number {
    let [sum, count] = [0, 0];
    for (let k = 0; k < this.width; k++) {
      const variance = this.variance(row, k);
      if (!Number.isFinite(variance)) continue;
      sum += variance;
      count++;
    }
    return count > 0 ? sum / count : Number.POSITIVE_INFINITY;
  }

  /** Adds weight times C to a lower triangle by rows. */
  addTo(triangle: Float64Array, row: number, weight: number): void {
    const own = this.rows[row];
    if (own.length > this.width) for (let i = 0; i < own.length; i++) triangle[i] += weight * own[i];
    else for (let k = 0; k < this.width; k++) triangle[triangleSize(k) + k] += weight * this.variance(row, k);
  }

  /**
   * Draws noise with these covariances.
   * @returns rows x width; 0 in columns that say nothing
   */
  draw(random: Random): Float32Array {
    const { width } = this;
    const drawn = new Float32Array(this.rows.length * width);
    const factor = new NormalEquations(width);
    this.rows.forEach((own, row) => {
      const at = row * width;
      if (own.length <= width)
        for (let k = 0; k < width; k++) {
          const variance = this.variance(row, k);
          drawn[at + k] = Number.isFinite(variance) ? Math.sqrt(variance) * random.normal() : 0;
        }
      else {
        factor.triangle.set(own);
        if (!factor.factor()) throw new Error('a covariance of noise that is not positive definite');
        const normals = Float64Array.from({ length: width }, () => random.normal());
        for (let i = 0, element = 0; i < width; i++)
          for (let j = 0; j <= i; j++) drawn[at + i] += factor.triangle[element++] * normals[j];
      }
    });
    return drawn;
  }

  toTensors(): Tensors {
    const lengths = Float64Array.from(this.rows, ({ length }) => length);
    const values = new Float32Array(lengths.reduce((sum, length) => sum + length, 0));
    let offset = 0;
    for (const row of this.rows) {
      values.set(row, offset);
      offset += row.length;
    }
    return {
      lengths: { shape: [lengths.length], values: lengths },
      covariances: { shape: [values.length], values },
    };
  }

  /** @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, width: number, file: string): RowNoise {
    const lengths = expectTensor(tensors, 'lengths', [tensors.lengths?.values.length ?? 0], file).values;
    const ends = new Float64Array(lengths.length);
    for (let row = 0, end = 0; row < ends.length; row++) {
      end += lengths[row];
      ends[row] = end;
    }
    const values = Float32Array.from(expectTensor(tensors, 'covariances', [ends[ends.length - 1] ?? 0], file).values);
    return new RowNoise(
      width,
      Array.from(ends, (end, row) => values.subarray(end - lengths[row], end)),
    );
  }
}

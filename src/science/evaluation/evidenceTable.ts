import { factorise, solveForward, triangleSize } from '../linearAlgebra/triangle.js';

/**
 * What the spectra of many stars say of n numbers each: the likelihoods exp(-½ rᵀ L r + eᵀ r), in coordinates in which the population is a standard normal
 * distribution. Row-major, 64-bit; on shared memory where threads read it.
 */
export interface EvidenceTable {
  readonly size: number;
  /** rows x n (n + 1) / 2: lower triangle of L by rows. */
  readonly information: Float64Array;
  /** rows x n. */
  readonly vector: Float64Array;
}

/** The log Bayes factor of "one and the same r" against "two drawn from the population", for any two stars of a table. */
export class EvidenceComparison {
  readonly #table: EvidenceTable;
  readonly #single: Float64Array;
  readonly #sum: Float64Array;
  readonly #vector: Float64Array;

  constructor(table: EvidenceTable) {
    this.#table = table;
    this.#sum = new Float64Array(triangleSize(table.size));
    this.#vector = new Float64Array(table.size);
    this.#single = new Float64Array(table.vector.length / table.size).fill(Number.NaN);
  }

  /** ev(La + Lb, ea + eb) - ev(La, ea) - ev(Lb, eb), with ev(L, e) = ½ eᵀ(L + 1)⁻¹e - ½ ln det(L + 1). */
  logBayesFactor(a: number, b: number): number {
    return this.#logEvidence(a, b) - this.#alone(a) - this.#alone(b);
  }

  #alone(row: number): number {
    if (Number.isNaN(this.#single[row])) this.#single[row] = this.#logEvidence(row, -1);
    return this.#single[row];
  }

  /** @param other -1: none */
  #logEvidence(row: number, other: number): number {
    const { size: n, information, vector } = this.#table;
    const [sum, e] = [this.#sum, this.#vector];
    const packed = sum.length;
    for (let i = 0; i < packed; i++) sum[i] = information[row * packed + i];
    for (let i = 0; i < n; i++) e[i] = vector[row * n + i];
    if (other >= 0) {
      for (let i = 0; i < packed; i++) sum[i] += information[other * packed + i];
      for (let i = 0; i < n; i++) e[i] += vector[other * n + i];
    }
    for (let i = 0; i < n; i++) sum[(i * (i + 3)) / 2] += 1;
    const logDeterminant = factorise(sum, n);
    return 0.5 * (solveForward(sum, e, n) - logDeterminant);
  }
}

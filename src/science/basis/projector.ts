import type { Tensor2D } from '@tensorflow/tfjs';
import { NormalEquations } from '../linearAlgebra/normalEquations.js';
import { triangleSize } from '../linearAlgebra/triangle.js';
import type { Backend } from '../networks/backend.js';
import { readOut } from '../networks/readOut.js';
import type { BasisNumbers } from './basisNumbers.js';
import { ContinuumElimination } from './continuumElimination.js';
import type { ContinuumProducts } from './continuumProducts.js';
import { ContinuumTerms } from './continuumTerms.js';
import { ScaledSlice } from './scaledSlice.js';

/**
 * Weighted least squares for slices of spectra. The normal matrices of a slice are one matrix product: inverse variances (rows x pixels) by
 * the products V_pi V_pj (pixels x K (K + 1) / 2). The inverse variances are taken relative to the spectrum's mean, less 1, since VᵀV is
 * the identity: single precision then carries the deviation only. Spectra with one inverse variance in every pixel need no product at all.
 *
 * Where continua may be wrong, they are fitted with the coefficients and marginalised: first about the mean spectrum, then about what that made of each star.
 */
export class Projector {
  private readonly components: Tensor2D;
  /** Kept where they fit into PRODUCTS_KEPT; made anew for every slice, by blocks of columns, where not. */
  private products: Tensor2D | null = null;
  private readonly equations: NormalEquations;
  /** Where continua are fitted, too. */
  private readonly continuum: { readonly terms: ContinuumTerms; readonly elimination: ContinuumElimination } | null;

  constructor(
    private readonly backend: Backend,
    private readonly basis: BasisNumbers,
  ) {
    this.components = backend.tf.tensor2d(basis.components, [basis.covered.length, basis.size]);
    this.equations = new NormalEquations(basis.size);
    const { continuum, size } = basis;
    this.continuum = continuum && {
      terms: new ContinuumTerms(backend, basis, continuum, this.components),
      elimination: new ContinuumElimination(continuum.count, size),
    };
  }

  /**
   * Writes coefficients (rows x size) and, where asked for, appends the covariance of each row: see RowNoise. A few hundred rows at a time.
   */
  project(
    flux: Float32Array,
    ivar: Float32Array,
    rows: number,
    coefficients: Float32Array,
    covariances: Float32Array[] | null,
  ): void {
    const { tf } = this.backend;
    const slice = new ScaledSlice(this.basis, flux, ivar, rows);
    const seen = tf.tensor2d(slice.weighted, [rows, this.basis.covered.length]);
    try {
      const right = readOut(tf.matMul(seen, this.components));
      const equations = { slice, right, deviations: this.deviations(slice.deviations(), slice.unevenRows().length) };
      if (!this.continuum) {
        this.solveAll(equations, null, coefficients, covariances);
        return;
      }
      const products = this.continuum.terms.of(seen, slice.relative());
      this.solveAll(equations, products(null), coefficients, null);
      this.solveAll(equations, products(coefficients), coefficients, covariances);
    } finally {
      seen.dispose();
    }
  }

  /** @param products with the modes of the continua, to be taken out; null: there are none */
  private solveAll(
    { slice, right, deviations }: SliceEquations,
    products: ContinuumProducts | null,
    coefficients: Float32Array,
    covariances: Float32Array[] | null,
  ): void {
    const { size } = this.basis;
    const uneven = slice.unevenRows();
    const length = triangleSize(size);
    for (let row = 0, next = 0; row < slice.rows; row++) {
      const level = slice.levels[row];
      const own = right.subarray(row * size, (row + 1) * size);
      const y = coefficients.subarray(row * size, (row + 1) * size);
      const elimination = products && level > 0 ? this.continuum?.elimination.take(products, row, level) : null;
      if (uneven[next] !== row) this.solveEven(level, own, y, covariances, elimination);
      else this.solve(level, deviations.subarray(next * length, ++next * length), own, y, covariances, elimination);
    }
  }

  /** @returns rows x covered pixels, the mean not yet added */
  expand(coefficients: Float32Array, rows: number): Float32Array {
    const { tf } = this.backend;
    return readOut(
      tf.tidy(() => tf.matMul(tf.tensor2d(coefficients, [rows, this.basis.size]), this.components, false, true)),
    );
  }

  dispose(): void {
    this.continuum?.terms.dispose();
    this.components.dispose();
    this.products?.dispose();
    this.products = null;
  }

  private solve(
    level: number,
    deviation: Float32Array,
    right: Float32Array,
    y: Float32Array,
    covariances: Float32Array[] | null,
    elimination: ContinuumElimination | null = null,
  ): void {
    const { equations } = this;
    const { size, prior, truncation } = this.basis;
    for (let strength = 1; ; strength *= 10) {
      equations.triangle.set(deviation);
      elimination?.takeFromMatrix(equations.triangle);
      for (let k = 0; k < size; k++)
        equations.triangle[triangleSize(k) + k] += 1 + strength * Math.max(1 / (prior[k] * level), ROUND_OFF);
      if (equations.factor()) break;
    }
    const solution = Float64Array.from(right);
    elimination?.takeFromRight(solution);
    equations.solve(solution);
    y.set(solution);
    if (!covariances) return;
    const inverse = new Float64Array(triangleSize(size));
    equations.invertInto(inverse);
    for (let i = 0, at = 0; i < size; i++)
      for (let j = 0; j <= i; j++, at++) inverse[at] = inverse[at] / level - (i === j ? truncation : 0);
    covariances.push(Float32Array.from(inverse));
  }

  /** The normal matrix is the identity times the level, or 0. */
  private solveEven(
    level: number,
    right: Float32Array,
    y: Float32Array,
    covariances: Float32Array[] | null,
    elimination: ContinuumElimination | null = null,
  ): void {
    const { prior, truncation } = this.basis;
    const own = elimination ? elimination.evenRight(right) : right;
    for (let k = 0; k < prior.length; k++) y[k] = (level * own[k]) / (level + 1 / prior[k]);
    if (elimination) covariances?.push(elimination.evenCovariance(1 / level, truncation));
    // The prior is left out where there is a level: it is a 1,000th of it at an SNR of 20.
    else covariances?.push(level > 0 ? Float32Array.of(1 / level - truncation) : Float32Array.from(prior));
  }

  /** @returns count packed lower triangles: per row, the sum over pixels of its weight times V_pi V_pj */
  private deviations(weights: Float32Array, count: number): Float32Array {
    const { size, covered } = this.basis;
    const length = triangleSize(size);
    if (count === 0) return new Float32Array();
    if (length * covered.length * Float32Array.BYTES_PER_ELEMENT <= PRODUCTS_KEPT) {
      this.products ??= this.makeProducts(0, size);
      return this.multiply(weights, count, this.products);
    }
    const all = new Float32Array(count * length);
    for (let from = 0, to = 0; from < size; from = to) {
      do to++;
      while (
        to < size &&
        (triangleSize(to + 1) - triangleSize(from)) * covered.length * Float32Array.BYTES_PER_ELEMENT <= PRODUCTS_BLOCK
      );
      const block = this.makeProducts(from, to);
      const part = this.multiply(weights, count, block);
      block.dispose();
      const width = triangleSize(to) - triangleSize(from);
      for (let row = 0; row < count; row++)
        all.set(part.subarray(row * width, (row + 1) * width), row * length + triangleSize(from));
    }
    return all;
  }

  /** V_pi V_pj for from <= i < to, j <= i. */
  private makeProducts(from: number, to: number): Tensor2D {
    const { size, covered, components } = this.basis;
    const width = triangleSize(to) - triangleSize(from);
    const products = new Float32Array(covered.length * width);
    for (let p = 0, at = 0; p < covered.length; p++)
      for (let i = from; i < to; i++) {
        const value = components[p * size + i];
        for (let j = 0; j <= i; j++) products[at++] = value * components[p * size + j];
      }
    return this.backend.tf.tensor2d(products, [covered.length, width]);
  }

  private multiply(values: Float32Array, rows: number, by: Tensor2D): Float32Array {
    const { tf } = this.backend;
    return readOut(tf.tidy(() => tf.matMul(tf.tensor2d(values, [rows, this.basis.covered.length]), by)));
  }
}

/** The normal equations of a slice of spectra, all but their continua. */
interface SliceEquations {
  readonly slice: ScaledSlice;
  /** rows x size: VᵀW (flux - mean). */
  readonly right: Float32Array;
  /** Of the uneven rows: packed lower triangles of VᵀWV - 1. */
  readonly deviations: Float32Array;
}

/**
 * Of a sum in single precision over thousands of pixels, relative to the whole spectrum's. The prior is at least this strong, so that few
 * good pixels do not leave the matrix indefinite, and is strengthened where they still do. It moves a coefficient by 1e-6 of itself.
 */
const ROUND_OFF = 1e-6;
/** Bytes of products kept between calls: K = 110 over 7,700 pixels. */
const PRODUCTS_KEPT = 200e6;
const PRODUCTS_BLOCK = 64e6;

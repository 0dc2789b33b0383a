import { triangleSize } from '../../linearAlgebra/triangle.js';
import type { Disentangler } from '../../models/method.js';
import type { Backend } from '../../networks/backend.js';
import type { LatentResidual } from '../residual.js';
import type { MapInput } from './estimate.js';
import type { Misfit } from './misfit.js';
import { NormalForm, precisionOf } from './normalForm.js';
import { Whitening } from './whitening.js';

/** Linearisations of the decoder at most. */
const MOST_STEPS = 8;
/**
 * A fit has ended when the step after this one would take less than this off the objective: it would be a 20th of the posterior's standard deviation long. Steps shrink
 * by at least the ratio of the last two. Two linearisations do for most spectra, where waiting for a short step took three.
 */
const CONVERGED = 2e-3;
/**
 * A step that took less than this off the objective was the last, too. Where SELU's slope jumps the gradient need not vanish, and the next step would only lead back:
 * a tenth of the rows went to and fro over .004 of the objective.
 */
const FLAT = 0.01;
/** Share of a step that is tried when the whole was too long. */
const SHORTER = 0.25;
/** chi2 per column above which the encoder's latent is held against the population's mean as a place to begin. */
const LOST = 4;

/** The fits of a slice of rows, side by side. A row that has converged takes no further part. */
export class SliceFit {
  /** Whitened residual latents and scaled parameters: where the decoder is looked at next, and in the end the estimate. */
  readonly r: Float64Array;
  readonly u: Float32Array;
  readonly information: Float64Array;
  readonly uCovariance: Float64Array;
  readonly chi2: Float32Array;
  readonly steps: Uint8Array;
  /** The best point so far of each row, its objective, and the step that it asks for. */
  private readonly best: { readonly r: Float64Array; readonly u: Float32Array; readonly objective: Float64Array };
  private readonly step: Float64Array;
  private readonly share: Float64Array;
  /** What the step would take off the objective, and the one after it. */
  private readonly decrement: Float64Array;
  private readonly next: Float64Array;
  private readonly precisions: Float64Array;
  private readonly n: number;
  private readonly m: number;
  /** Parameters that are fitted: all, or none where every row takes them as exact. */
  private readonly fitted: number;

  constructor(
    private readonly backend: Backend,
    private readonly disentangler: Disentangler,
    private readonly residual: LatentResidual,
    private readonly misfit: Misfit,
    private readonly limits: readonly number[],
    private readonly input: MapInput,
  ) {
    const { rows, u, uErrors } = input;
    this.n = disentangler.latentSize;
    this.m = limits.length;
    this.fitted = uErrors.some((error) => error > 0) ? this.m : 0;
    this.r = new Float64Array(rows * this.n);
    this.u = Float32Array.from(u);
    this.best = {
      r: new Float64Array(rows * this.n),
      u: Float32Array.from(u),
      objective: new Float64Array(rows).fill(Number.POSITIVE_INFINITY),
    };
    this.step = new Float64Array(rows * (this.n + this.fitted));
    this.share = new Float64Array(rows).fill(1);
    this.decrement = new Float64Array(rows);
    this.next = new Float64Array(rows);
    this.precisions = Float64Array.from(uErrors, precisionOf);
    this.information = new Float64Array(rows * triangleSize(this.n));
    this.uCovariance = new Float64Array(rows * triangleSize(this.m));
    this.chi2 = new Float32Array(rows).fill(Number.NaN);
    this.steps = new Uint8Array(rows);
  }

  /** @param encoded z, where the fits begin */
  run(encoded: Float32Array): void {
    const { backend, input, misfit } = this;
    this.r.set(this.residual.whiten(this.residual.subtract(encoded, input.u)));
    const whitening = new Whitening(backend, input.noise, misfit);
    try {
      let active = Int32Array.from({ length: input.rows }, (_, row) => row);
      for (let step = 0; step < MOST_STEPS && active.length > 0; step++) {
        const products = this.productsAt(active, whitening);
        active = active.filter((row, i) => !this.advance(row, products.own(i), step === 0));
      }
      for (const row of active) this.goBack(row);
    } finally {
      whitening.dispose();
    }
  }

  /** The products of derivatives and residual of these rows where they stand, and the slopes of the trend. */
  private productsAt(active: Int32Array, whitening: Whitening) {
    const { n, m, fitted, residual, disentangler, misfit, input } = this;
    const { width } = misfit;
    const count = active.length;
    const pick = <T extends Float32Array | Float64Array>(values: T, size: number, into: T): T => {
      active.forEach((row, i) => {
        into.set(values.subarray(row * size, (row + 1) * size), i * size);
      });
      return into;
    };
    const u = pick(this.u, m, new Float32Array(count * m));
    const z = residual.restore(pick(this.r, n, new Float64Array(count * n)), u);
    const { x, byLatent, byParameter } = disentangler.linearise(z, u, count, fitted > 0);
    const height = n + fitted + 1;
    const stacks = new Float32Array(count * height * width);
    active.forEach((row, i) => {
      const at = i * height * width;
      stacks.set(byLatent.subarray(i * n * width, (i + 1) * n * width), at);
      if (fitted) stacks.set(byParameter.subarray(i * m * width, (i + 1) * m * width), at + n * width);
      const end = at + (n + fitted) * width;
      for (let k = 0; k < width; k++) stacks[end + k] = input.x[row * width + k] - x[i * width + k];
    });
    const products = whitening.products(stacks, height, active);
    const slopes = Array.from({ length: fitted }, (_, parameter) => residual.trendSlopes(u, parameter));
    const size = height * height;
    return {
      own: (i: number) => ({
        products: products.subarray(i * size, (i + 1) * size),
        slopes: Float64Array.from({ length: fitted * n }, (_, at) => slopes[Math.floor(at / n)][i * n + (at % n)]),
      }),
    };
  }

  /**
   * Judges where a row stands, and moves it.
   * @returns whether its fit has ended
   */
  private advance(
    row: number,
    { products, slopes }: { products: Float32Array; slopes: Float64Array },
    first: boolean,
  ): boolean {
    const { n, m, fitted, best, normal } = this;
    this.steps[row]++;
    const own = (values: Float64Array, size: number) => values.subarray(row * size, (row + 1) * size);
    const [r, bestR, step] = [own(this.r, n), own(best.r, n), own(this.step, n + fitted)];
    const precisions = own(this.precisions, m);
    const chi2 = products[products.length - 1];
    let objective = chi2;
    for (let i = 0; i < n; i++) objective += r[i] ** 2;
    const offsets = new Float64Array(fitted);
    for (let p = 0; p < fitted; p++) {
      offsets[p] = this.u[row * m + p] - this.input.u[row * m + p];
      objective += precisions[p] * offsets[p] ** 2;
    }
    const gain = best.objective[row] - objective;
    if (Math.abs(gain) < FLAT && this.share[row] === 1) {
      if (gain < 0) this.goBack(row);
      return true;
    }
    if (gain > 0) {
      best.objective[row] = objective;
      bestR.set(r);
      best.u.set(this.u.subarray(row * m, (row + 1) * m), row * m);
      this.chi2[row] = chi2;
      this.share[row] = 1;
      normal.take(products, slopes);
      const before = this.decrement[row];
      this.decrement[row] = normal.solve(r, offsets, precisions, step);
      this.next[row] = this.decrement[row] * Math.min(1, before > 0 ? this.decrement[row] / before : 1);
      normal.informationInto(precisions, own(this.information, triangleSize(n)));
      if (fitted) normal.parameterCovarianceInto(precisions, own(this.uCovariance, triangleSize(m)));
      if (first && chi2 > LOST * this.misfit.width) {
        // Looked at next; if it is no better, the row goes on from here.
        this.r.fill(0, row * n, (row + 1) * n);
        this.share[row] = 1 / SHORTER;
        return false;
      }
    } else {
      this.share[row] *= SHORTER;
      this.next[row] = this.share[row] ** 2 * this.decrement[row];
    }
    const share = this.share[row];
    for (let i = 0; i < n; i++) r[i] = bestR[i] + share * step[i];
    for (let p = 0; p < fitted; p++) {
      const moved = best.u[row * m + p] + share * step[n + p];
      this.u[row * m + p] = Math.max(-this.limits[p], Math.min(this.limits[p], moved));
    }
    return !(this.next[row] > CONVERGED);
  }

  /** To the best point so far. */
  private goBack(row: number): void {
    const { n, m, best } = this;
    this.r.set(best.r.subarray(row * n, (row + 1) * n), row * n);
    this.u.set(best.u.subarray(row * m, (row + 1) * m), row * m);
  }

  private get normal(): NormalForm {
    this.#normal ??= new NormalForm(this.n, this.fitted, this.residual.unwhitening);
    return this.#normal;
  }
  #normal: NormalForm | null = null;
}

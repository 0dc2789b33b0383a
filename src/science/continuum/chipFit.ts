import { CholeskyDecomposition, Matrix } from 'ml-matrix';
import { type Spectrum, usable } from '../../domain/spectrum.js';
import { type ChipPolynomials, evaluate } from './chebyshev.js';
import type { ContinuumSettings } from './continuumSettings.js';

/** Good pixels that a chip needs for a polynomial of this order. */
export function minimumPixels(order: number): number {
  return 10 * Math.max(order, 1);
}

/**
 * The continuum of one chip: Chebyshev coefficients, lowest order first, or null where too few good pixels determine them.
 *
 * Without known continuum pixels the fit is repeated on the pixels that lie near it: not more than LOW below, where lines are, nor HIGH
 * above, in units of the pixel's error or of the kept pixels' scatter, whichever is larger. The scatter keeps a crowded spectrum of high
 * SNR from being clipped to a few peaks.
 *
 * On spectra made of Gaussian lines over a smooth continuum, LOW 1.2 places the continuum at SNR 30, 100, 300 by +.9, +.3, 0 % where a
 * third of the pixels are in lines, and by -1.7, -.9, -.8 % where nine in ten are (cool giants: mean flux .92). LOW 1 makes that +1.5, +.5,
 * 0 and -.8, -.6, -.5; LOW 1.5 +.3, +.1, 0 and -2.8, -1.8, -1.6; the .1 of APOGEE's own pipeline (García Pérez et al. 2016) +5.3, +1.8, +.5
 * and +3, -.1, -.4.
 */
export function fitChip(
  polynomials: ChipPolynomials,
  spectrum: Spectrum,
  settings: ContinuumSettings,
): Float64Array | null {
  const pixels = new ChipPixels(polynomials, spectrum, settings);
  if (pixels.count < minimumPixels(settings.order)) return null;
  const first = pixels.solve(0);
  if (!first || settings.continuumPixels) return first?.coefficients ?? null;
  pixels.applyFloor(first.coefficients, settings.errorFloor);
  const fewest = Math.max(minimumPixels(settings.order), FEWEST * pixels.count);
  let fit = pixels.solve(0) ?? first;
  for (
    let i = 0;
    i < ITERATIONS && pixels.clip(fit.coefficients) > SETTLED * pixels.count && pixels.count >= fewest;
    i++
  ) {
    const next = pixels.solve(first.pivot * WEAKEST);
    if (!next) break;
    fit = next;
  }
  return fit.coefficients;
}

const LOW = 1.2;
const HIGH = 3;
const LOW_SQUARED = LOW ** 2;
const HIGH_SQUARED = HIGH ** 2;
const ITERATIONS = 12;
/** Clipping ends when no more than this fraction of the kept pixels comes or goes. */
const SETTLED = 0.002;
/** Clipping ends before less than this fraction of the good pixels is left. */
const FEWEST = 0.05;
/**
 * Clipping ends before the pixels left determine the polynomial this much worse than all did: a stretch of the chip has lost its last one.
 */
const WEAKEST = 0.01;

interface Fit {
  readonly coefficients: Float64Array;
  /** Smallest pivot of the scaled normal matrix: near 0 where the pixels do not determine the polynomial. */
  readonly pivot: number;
}

/**
 * The good pixels of a chip, and which of them are kept. T_i T_j = (T_i+j + T_|i-j|) / 2, so that sums of weight times T_k, k up to twice
 * the order, make the normal matrix; they are kept up to date as pixels come and go, since few do (2 to 2.6 ms a spectrum in all).
 */
class ChipPixels {
  /** Pixels kept. */
  count = 0;
  private readonly flux: Float64Array;
  /** Inverse variance with the floor; 0 in pixels that are not good. */
  private readonly weight: Float64Array;
  private readonly kept: Uint8Array;
  private readonly level: Float64Array<ArrayBuffer>;
  /** Sums over kept pixels of weight T_k, and of weight flux T_k. */
  private readonly moments: Float64Array<ArrayBuffer>;
  private readonly fluxMoments: Float64Array<ArrayBuffer>;

  constructor(
    private readonly polynomials: ChipPolynomials,
    spectrum: Spectrum,
    { order, continuumPixels }: ContinuumSettings,
  ) {
    const { start, end } = polynomials.chip;
    this.flux = new Float64Array(end - start);
    this.weight = new Float64Array(end - start);
    this.kept = new Uint8Array(end - start);
    this.level = new Float64Array(end - start);
    this.moments = new Float64Array(2 * order + 1);
    this.fluxMoments = new Float64Array(order + 1);
    for (let i = 0, pixel = start; pixel < end; i++, pixel++) {
      if (!usable(spectrum.flux[pixel], spectrum.ivar[pixel]) || continuumPixels?.[pixel] === 0) continue;
      this.flux[i] = spectrum.flux[pixel];
      this.weight[i] = spectrum.ivar[pixel];
      this.keep(i, 1);
    }
  }

  /** Lowers the weights to those of errors of at least `errorFloor` times a first continuum. */
  applyFloor(coefficients: Float64Array, errorFloor: number): void {
    evaluate(this.polynomials, coefficients, this.level);
    for (let i = 0; i < this.kept.length; i++) {
      const floor = errorFloor * this.level[i];
      const cap = 1 / (floor * floor);
      if (!this.kept[i] || this.weight[i] <= cap) continue;
      this.keep(i, 0);
      this.weight[i] = cap;
      this.keep(i, 1);
    }
  }

  /** Keeps the good pixels near a continuum, and those only. @returns the number of pixels that came or went */
  clip(coefficients: Float64Array): number {
    evaluate(this.polynomials, coefficients, this.level);
    const scatterWeight = 1 / this.scatter();
    let changed = 0;
    for (let i = 0; i < this.kept.length; i++) {
      if (this.weight[i] === 0) continue;
      const residual = this.flux[i] - this.level[i];
      const limit = residual < 0 ? LOW_SQUARED : HIGH_SQUARED;
      const keep = residual * residual * Math.min(scatterWeight, this.weight[i]) <= limit ? 1 : 0;
      if (keep === this.kept[i]) continue;
      this.keep(i, keep);
      changed++;
    }
    return changed;
  }

  /** Weighted least squares over the pixels kept; null when they determine the polynomial no better than `weakest`. */
  solve(weakest: number): Fit | null {
    const { moments, fluxMoments } = this;
    const size = fluxMoments.length;
    const scale = moments[0];
    const normal = Matrix.zeros(size, size);
    for (let i = 0; i < size; i++)
      for (let j = 0; j < size; j++) normal.set(i, j, (moments[i + j] + moments[Math.abs(i - j)]) / (2 * scale));
    const decomposition = new CholeskyDecomposition(normal);
    if (!decomposition.isPositiveDefinite()) return null;
    const pivot = Math.min(...decomposition.lowerTriangularMatrix.diagonal()) ** 2;
    if (!(pivot > weakest)) return null;
    const right = Matrix.columnVector(fluxMoments).divide(scale);
    return { coefficients: Float64Array.from(decomposition.solve(right).to1DArray()), pivot };
  }

  /** Weighted mean square of the kept pixels about the level. */
  private scatter(): number {
    let squares = 0;
    for (let i = 0; i < this.kept.length; i++) {
      const residual = this.flux[i] - this.level[i];
      squares += this.kept[i] * this.weight[i] * residual * residual;
    }
    return squares / this.moments[0];
  }

  private keep(i: number, keep: 0 | 1): void {
    const { values } = this.polynomials;
    const weight = keep ? this.weight[i] : -this.weight[i];
    for (let k = 0; k < this.moments.length; k++) this.moments[k] += weight * values[k][i];
    for (let k = 0; k < this.fluxMoments.length; k++) this.fluxMoments[k] += weight * this.flux[i] * values[k][i];
    this.kept[i] = keep;
    this.count += keep ? 1 : -1;
  }
}

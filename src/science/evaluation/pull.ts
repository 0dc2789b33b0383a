import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { unpack } from '../linearAlgebra/triangle.js';

/** Information, in units of the population's precision, from which a direction counts as determined by the spectrum. */
const DETERMINED = 1;

/** How far a fault of the data moves latents, in units of the scatter that photon noise gives them. */
export interface PullBias {
  /** Root mean square over directions of the mean over stars: a bias that all have in common. */
  readonly common: number;
  /** Root mean square over directions and stars. */
  readonly total: number;
}

/**
 * Pulls (r̂' - r̂) / sigma of latents of the same photons with a fault and without. sigma² is the sampling covariance (L + 1)⁻¹ L (L + 1)⁻¹; its inverse root is symmetric,
 * so that directions are the same for all stars. Directions that a spectrum does not determine do not count.
 */
export class PullSum {
  private stars = 0;
  private squares = 0;
  private directions = 0;
  private readonly sums: Float64Array;

  constructor(private readonly size: number) {
    this.sums = new Float64Array(size);
  }

  /** @param information L, packed; @param shift r̂' - r̂ */
  add(information: ArrayLike<number>, shift: ArrayLike<number>): void {
    const { size: n } = this;
    const matrix = Matrix.from1DArray(n, n, Array.from(unpack(information, n)));
    const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(matrix, { assumeSymmetric: true });
    for (let d = 0; d < n; d++) {
      const value = realEigenvalues[d];
      if (!(value > DETERMINED)) continue;
      let along = 0;
      for (let k = 0; k < n; k++) along += eigenvectorMatrix.get(k, d) * shift[k];
      const pull = (along * (1 + value)) / Math.sqrt(value);
      for (let k = 0; k < n; k++) this.sums[k] += pull * eigenvectorMatrix.get(k, d);
      this.squares += pull * pull;
      this.directions++;
    }
    this.stars++;
  }

  /** null where nothing was added that determines anything */
  bias(): PullBias | null {
    if (!this.directions) return null;
    const perStar = this.directions / this.stars;
    const common = this.sums.reduce((sum, value) => sum + (value / this.stars) ** 2, 0);
    return { common: Math.sqrt(common / perStar), total: Math.sqrt(this.squares / this.directions) };
  }
}

/** A difference of Teff from which a pair counts in Table 4 of de Mijolla et al. (2021), K. */
const FAR = 500;

/** Mean absolute residual and mean squared error per pixel of spectra recast to their twins' parameters, averaged over spectra: Tables 3 and 4. */
export interface RecastingFigures {
  readonly spectra: number;
  readonly meanResidual: number;
  readonly meanSquaredError: number;
}

export interface RecastingTables {
  /** Table 3: all pairs. */
  readonly all: RecastingFigures;
  /** Table 4: pairs at least 500 K apart; null where there are none. */
  readonly far: RecastingFigures | null;
}

/** One spectrum against what its twin was recast to. */
export interface RecastResidual {
  /** R: mean absolute residual over the pixels that both have. */
  readonly mean: number;
  /** sigma_R: standard deviation of the absolute residual. */
  readonly deviation: number;
  readonly squared: number;
}

/** @param ivar of the observed spectrum; pixels with 0, and those that the model does not cover (NaN), do not count */
export function recastResidual(recast: Float32Array, observed: Float32Array, ivar: Float32Array): RecastResidual {
  let [pixels, absolute, squares] = [0, 0, 0];
  for (let i = 0; i < recast.length; i++) {
    const residual = Math.abs(recast[i] - observed[i]);
    if (!(ivar[i] > 0) || Number.isNaN(residual)) continue;
    pixels++;
    absolute += residual;
    squares += residual ** 2;
  }
  const mean = absolute / pixels;
  const squared = squares / pixels;
  return { mean, deviation: Math.sqrt(Math.max(0, squared - mean ** 2)), squared };
}

/** Sums up residuals of many spectra. */
export class RecastingSum {
  readonly #all = new FigureSum();
  readonly #far = new FigureSum();

  /** @param difference of Teff between the two stars, K */
  add(residual: RecastResidual, difference: number): void {
    this.#all.add(residual);
    if (Math.abs(difference) >= FAR) this.#far.add(residual);
  }

  /** null where nothing was added */
  tables(): RecastingTables | null {
    const all = this.#all.figures();
    return all && { all, far: this.#far.figures() };
  }
}

class FigureSum {
  private spectra = 0;
  private residual = 0;
  private squared = 0;

  add({ mean, squared }: RecastResidual): void {
    this.spectra++;
    this.residual += mean;
    this.squared += squared;
  }

  figures(): RecastingFigures | null {
    const { spectra } = this;
    if (!spectra) return null;
    return { spectra, meanResidual: this.residual / spectra, meanSquaredError: this.squared / spectra };
  }
}

import { LEAST_GAIN } from '../../domain/abundance.js';
import { RidgeSums } from './linear/ridge.js';

/** What the estimates of one species add to what is known of it without its lines. */
export interface OwnLines {
  /** Share of the variance left by the other abundances and the parameters that the estimates explain, on stars that this was not fitted on. */
  readonly gain: number;
  /** In units of the standard error of that gain. */
  readonly significance: number;
}

/** Least significance from which on the lines of a species count as measured. */
const LEAST_SIGNIFICANCE = 3;

export function isMeasured({ gain, significance }: OwnLines): boolean {
  return gain >= LEAST_GAIN && significance >= LEAST_SIGNIFICANCE;
}

/** Strength of the ridge of the regressions here, as a share of the variance. */
const RIDGE = 1e-4;

/**
 * Predicts a species from all other abundances and the parameters, by ridge regression: what a spectrum without any of its lines could tell at best. Standardised, as the
 * table is.
 */
export class OtherAbundances {
  private readonly coefficients: Float64Array;

  /** @param rows that it is fitted on */
  constructor(
    private readonly table: AbundanceTable,
    private readonly species: number,
    rows: ArrayLike<number>,
  ) {
    const sums = new RidgeSums(this.features(0).length);
    for (let i = 0; i < rows.length; i++) {
      const y = table.abundances[rows[i] * table.species + species];
      if (Number.isFinite(y)) sums.add(this.features(rows[i]), 0, y);
    }
    this.coefficients = sums.solve(RIDGE);
  }

  predict(row: number): number {
    return this.features(row).reduce((sum, feature, k) => sum + feature * this.coefficients[k], 0);
  }

  /** A constant, the parameters with their squares and products, and the other abundances; one that is not known counts as the mean. */
  private features(row: number): number[] {
    const { abundances, species, parameters } = this.table;
    const m = parameters.length / (abundances.length / species);
    const u = Array.from(parameters.subarray(row * m, (row + 1) * m));
    const others = Array.from(abundances.subarray(row * species, (row + 1) * species), (value) => value || 0);
    others.splice(this.species, 1);
    return [1, ...u, ...u.flatMap((a, i) => u.slice(i).map((b) => a * b)), ...others];
  }
}

export interface AbundanceTable {
  readonly species: number;
  /** rows x species, of mean 0 and scatter 1; NaN where not known. */
  readonly abundances: Float64Array;
  /** rows x m, of mean 0 and scatter 1. */
  readonly parameters: Float64Array;
}

/**
 * Whether estimates tell of a species more than `expected`, which others predict: the partial regression of the truth on the estimate, both less what is expected, fitted on one half
 * of the rows and tried on the other, and the other way round.
 */
export function ownLines(truth: readonly number[], estimate: readonly number[], expected: readonly number[]): OwnLines {
  const left = truth.map((value, i) => value - expected[i]);
  const told = estimate.map((value, i) => value - expected[i]);
  const slopes = [0, 1].map((half) => {
    let [product, square] = [0, 1e-12];
    for (let i = half; i < left.length; i += 2) {
      product += left[i] * told[i];
      square += told[i] ** 2;
    }
    return product / square;
  });
  const gains = left.map((value, i) => value ** 2 - (value - slopes[1 - (i % 2)] * told[i]) ** 2);
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [gain, variance] = [mean(gains), mean(left.map((value) => value ** 2))];
  const error = Math.sqrt(mean(gains.map((value) => (value - gain) ** 2)) / gains.length);
  return { gain: gain / (variance || 1), significance: error > 0 ? gain / error : 0 };
}

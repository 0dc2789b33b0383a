import { ERROR_TERMS, errorTerms } from '../../domain/errorTerms.js';
import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';
import { conformalQuantile } from './conformal.js';
import { quantileRegression } from './quantileRegression.js';
import type { StatedErrors } from './statedErrors.js';
import { termsFor } from './termsFor.js';

/** Estimates of stars that were not learnt from, row-major, beside what is true of them. */
export interface HeldOutEstimates {
  readonly rows: number;
  readonly species: number;
  /** rows x species, dex; NaN where not known. */
  readonly truth: Float64Array;
  /** rows x species, dex. */
  readonly values: Float32Array;
  /** rows x species: propagated from the covariance of latent and parameters, 1 sigma, dex. */
  readonly noise: Float32Array;
  /** Signal to noise per pixel. */
  readonly snr: Float64Array;
  /** What errors go with beside it, by row: Teff where the model removes it. */
  readonly parameter: Float64Array;
}

/** Probabilities of the two intervals; the first is that of one sigma. */
const LEVELS = [0.6827, 0.95] as const;
/** Share of the stars that lie beyond either end of the range of Teff. */
const TAIL = 0.01;
/** What an estimator errs by at least, dex: numbers that rounding alone tells apart. */
const FLOOR = 1e-6;

/**
 * Errors of abundances by split-conformal prediction (Lei et al. 2018) with normalised scores |ŷ - y| / √(noise² + systematic²): the noise is the star's own, the systematic part what held-out
 * stars err by beyond it. The quantiles of the scores are smooth in ln SNR and Teff, by quantile regression of their logarithms (conformalised: Romano, Patterson & Candès 2019), so that coverage holds at
 * every signal to noise and not on the average alone. Quantiles of single bands of SNR and thirds of Teff (Mondrian prediction) were worse, since few stars are in each: from 5,018 stars 42 of 270 thirds (18 species, 5 levels of noise) were off by more than 1.5 points of the 95, instead of 23.
 */
export class ErrorModel implements StatedErrors {
  private constructor(
    /** By species, dex. */
    readonly systematic: Float64Array,
    /** As `errorTerms` takes them. */
    readonly ranges: Float64Array,
    /** Coefficients of ln of the quantiles: levels x species x terms. */
    private readonly coefficients: Float64Array,
  ) {}

  static fit(held: HeldOutEstimates): ErrorModel {
    const parameter = held.parameter.slice().sort();
    const ends = [TAIL, 1 - TAIL].map((share) => parameter[Math.floor(share * (parameter.length - 1))]);
    const snr = held.snr.map(Math.log).sort();
    const ranges = Float64Array.of(snr[0], snr[snr.length - 1], ends[0], ends[1]);
    const model = new ErrorModel(
      systematicErrors(held),
      ranges,
      new Float64Array(LEVELS.length * held.species * ERROR_TERMS),
    );
    for (let s = 0; s < held.species; s++) model.calibrate(held, s);
    return model;
  }

  static fromTensors(tensors: Tensors, species: number): ErrorModel {
    const values = (name: string, length: number) =>
      Float64Array.from(expectTensor(tensors, name, [length], 'estimator').values);
    return new ErrorModel(
      values('systematic', species),
      values('ranges', 4),
      values('coefficients', LEVELS.length * species * ERROR_TERMS),
    );
  }

  toTensors(): Tensors {
    const { systematic, ranges, coefficients } = this;
    return Object.fromEntries(
      Object.entries({ systematic, ranges, coefficients }).map(([name, values]) => [
        name,
        { shape: [values.length], values },
      ]),
    );
  }

  halfWidths(species: number, noise: number, snr: number, parameter: number): [number, number] {
    const spread = this.spread(species, noise);
    const row = errorTerms(this.ranges, snr, parameter);
    const [own, outer] = LEVELS.map((_, level) => {
      const coefficients = this.coefficientsOf(level, species);
      return spread * Math.exp(row.reduce((sum, term, k) => sum + coefficients[k] * term, 0));
    });
    return [own, Math.max(own, outer)];
  }

  private spread(species: number, noise: number): number {
    return Math.hypot(noise, this.systematic[species], FLOOR);
  }

  private coefficientsOf(level: number, species: number): Float64Array {
    const at = (level * this.systematic.length + species) * ERROR_TERMS;
    return this.coefficients.subarray(at, at + ERROR_TERMS);
  }

  private calibrate(held: HeldOutEstimates, s: number): void {
    const known = Array.from(held.snr.keys()).filter((row) => Number.isFinite(held.truth[row * held.species + s]));
    const used = termsFor(known.length);
    const design = new Float64Array(known.length * used);
    const scores = Float64Array.from(known, (row, i) => {
      design.set(errorTerms(this.ranges, held.snr[row], held.parameter[row]).slice(0, used), i * used);
      const at = row * held.species + s;
      return Math.log(Math.max(FLOOR, Math.abs(held.values[at] - held.truth[at])) / this.spread(s, held.noise[at]));
    });
    LEVELS.forEach((level, l) => {
      if (!known.length) return;
      const fitted = quantileRegression(design, scores, level);
      const left = scores.map((score, i) => {
        for (let k = 0; k < used; k++) score -= fitted[k] * design[i * used + k];
        return score;
      });
      // The fit leaves a share of `level` below it; as many as a further star asks for are made of that.
      fitted[0] += conformalQuantile(left, level);
      this.coefficientsOf(l, s).set(fitted);
    });
  }
}

/** Root of what the squared errors exceed the noise by, in the mean. */
function systematicErrors({ rows, species, truth, values, noise }: HeldOutEstimates): Float64Array {
  return Float64Array.from({ length: species }, (_, s) => {
    let [sum, squares, count] = [0, 0, 0];
    for (let at = s; at < rows * species; at += species) {
      if (!Number.isFinite(truth[at])) continue;
      const error = (values[at] - truth[at]) ** 2;
      sum += error - noise[at] ** 2;
      squares += error;
      count++;
    }
    // Where the noise is stated too large nothing is left; a twentieth of the error keeps scores of stars without noise finite.
    return Math.sqrt(Math.max(sum, 0.0025 * squares) / Math.max(1, count));
  });
}

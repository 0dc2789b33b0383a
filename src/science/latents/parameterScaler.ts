import { InputError, TrainingError } from '../../domain/errors.js';
import { type ParameterName, parameterNames, parameterUnits } from '../../domain/parameters.js';

/**
 * Where u is clamped when [-1, 1] is the inner 98 % of the training set: stars lie beyond it, and a network has seen them. Extremes are clamped at 1, since
 * a polynomial of 4th order is up to 6 times its size at 1.2, where nothing ever held it.
 */
const BEYOND_PERCENTILES = 1.2;
/** Rounding that does not yet count as outside the training range. */
const EDGE_TOLERANCE = 1e-6;
/** A distribution whose inner 98 % spans at least this fraction of its extremes has no tails (a uniform one: .98). */
const NO_TAILS = 0.95;

/**
 * What [-1, 1] stands for: the extremes of the training set ('full'), or its 1st to 99th percentile ('percentile'), which a few strange stars of a
 * real survey do not stretch. 'auto' takes the extremes where the distribution has no tails, as in a simulated survey.
 */
export const rangeRules = ['auto', 'full', 'percentile'] as const;
export type RangeRule = (typeof rangeRules)[number];

/** In the parameter's own unit (K, dex). */
export interface ParameterRange {
  readonly min: number;
  readonly max: number;
  /** |u| at which the parameter is clamped: the end of what the training set holds. */
  readonly limit: number;
}

export interface ScaledParameters {
  /** rows x parameters, clamped to the limits of their ranges. */
  readonly u: Float32Array;
  /** 1 where a parameter that the model uses lies outside the training range. */
  readonly extrapolated: Uint8Array;
}

/** Maps the parameters that a model removes onto u, in [-1, 1] over the training range; parameters that it does not use are never looked at. */
export class ParameterScaler {
  constructor(
    readonly parameters: readonly ParameterName[],
    readonly ranges: readonly ParameterRange[],
  ) {}

  /**
   * @param values rows x 3 in the order of `parameterNames` (K, dex, dex)
   * @throws InputError when a used parameter is unknown, TrainingError when one is the same in all rows
   */
  static fit(parameters: readonly ParameterName[], values: Float64Array, rule: RangeRule): ParameterScaler {
    const rows = values.length / parameterNames.length;
    const ranges = parameters.map((name) => {
      const column = Float64Array.from({ length: rows }, (_, row) => known(name, values, row)).sort();
      const range = trainingRange(column, rule);
      if (!(range.max > range.min))
        throw new TrainingError(
          `${name}: expected a range of values, found ${column[0]} to ${column[rows - 1]} ${parameterUnits[name]} in ${rows} training spectra`,
          `train without ${name}, or on a release in which it varies`,
        );
      return range;
    });
    return new ParameterScaler(parameters, ranges);
  }

  /**
   * @param values rows x 3 in the order of `parameterNames` (K, dex, dex)
   * @throws InputError naming the first row in which a used parameter is unknown
   */
  scale(values: Float64Array, rows: number): ScaledParameters {
    const n = this.parameters.length;
    const u = new Float32Array(rows * n);
    const extrapolated = new Uint8Array(rows);
    for (let row = 0; row < rows; row++)
      for (let i = 0; i < n; i++) {
        const { min, max, limit } = this.ranges[i];
        const scaled = -1 + (2 * (known(this.parameters[i], values, row) - min)) / (max - min);
        if (Math.abs(scaled) > 1 + EDGE_TOLERANCE) extrapolated[row] = 1;
        u[row * n + i] = Math.max(-limit, Math.min(limit, scaled));
      }
    return { u, extrapolated };
  }

  /**
   * @param errors rows x 3, 1 sigma in K, dex, dex; 0 or NaN: exact
   * @returns rows x parameters, in units of u; 0: exact
   */
  scaleErrors(errors: Float64Array, rows: number): Float32Array {
    const n = this.parameters.length;
    return Float32Array.from(this.select(errors, rows), (error, i) => {
      const { min, max } = this.ranges[i % n];
      return error > 0 ? (2 * error) / (max - min) : 0;
    });
  }

  /** @returns K, dex, dex of u, rows x parameters: the inverse of `scale` */
  restore(u: Float32Array): Float64Array {
    const n = this.parameters.length;
    return Float64Array.from(u, (value, i) => {
      const { min, max } = this.ranges[i % n];
      return min + ((value + 1) / 2) * (max - min);
    });
  }

  /**
   * @param covariance of u, rows x parameters (parameters + 1) / 2: lower triangles by rows
   * @returns the same in K, dex, dex
   */
  restoreCovariance(covariance: Float64Array): Float64Array {
    const scales = this.ranges.map(({ min, max }) => (max - min) / 2);
    const factors = scales.flatMap((own, i) => scales.slice(0, i + 1).map((other) => own * other));
    return covariance.map((value, at) => value * factors[at % factors.length]);
  }

  /** @returns the values of the parameters that the model uses, rows x parameters */
  select(values: Float64Array, rows: number): Float64Array {
    const n = this.parameters.length;
    return Float64Array.from({ length: rows * n }, (_, i) => {
      const column = parameterNames.indexOf(this.parameters[i % n]);
      return values[Math.floor(i / n) * parameterNames.length + column];
    });
  }
}

function known(name: ParameterName, values: Float64Array, row: number): number {
  const value = values[row * parameterNames.length + parameterNames.indexOf(name)];
  if (!Number.isFinite(value))
    throw new InputError(`${name} of spectrum ${row} of the batch`, `a value in ${parameterUnits[name]}`, value);
  return value;
}

function trainingRange(sorted: Float64Array, rule: RangeRule): ParameterRange {
  const full = { min: sorted[0], max: sorted[sorted.length - 1], limit: 1 };
  if (rule === 'full') return full;
  const inner = { min: percentile(sorted, 0.01), max: percentile(sorted, 0.99), limit: BEYOND_PERCENTILES };
  if (rule === 'percentile') return inner;
  return inner.max - inner.min >= NO_TAILS * (full.max - full.min) ? full : inner;
}

/** Linear interpolation between order statistics. */
function percentile(sorted: Float64Array, fraction: number): number {
  const position = fraction * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}

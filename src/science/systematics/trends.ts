import type { PropertyTrends, SystematicsStage } from '../../domain/systematics.js';
import { Random } from '../networks/random.js';
import { type Property, type Quantity, type StandardColumns, standardise } from './columns.js';

/** Fewer stars tell nothing that a thousand shuffles could judge. */
const LEAST_STARS = 50;

export interface TrendTest {
  readonly stage: SystematicsStage;
  readonly shuffles: number;
  /** Chance that the most correlated of all quantities is taken for a trend where there is none. */
  readonly falseAlarms: number;
  readonly random: Random;
}

/**
 * How quantities go with a property. What is found is found among all of them together: their largest correlation is held against the largest that they have once the
 * property is dealt to the stars anew (Westfall & Young 1993, Resampling-Based Multiple Testing, the single-step maximum), so that twenty latents do not give twenty chances.
 * @returns null where too few stars have the property, or all have the same
 */
export function trendsWith(
  property: Property,
  quantities: readonly Quantity[],
  test: TrendTest,
): PropertyTrends | null {
  const rows = Int32Array.from(property.values.keys()).filter((row) => isKnown(property, row));
  const own = rows.length >= LEAST_STARS && quantities.length > 0 ? statisticOf(property, rows) : null;
  if (!own) return null;
  const columns = standardise(quantities, rows);
  const order = Int32Array.from(rows.keys());
  const correlations = own.correlate(columns, order);
  const largest = Float64Array.from({ length: test.shuffles }, () =>
    largestOf(own.correlate(columns, test.random.permutation(rows.length))),
  ).sort();
  // Of so many shuffles and the stars themselves, as many reach beyond it as false alarms are allowed.
  const threshold = largest[largest.length - Math.max(1, Math.floor(test.falseAlarms * (test.shuffles + 1)))];
  return {
    property: property.name,
    stage: test.stage,
    stars: rows.length,
    threshold,
    quantities: quantities.map(({ name }, i) => ({
      quantity: name,
      slope: own.scale === null ? null : (correlations[i] * columns.scales[i]) / own.scale,
      correlation: correlations[i],
      found: Math.abs(correlations[i]) > threshold,
    })),
  };
}

function isKnown(property: Property, row: number): boolean {
  return property.kind === 'number' ? Number.isFinite(property.values[row]) : property.values[row] !== null;
}

function largestOf(correlations: Float64Array): number {
  return correlations.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

interface Statistic {
  /** Standard deviation of the property; null for classes. */
  readonly scale: number | null;
  /** Of every column with the property, dealt to the stars in this order. */
  correlate(columns: StandardColumns, order: Int32Array): Float64Array;
}

function statisticOf(property: Property, rows: Int32Array): Statistic | null {
  return property.kind === 'number' ? pearson(property.values, rows) : betweenClasses(property.values, rows);
}

function pearson(values: Float64Array, rows: Int32Array): Statistic | null {
  const { values: own, scales } = standardise([{ name: '', values }], rows);
  if (!(scales[0] > 0)) return null;
  return {
    scale: scales[0],
    correlate({ rows: count, width, values: columns }, order) {
      const sums = new Float64Array(width);
      for (let i = 0, at = 0; i < count; i++) {
        const value = own[order[i]];
        for (let k = 0; k < width; k++) sums[k] += value * columns[at++];
      }
      return sums.map((sum) => sum / count);
    },
  };
}

/** The correlation ratio (Fisher 1925): the root of the share of the variance that the means of the classes have. */
function betweenClasses(values: readonly (string | null)[], rows: Int32Array): Statistic | null {
  const numbers = new Map<string | null, number>();
  for (const row of rows) if (!numbers.has(values[row])) numbers.set(values[row], numbers.size);
  if (numbers.size < 2) return null;
  const classOf = Int32Array.from(rows, (row) => numbers.get(values[row]) ?? 0);
  const sizes = new Int32Array(numbers.size);
  for (const each of classOf) sizes[each]++;
  return {
    scale: null,
    correlate({ rows: count, width, values: columns }, order) {
      const sums = new Float64Array(sizes.length * width);
      for (let i = 0, at = 0; i < count; i++) {
        const start = classOf[order[i]] * width;
        for (let k = 0; k < width; k++) sums[start + k] += columns[at++];
      }
      const between = new Float64Array(width);
      sums.forEach((sum, i) => {
        between[i % width] += sum ** 2 / sizes[Math.floor(i / width)];
      });
      return between.map((square) => Math.sqrt(square / count));
    },
  };
}

import { setImmediate } from 'node:timers/promises';
import type { Report } from '../../../domain/progress.js';
import { covariance } from '../../linearAlgebra/matrices.js';
import { triangleSize } from '../../linearAlgebra/triangle.js';
import type { Disentangler } from '../../models/method.js';
import { Random } from '../../networks/random.js';
import type { MapEstimate, MapInput } from '../map/estimate.js';
import type { MapEstimator } from '../map/mapEstimator.js';
import type { LatentResidual } from '../residual.js';
import type { Evidence } from './evidence.js';
import type { FehPopulation } from './fehPopulation.js';
import { concatenate } from './mapInputs.js';
import { ModelTwinSource, type Originals } from './modelTwins.js';
import { TwinMetric } from './twinMetric.js';
import { bestWidening, searchWidening, type TwinEvidence, usualWidening, type WideningTrial } from './widening.js';

/** What a metric is fitted with: a trained model, and stars whose noise is that of the survey. */
export interface MetricDesign {
  readonly disentangler: Disentangler;
  readonly residual: LatentResidual;
  readonly estimator: MapEstimator;
  /** |u| that a catalogue is clamped to. */
  readonly limits: readonly number[];
  /** [Fe/H] of the training stars, where the model removes it. */
  readonly population: FehPopulation | null;
  readonly seed: number;
}

export interface MetricFit {
  readonly metric: TwinMetric;
  readonly trials: readonly WideningTrial[];
  /** `inconsistency` and `scatter`: mean variances of W0 and W, of the population's 1; `widening`; of model twins, the share found first by distance and by Bayes factor. */
  readonly figures: Readonly<Record<string, number>>;
}

/** Tells this stream of random numbers from others of the same seed. */
const STREAM = 0x7717;
/** Pairs that the widening is tried on. */
const TRIED = 1000;
/** Spectra between two reports. */
const SLICE = 256;

/**
 * Fits W, W0 and a to what a model makes of its own twins: W is the covariance of the difference in r̂ between two legs with noise, W0 half of it without.
 * Twins of which a fit came to nothing that is finite are left out.
 * @param stars in random order
 * @throws what the signal aborts with
 */
export async function fitMetric(
  design: MetricDesign,
  stars: Originals,
  report: Report,
  signal: AbortSignal,
): Promise<MetricFit> {
  const { estimator, population, seed } = design;
  const source = new ModelTwinSource(design.disentangler, design.residual, stars, design.limits);
  let done = 0;
  const estimate = (leg: MapInput) =>
    estimateAll(estimator, leg, async (rows) => {
      // The wish to stop arrives as a message.
      await setImmediate();
      signal.throwIfAborted();
      done += rows;
      report({ stage: 'metric', done, total: 4 * stars.rows, unit: 'spectra' });
    });
  const n = estimator.latentSize;
  const silent = source.silent();
  const consistent = differences(...bothFinite(await estimate(silent.decoded), await estimate(silent.observed), n));
  const noisy = source.noisy(new Random(seed, STREAM));
  const [decoded, observed] = bothFinite(await estimate(noisy.decoded), await estimate(noisy.observed), n);
  const untried = new TwinMetric({
    scatter: covariance(differences(decoded, observed), n),
    inconsistency: covariance(consistent, n).map((value) => value / 2),
    widening: 1,
    population,
  });
  const [first, second] = [evidenceOf(untried, decoded), evidenceOf(untried, observed)];
  const usual = population ? usualWidening.withFeh : usualWidening.plain;
  const trials = searchWidening(untried, first, second, usual);
  const best = bestWidening(trials, first.evidence.length, usual);
  const metric = untried.with({ widening: best.widening });
  return { metric, trials, figures: figuresOf(metric, best) };
}

function figuresOf(metric: TwinMetric, best: WideningTrial): Readonly<Record<string, number>> {
  const n = metric.latentSize;
  const mean = (matrix: Float64Array) => matrix.reduce((sum, value, i) => sum + (i % (n + 1) ? 0 : value / n), 0);
  return {
    inconsistency: mean(metric.parts.inconsistency),
    scatter: mean(metric.parts.scatter),
    widening: best.widening,
    modelTwinsFirst: best.recovered,
    modelTwinsLogProbability: best.logProbability,
  };
}

/** The parts of an estimate that are used here, of all rows: slice by slice, so that it can be stopped and tells how far it is. */
type Estimates = Pick<MapEstimate, 'residual' | 'information' | 'informationVector'>;

async function estimateAll(
  estimator: MapEstimator,
  leg: MapInput,
  tell: (rows: number) => Promise<void>,
): Promise<Estimates> {
  const parts: MapEstimate[] = [];
  for (let start = 0; start < leg.rows; start += SLICE) {
    const rows = Math.min(SLICE, leg.rows - start);
    const part = (values: Float32Array) => {
      const width = values.length / leg.rows;
      return values.subarray(start * width, (start + rows) * width);
    };
    parts.push(
      estimator.estimate({
        rows,
        x: part(leg.x),
        noise: leg.noise.slice(start, start + rows),
        u: part(leg.u),
        uErrors: part(leg.uErrors),
      }),
    );
    await tell(rows);
  }
  const join = (name: keyof Estimates) => concatenate(parts.map((part) => part[name]));
  return { residual: join('residual'), information: join('information'), informationVector: join('informationVector') };
}

/** The rows that are finite in both. */
function bothFinite(a: Estimates, b: Estimates, n: number): [Estimates, Estimates] {
  const rows = Array.from({ length: a.residual.length / n }, (_, row) => row).filter((row) =>
    [a, b].every(({ residual, informationVector }) =>
      [residual, informationVector].every((values) => values.subarray(row * n, (row + 1) * n).every(Number.isFinite)),
    ),
  );
  if (rows.length * n === a.residual.length) return [a, b];
  const pick = (values: Float32Array, width: number) =>
    concatenate(rows.map((row) => values.subarray(row * width, (row + 1) * width)));
  const pickAll = ({ residual, information, informationVector }: Estimates): Estimates => ({
    residual: pick(residual, n),
    information: pick(information, triangleSize(n)),
    informationVector: pick(informationVector, n),
  });
  return [pickAll(a), pickAll(b)];
}

function differences(a: Estimates, b: Estimates): Float64Array {
  return Float64Array.from(a.residual, (value, i) => value - b.residual[i]);
}

function evidenceOf(metric: TwinMetric, { residual, information, informationVector }: Estimates): TwinEvidence {
  const n = metric.latentSize;
  const packed = triangleSize(n);
  const rows = Math.min(TRIED, residual.length / n);
  const evidence = Array.from({ length: rows }, (_, row): Evidence => {
    return {
      information: information.subarray(row * packed, (row + 1) * packed),
      informationVector: informationVector.subarray(row * n, (row + 1) * n),
    };
  });
  return { evidence, searched: metric.whiten(residual.subarray(0, rows * n)) };
}

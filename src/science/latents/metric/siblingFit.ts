import { setImmediate } from 'node:timers/promises';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { lowerFactor } from '../../linearAlgebra/matrices.js';
import { diagonal, pack, solveForward } from '../../linearAlgebra/triangle.js';
import { type Contrasts, contrastsOf, type Sibling, scatterOf } from './siblingContrasts.js';
import { type SiblingFigures, SiblingSearch } from './siblingFigures.js';
import type { TwinMetric } from './twinMetric.js';

/** How much of W and of W0 comes from the siblings, 0: none. */
export interface SiblingWeights {
  readonly scatter: number;
  readonly inconsistency: number;
}

export interface SiblingFit {
  /** With both weights 0 the one that was given. */
  readonly metric: TwinMetric;
  readonly weights: SiblingWeights;
  /** Independent differences among siblings. */
  readonly contrasts: number;
  /** By cross-validation, of siblings that the metric was not fitted to: before, and with these weights. */
  readonly before: SiblingFigures;
  readonly after: SiblingFigures;
  /** Gain of the log likelihood of a held-out difference, nats. */
  readonly likelihoodGain: number;
}

const grid: readonly number[] = [0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.7, 0.9, 1];
/** Of W0, whose trials are dear. */
const coarseGrid: readonly number[] = [0, 0.1, 0.25, 0.5, 0.75, 1];
const FOLDS = 10;

/**
 * Shrinks what known siblings say of W and W0 towards what the model says by itself. The weight of either is the best for groups that were left out of the fit, in
 * turn: W by the likelihood of their differences, W0 by the probability that the Bayes factor gives a sibling among all stars of the groups.
 * @param groups of two stars or more; two groups or more
 * @throws what the signal aborts with
 */
export async function fitSiblings(
  metric: TwinMetric,
  groups: readonly (readonly Sibling[])[],
  signal: AbortSignal,
): Promise<SiblingFit> {
  const n = metric.latentSize;
  // This runs in the process that serves requests.
  const breathe = async () => {
    await setImmediate();
    signal.throwIfAborted();
  };
  const folds: { held: number[]; left: Contrasts; fitted: SiblingEstimate }[] = [];
  for (const held of dealt(groups)) {
    await breathe();
    const of = (chosen: boolean) => groups.filter((_, i) => held.includes(i) === chosen);
    folds.push({ held, left: contrastsOf(of(true), n), fitted: estimate(of(false), n) });
  }
  const all = estimate(groups, n);
  const likelihood = (weight: number) => {
    const sums = folds.map(({ left, fitted }) => logLikelihood(left, blendScatter(metric, fitted.scatter, weight), n));
    return sums.reduce((sum, value) => sum + value, 0) / all.count;
  };
  const scatter = best(grid.map((weight) => ({ weight, score: likelihood(weight) })));
  /** Figures of groups that were left out, for each of some weights of W0. */
  const validated = async (scatterWeight: number, weights: readonly number[]) => {
    const parts: SiblingFigures[][] = [];
    for (const { held, fitted } of folds) {
      const search = new SiblingSearch(
        blend(metric, fitted, { scatter: scatterWeight, inconsistency: 0 }),
        groups,
        held,
      );
      const figures: SiblingFigures[] = [];
      for (const inconsistency of weights) {
        await breathe();
        figures.push(search.figures(blend(metric, fitted, { scatter: scatterWeight, inconsistency })));
      }
      parts.push(figures);
    }
    return weights.map((weight, i) => {
      const figures = average(parts.map((own) => own[i]));
      return { weight, figures, score: figures.logProbability };
    });
  };
  const [before] = await validated(0, [0]);
  const inconsistency = best(await validated(scatter.weight, coarseGrid));
  const weights = { scatter: scatter.weight, inconsistency: inconsistency.weight };
  return {
    metric: blend(metric, all, weights),
    weights,
    contrasts: all.count,
    before: before.figures,
    after: inconsistency.figures,
    likelihoodGain: scatter.score - likelihood(0),
  };
}

interface SiblingEstimate {
  readonly count: number;
  readonly scatter: Float64Array;
  readonly inconsistency: Float64Array;
}

/** W and W0 by the siblings alone: half of what photon noise leaves of W is W0. */
function estimate(groups: readonly (readonly Sibling[])[], n: number): SiblingEstimate {
  const contrasts = contrastsOf(groups, n);
  const scatter = scatterOf(contrasts, n);
  const excess = scatter.map((value, i) => (value - contrasts.noise[i]) / 2);
  return { count: contrasts.count, scatter, inconsistency: nonNegative(excess, n) };
}

function blend(metric: TwinMetric, siblings: SiblingEstimate, weights: SiblingWeights): TwinMetric {
  if (weights.scatter === 0 && weights.inconsistency === 0) return metric;
  const { inconsistency, widening } = metric.parts;
  const weight = weights.inconsistency;
  return metric.with({
    scatter: blendScatter(metric, siblings.scatter, weights.scatter),
    // a W0 is what counts: siblings tell it whole.
    inconsistency: inconsistency.map(
      (value, i) => (1 - weight) * value + (weight * siblings.inconsistency[i]) / widening,
    ),
  });
}

function blendScatter(metric: TwinMetric, siblings: Float64Array, weight: number): Float64Array {
  return metric.parts.scatter.map((value, i) => (1 - weight) * value + weight * siblings[i]);
}

/** Of all differences together, but for a constant; -Infinity where W is singular. */
function logLikelihood({ differences, count }: Contrasts, scatter: Float64Array, n: number): number {
  // Fewer siblings than latents span no W of their own.
  if (!isRegular(scatter, n)) return Number.NEGATIVE_INFINITY;
  const factor = pack(lowerFactor(scatter, n, 'scatter'), n);
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += 2 * Math.log(factor[diagonal(i)]);
  let squares = 0;
  for (let start = 0; start < differences.length; start += n)
    squares += solveForward(factor, differences.slice(start, start + n), n);
  return -0.5 * (count * logDeterminant + squares);
}

function isRegular(matrix: Float64Array, n: number): boolean {
  const { realEigenvalues } = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  return Math.min(...realEigenvalues) > 1e-10 * Math.max(...realEigenvalues);
}

/** The nearest matrix without negative eigenvalues. */
function nonNegative(matrix: Float64Array, n: number): Float64Array {
  const decomposed = new EigenvalueDecomposition(Matrix.from1DArray(n, n, matrix), { assumeSymmetric: true });
  const { realEigenvalues: values, eigenvectorMatrix: vectors } = decomposed;
  const scaled = vectors.clone();
  values.forEach((value, i) => {
    scaled.mulColumn(i, Math.max(0, value));
  });
  const whole = scaled.mmul(vectors.transpose());
  return Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n];
    return (whole.get(i, j) + whole.get(j, i)) / 2;
  });
}

/** Numbers of the groups that each fold leaves out. */
function dealt(groups: readonly unknown[]): number[][] {
  const folds = Math.min(FOLDS, groups.length);
  return Array.from({ length: folds }, (_, fold) => [...groups.keys()].filter((i) => i % folds === fold));
}

function best<T extends { readonly score: number }>(trials: readonly T[]): T {
  return trials.reduce((a, b) => (b.score > a.score ? b : a));
}

function average(parts: readonly SiblingFigures[]): SiblingFigures {
  const stars = parts.reduce((sum, part) => sum + part.stars, 0);
  const mean = (of: (part: SiblingFigures) => number) =>
    parts.reduce((sum, part) => sum + of(part) * part.stars, 0) / stars;
  return {
    stars,
    nearest: mean(({ nearest }) => nearest),
    first: mean(({ first }) => first),
    logProbability: mean(({ logProbability }) => logProbability),
  };
}

import type { Evidence, WeighedStar } from './evidence.js';
import type { TwinMetric } from './twinMetric.js';

/** What was found with one amount of widening. */
export interface WideningTrial {
  /** a */
  readonly widening: number;
  /** Share of stars whose twin has the greatest Bayes factor of all candidates. */
  readonly recovered: number;
  /** Mean log probability of the twin among the candidates, each as likely beforehand: tells trials apart in which every twin is found. */
  readonly logProbability: number;
}

/** Evenly spaced in its logarithm, over what was best for any survey that was tried, and beyond. */
export const wideningGrid: readonly number[] = [0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 3];
/** Where the search begins. */
const USUAL = wideningGrid.indexOf(0.3);
/** Candidates compared with each star: the nearest by distance, as in a search. */
const COMPARED = 30;

/** Stars whose twins are known by their rows: first[i] and second[i] have one chemistry. */
export interface TwinEvidence {
  readonly evidence: readonly Evidence[];
  /** Searched vectors, rows x latentSize. */
  readonly searched: Float32Array;
}

/**
 * Climbs along the grid to the widening under which twins are most probable. Recovery is the aim, but moves in steps, and is whole over much of the grid where noise is
 * low.
 * @returns the trials in the order of their widening
 */
export function searchWidening(metric: TwinMetric, first: TwinEvidence, second: TwinEvidence): WideningTrial[] {
  const compared = first.evidence.map((_, row) => nearest(first.searched, row, second.searched, metric.latentSize));
  const trials = new Map<number, WideningTrial>();
  const at = (step: number) => {
    const known =
      trials.get(step) ?? tryWidening(metric.with({ widening: wideningGrid[step] }), first, second, compared);
    trials.set(step, known);
    return known.logProbability;
  };
  let best = USUAL;
  for (const direction of [1, -1])
    while (wideningGrid[best + direction] !== undefined && at(best + direction) > at(best)) best += direction;
  return [...trials.values()].sort((a, b) => a.widening - b.widening);
}

export function bestWidening(trials: readonly WideningTrial[]): WideningTrial {
  return trials.reduce((best, trial) => (trial.logProbability > best.logProbability ? trial : best));
}

function tryWidening(
  metric: TwinMetric,
  first: TwinEvidence,
  second: TwinEvidence,
  compared: readonly Int32Array[],
): WideningTrial {
  const candidates = second.evidence.map((star) => metric.weigh(star));
  let [recovered, sum, found] = [0, 0, 0];
  first.evidence.forEach((star, row) => {
    if (!compared[row].includes(row)) return;
    const { isFirst, logProbability } = place(metric, metric.weigh(star), candidates, compared[row], row);
    recovered += isFirst ? 1 : 0;
    sum += logProbability;
    found++;
  });
  const { widening } = metric.parts;
  return {
    widening,
    recovered: recovered / compared.length,
    logProbability: found ? sum / found : Number.NEGATIVE_INFINITY,
  };
}

function place(
  metric: TwinMetric,
  star: WeighedStar,
  candidates: readonly WeighedStar[],
  compared: Int32Array,
  twin: number,
): { isFirst: boolean; logProbability: number } {
  const factors = Float64Array.from(compared, (row) => metric.logBayesFactor(star, candidates[row]));
  const own = factors[compared.indexOf(twin)];
  const most = factors.reduce((a, b) => Math.max(a, b));
  const total = factors.reduce((sum, factor) => sum + Math.exp(factor - most), 0);
  return { isFirst: own === most, logProbability: own - most - Math.log(total) };
}

/** Rows of `among` nearest to a row of `vectors`. */
function nearest(vectors: Float32Array, row: number, among: Float32Array, n: number): Int32Array {
  const rows = among.length / n;
  const distances = new Float64Array(rows);
  for (let other = 0; other < rows; other++)
    for (let k = 0; k < n; k++) distances[other] += (vectors[row * n + k] - among[other * n + k]) ** 2;
  const order = Int32Array.from({ length: rows }, (_, i) => i).sort((a, b) => distances[a] - distances[b]);
  return order.subarray(0, COMPARED);
}

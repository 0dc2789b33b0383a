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
 * Tries widenings on pairs: up the grid from the usual one while more twins are found, then down as far as hardly fewer are.
 * @returns the trials in the order of their widening
 */
export function searchWidening(metric: TwinMetric, first: TwinEvidence, second: TwinEvidence): WideningTrial[] {
  const compared = first.evidence.map((_, row) => nearest(first.searched, row, second.searched, metric.latentSize));
  const trials = new Map<number, WideningTrial>();
  const at = (step: number): WideningTrial => {
    const known =
      trials.get(step) ?? tryWidening(metric.with({ widening: wideningGrid[step] }), first, second, compared);
    trials.set(step, known);
    return known;
  };
  let step = USUAL;
  while (step < wideningGrid.length - 1 && at(step + 1).recovered > at(step).recovered) step++;
  const enough = leastOf(at(step), compared.length);
  while (step > 0 && at(step - 1).recovered >= enough) step--;
  return [...trials.values()].sort((a, b) => a.widening - b.widening);
}

/**
 * The least widening that finds as many twins as the best does, but for a standard error. Of little noise much widening does no harm, and a few twins that the model
 * contradicts itself about most ask for it; where noise is greater it costs recovery: 4 points at SNR 30 for a = 2 instead of .2, in a model of SNR 100.
 * @param tried pairs
 */
export function bestWidening(trials: readonly WideningTrial[], tried: number): WideningTrial {
  const most = trials.reduce((best, trial) => (trial.recovered > best.recovered ? trial : best));
  const enough = leastOf(most, tried);
  const down = trials.slice(0, trials.indexOf(most) + 1).reverse();
  const short = down.findIndex(({ recovered }) => recovered < enough);
  return down[short < 0 ? down.length - 1 : short - 1];
}

/** Least recovery that is as good as that of the best trial: a standard error less, and a single twin at least. */
function leastOf({ recovered }: WideningTrial, tried: number): number {
  return recovered - Math.max(Math.sqrt((recovered * (1 - recovered)) / tried), 1 / tried);
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

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
/**
 * Where the search begins, chosen on 8,000 validation pairs: of a model that removes Teff and log g .1 was best below SNR 100 (1 lost 6 points at SNR 30), of one that removes
 * [Fe/H] as well 1 (.1 lost 3 points at SNR 50).
 */
export const usualWidening = { plain: 0.1, withFeh: 1 } as const;
/** Candidates compared with each star: the nearest by distance, as in a search. */
const COMPARED = 30;

/** Stars whose twins are known by their rows: first[i] and second[i] have one chemistry. */
export interface TwinEvidence {
  readonly evidence: readonly Evidence[];
  /** Searched vectors, rows x latentSize. */
  readonly searched: Float32Array;
}

/**
 * Tries widenings on pairs, up and down the grid from the usual one while more twins are found.
 * @param usual of the grid
 * @returns the trials in the order of their widening
 */
export function searchWidening(
  metric: TwinMetric,
  first: TwinEvidence,
  second: TwinEvidence,
  usual: number,
): WideningTrial[] {
  const compared = first.evidence.map((_, row) => nearest(first.searched, row, second.searched, metric.latentSize));
  const trials = new Map<number, WideningTrial>();
  const at = (step: number): WideningTrial => {
    const known =
      trials.get(step) ?? tryWidening(metric.with({ widening: wideningGrid[step] }), first, second, compared);
    trials.set(step, known);
    return known;
  };
  for (const direction of [1, -1])
    for (let step = wideningGrid.indexOf(usual); wideningGrid[step + direction] !== undefined; step += direction)
      if (at(step + direction).recovered <= at(step).recovered) break;
  return [...trials.values()].sort((a, b) => a.widening - b.widening);
}

/**
 * The widening nearest to the usual one that finds as many twins as the best does, but for a standard error. At the noise of training nearly every model twin is found
 * whatever the widening, and the few that ask for much or little must not decide: of a model of SNR 100, a = 2 lost 4 points of validation twins at SNR 30 against .2,
 * and PolyDis with .03, the least that found all model twins, fell behind plain distance.
 * @param tried pairs
 */
export function bestWidening(trials: readonly WideningTrial[], tried: number, usual: number): WideningTrial {
  const most = Math.max(...trials.map(({ recovered }) => recovered));
  const enough = most - Math.max(Math.sqrt((most * (1 - most)) / tried), 1 / tried);
  const unusual = ({ widening }: WideningTrial) => Math.abs(Math.log(widening / usual));
  return trials
    .filter(({ recovered }) => recovered >= enough)
    .reduce((best, trial) => (unusual(trial) < unusual(best) ? trial : best));
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

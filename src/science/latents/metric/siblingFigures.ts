import type { Sibling } from './siblingContrasts.js';
import type { TwinMetric } from './twinMetric.js';

/** How well stars find their siblings among all stars of all groups. */
export interface SiblingFigures {
  /** Stars that were tried. */
  readonly stars: number;
  /** Share of them whose nearest star by distance is a sibling. */
  readonly nearest: number;
  /** Share of them whose greatest Bayes factor is with a sibling. */
  readonly first: number;
  /** Mean log probability of the siblings together, all stars being as likely beforehand. */
  readonly logProbability: number;
}

/** Stars that are compared with each, the nearest by distance: 1,000 stars among themselves would be a million pairs for each trial. */
const COMPARED = 100;

/** @param tried numbers of the groups whose stars are tried; the others only stand by */
export function siblingFigures(
  metric: TwinMetric,
  groups: readonly (readonly Sibling[])[],
  tried: readonly number[],
): SiblingFigures {
  const stars = groups.flatMap((members, group) => members.map((star) => ({ group, star })));
  const n = metric.latentSize;
  const searched = metric.whiten(Float32Array.from(stars.flatMap(({ star }) => Array.from(star.residual))));
  const weighed = stars.map(({ star }) => metric.weigh(star.evidence));
  let [count, nearest, first, logProbability] = [0, 0, 0, 0];
  stars.forEach(({ group }, row) => {
    if (!tried.includes(group)) return;
    const others = sortedByDistance(searched, row, n);
    const isSibling = (other: number) => stars[other].group === group;
    const compared = others.filter((other, i) => i < COMPARED || isSibling(other));
    const factors = compared.map((other) => metric.logBayesFactor(weighed[row], weighed[other]));
    const most = Math.max(...factors);
    const weights = factors.map((factor) => Math.exp(factor - most));
    const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
    const own = sum(weights.filter((_, i) => isSibling(compared[i])));
    count++;
    nearest += isSibling(others[0]) ? 1 : 0;
    first += isSibling(compared[factors.indexOf(most)]) ? 1 : 0;
    logProbability += Math.max(Math.log(own / sum(weights)), FLOOR);
  });
  return { stars: count, nearest: nearest / count, first: first / count, logProbability: logProbability / count };
}

/** Least log probability that counts: groups of the literature hold strangers, and one of them must not rule the mean. */
const FLOOR = -10;

/** All other rows, the nearest first. */
function sortedByDistance(vectors: Float32Array, row: number, n: number): number[] {
  const rows = vectors.length / n;
  const distances = new Float64Array(rows);
  for (let other = 0; other < rows; other++)
    for (let k = 0; k < n; k++) distances[other] += (vectors[row * n + k] - vectors[other * n + k]) ** 2;
  return Array.from({ length: rows }, (_, i) => i)
    .filter((other) => other !== row)
    .sort((a, b) => distances[a] - distances[b]);
}

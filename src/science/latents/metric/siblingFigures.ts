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

/** Least log probability that counts: groups of the literature hold strangers, and one of them must not rule the mean. */
const FLOOR = -10;

/** The stars of some groups, searched for among all by distance; then ranked by any number of metrics that differ in the Bayes factor alone. */
export class SiblingSearch {
  readonly #stars: readonly { readonly group: number; readonly star: Sibling }[];
  /** For each star that is tried: its row, and those that it is compared with, the nearest first. */
  readonly #compared: readonly { readonly row: number; readonly others: readonly number[] }[];

  /**
   * @param metric whose distance it is
   * @param tried numbers of the groups whose stars are tried; the others only stand by
   */
  constructor(metric: TwinMetric, groups: readonly (readonly Sibling[])[], tried: readonly number[]) {
    const n = metric.latentSize;
    this.#stars = groups.flatMap((members, group) => members.map((star) => ({ group, star })));
    const vectors = new Float32Array(this.#stars.length * n);
    this.#stars.forEach(({ star }, row) => {
      vectors.set(star.residual, row * n);
    });
    const searched = metric.whiten(vectors);
    this.#compared = this.#stars.flatMap(({ group }, row) => {
      if (!tried.includes(group)) return [];
      const sorted = sortedByDistance(searched, row, n);
      return [{ row, others: sorted.filter((other, i) => i < COMPARED || this.#stars[other].group === group) }];
    });
  }

  figures(metric: TwinMetric): SiblingFigures {
    const weighed = this.#stars.map(({ star }) => metric.weigh(star.evidence));
    let [nearest, first, logProbability] = [0, 0, 0];
    for (const { row, others } of this.#compared) {
      const isSibling = (other: number) => this.#stars[other].group === this.#stars[row].group;
      const factors = others.map((other) => metric.logBayesFactor(weighed[row], weighed[other]));
      const most = factors.reduce((a, b) => Math.max(a, b));
      let [own, all] = [0, 0];
      factors.forEach((factor, i) => {
        const weight = Math.exp(factor - most);
        all += weight;
        if (isSibling(others[i])) own += weight;
      });
      nearest += isSibling(others[0]) ? 1 : 0;
      first += isSibling(others[factors.indexOf(most)]) ? 1 : 0;
      logProbability += Math.max(Math.log(own / all), FLOOR);
    }
    const stars = this.#compared.length;
    return { stars, nearest: nearest / stars, first: first / stars, logProbability: logProbability / stars };
  }
}

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

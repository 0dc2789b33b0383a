/** How far chance explains a group. */
export interface Significance {
  /** Groups at least as strong that the finder finds in one shuffled archive, on average: (n + 1) / (realisations + 1) of n in all of them, so never 0. */
  readonly significance: number;
  /**
   * Share of the groups at least as strong as this one that are expected to be chance, at most 1 (Benjamini & Hochberg 1995): by the plain mean, n / realisations, since the bound above would never let
   * a single group pass.
   */
  readonly falsePositiveRate: number;
}

/**
 * Holds the scores of groups against those that the same finder gives where there are no kin.
 * @param nulls scores of all groups of each realisation
 */
export function significances(scores: readonly number[], nulls: readonly (readonly number[])[]): Significance[] {
  const chance = nulls.flat();
  const stronger = scores.map((score) => chance.filter((other) => other >= score).length);
  const order = scores.map((_, i) => i).sort((a, b) => scores[a] - scores[b]);
  const rates = new Array<number>(scores.length);
  let smallest = 1;
  // From the weakest to the strongest: a stronger group is never less trusted than a weaker one.
  order.forEach((i, weaker) => {
    smallest = Math.min(smallest, stronger[i] / nulls.length / (scores.length - weaker));
    rates[i] = smallest;
  });
  return scores.map((_, i) => ({ significance: (stronger[i] + 1) / (nulls.length + 1), falsePositiveRate: rates[i] }));
}

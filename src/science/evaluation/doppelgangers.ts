/** Numbers of false twins at which the curve is given: every one up to 10, then about ten a decade. */
const steps = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 20, 25, 30, 40, 50, 60, 80];

/** Fig. 3 of de Mijolla et al. (2021): which share of stars has at most so many others before its true twin. The first value is the twin recovery. */
export interface DoppelgangerCurve {
  readonly falseTwins: readonly number[];
  readonly share: readonly number[];
}

/** @param ranks by row: stars before the twin; -1 where there is no twin */
export function doppelgangerCurve(ranks: Int32Array): DoppelgangerCurve {
  const sorted = ranks.filter((rank) => rank >= 0).sort();
  const falseTwins = [...steps];
  for (let decade = 100; decade < ranks.length; decade *= 10)
    falseTwins.push(...[1, 1.5, 2, 3, 4, 5, 6, 8].map((factor) => factor * decade).filter((n) => n < ranks.length));
  const share = falseTwins.map((most) => sorted.filter((rank) => rank <= most).length / sorted.length);
  return { falseTwins, share };
}

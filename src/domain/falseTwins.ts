/** How the searched vectors of a model lie: about normal, along their principal axes. */
export interface LatentPopulation {
  /** n */
  readonly mean: readonly number[];
  /** n x n, row by row the unit vectors of the axes. */
  readonly axes: readonly number[];
  /** Along each axis. */
  readonly variances: readonly number[];
}

/** Fewer neighbours tell the density of stars around a star to worse than a fifth. */
const FEWEST = 30;

/**
 * The expected number of unrelated stars within a distance of a star. The density of stars around it is that of its own neighbours out to the farthest of many, where kin do not count;
 * how it goes on inwards is told by the population, a normal distribution: `neighbours` P(distance) / P(farthest), where P is the probability that a star of the population lies so near. It takes no
 * notice of the star's nearest, which may be its kin.
 */
export class FalseTwins {
  readonly #offsets: readonly number[];
  readonly #variances: readonly number[];
  readonly #scale: number;

  /**
   * @param vector of the star itself
   * @param farthest distance of the last of `neighbours` stars, the nearest ones
   */
  constructor(population: LatentPopulation, vector: ArrayLike<number>, neighbours: number, farthest: number) {
    const { mean, axes, variances } = population;
    const n = mean.length;
    this.#variances = variances;
    this.#offsets = variances.map((_, i) => {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += axes[i * n + k] * (vector[k] - mean[k]);
      return sum;
    });
    const known = neighbours >= FEWEST && farthest > 0;
    this.#scale = known ? Math.log(neighbours) - this.#logProbability(farthest) : Number.NaN;
  }

  /** @returns null where too few neighbours are known, or they lie in one place */
  within(distance: number): number | null {
    if (distance === 0) return Number.isNaN(this.#scale) ? null : 0;
    const rate = Math.exp(this.#scale + this.#logProbability(distance));
    return Number.isFinite(rate) ? rate : null;
  }

  /**
   * ln P(Σ (xᵢ - aᵢ)² <= d²) of independent normal xᵢ with variances λᵢ, a the star's offsets from the mean: a saddlepoint approximation in the form of Barndorff-Nielsen (1986) and
   * Lugannani & Rice (1980), whose relative error stays at some percent however small the probability.
   */
  #logProbability(distance: number): number {
    const q = distance ** 2;
    const s = this.#saddle(q);
    const { k, second } = this.#cumulants(s);
    const w = Math.sign(s) * Math.sqrt(Math.max(0, 2 * (s * q - k)));
    const u = s * Math.sqrt(second);
    // At the mean itself the form has no value, and its limit is about a half.
    if (Math.abs(w) < 1e-4) return Math.log(0.5);
    return logNormalCumulative(w + Math.log(u / w) / w);
  }

  /** Where the derivative of the cumulant generating function is q: it rises from 0 at minus infinity to infinity at its pole, 1 / (2 λ). */
  #saddle(q: number): number {
    const pole = 1 / (2 * Math.max(...this.#variances));
    // Bisection on t with s = pole - e^t: 60 halvings of a range that covers distances of 1e-12 to 1e12 standard deviations.
    let [low, high] = [Math.log(pole) - 60, Math.log(pole) + 60];
    for (let step = 0; step < 60; step++) {
      const t = (low + high) / 2;
      if (this.#cumulants(pole - Math.exp(t)).first > q) low = t;
      else high = t;
    }
    return pole - Math.exp((low + high) / 2);
  }

  /** The cumulant generating function of the squared distance, and its first two derivatives. */
  #cumulants(s: number): { k: number; first: number; second: number } {
    let [k, first, second] = [0, 0, 0];
    for (let i = 0; i < this.#variances.length; i++) {
      const variance = this.#variances[i];
      const offset = this.#offsets[i] ** 2;
      const shrunk = 1 / (1 - 2 * variance * s);
      k += 0.5 * Math.log(shrunk) + offset * s * shrunk;
      first += variance * shrunk + offset * shrunk ** 2;
      second += 2 * variance ** 2 * shrunk ** 2 + 4 * offset * variance * shrunk ** 3;
    }
    return { k, first, second };
  }
}

/** ln Φ(x), also far out in the lower tail, where Φ itself is 0 in 64 bits. */
function logNormalCumulative(x: number): number {
  if (x > 0) return Math.log1p(-upperTail(x));
  return x > -5 ? Math.log(upperTail(-x)) : -0.5 * x ** 2 + Math.log(millsRatio(-x)) - 0.5 * Math.log(2 * Math.PI);
}

/** 1 - Φ(x) of x from 0 on. */
function upperTail(x: number): number {
  return (millsRatio(x) * Math.exp(-0.5 * x ** 2)) / Math.sqrt(2 * Math.PI);
}

/** (1 - Φ(x)) / φ(x), by its continued fraction (Laplace) where that is quick, by its series below. */
function millsRatio(x: number): number {
  if (x > 3) {
    let fraction = x;
    for (let i = 60; i > 0; i--) fraction = x + i / fraction;
    return 1 / fraction;
  }
  // Φ(x) - 1/2 = φ(x) (x + x³/3 + x⁵/(3·5) + …)
  let [term, sum] = [x, x];
  for (let i = 1; i < 60; i++) {
    term *= x ** 2 / (2 * i + 1);
    sum += term;
  }
  return Math.sqrt(Math.PI / 2) * Math.exp(0.5 * x ** 2) - sum;
}

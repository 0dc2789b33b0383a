import type { Tensor } from '../../artefact/tensors.js';

/** A star's [Fe/H] from a catalogue, with its 1-sigma error, dex. */
export interface MeasuredFeh {
  readonly value: number;
  readonly sigma: number;
}

/** Quantiles that stand for a population. */
const QUANTILES = 64;
/** Width of the kernel on each, in standard deviations of the population: over the spacing of the quantiles out to 2 sigma. */
const KERNEL = 0.2;
/** Share and width, in standard deviations, of a broad component: without it a star far out, of which there are always a few, is rarer than any that was ever seen. */
const BROAD = { share: 0.05, width: 3 };

/**
 * The distribution of [Fe/H] among training stars, for the comparison of two stars in a model that removed [Fe/H] from the latents: a mixture of Gaussians on its
 * quantiles. The log Bayes factor of "one [Fe/H]" against "two drawn from the population", given the two measurements, is then exact:
 * ln N(Δ; 0, σa² + σb²), plus the log density at the weighted mean, less the log densities at either, each widened by its own error.
 * Where errors are small against the population this is ln N(Δ; 0, σa² + σb²) less the log density of the population; where they are large, it goes to 0.
 */
export class FehPopulation {
  private constructor(
    private readonly quantiles: Float64Array,
    private readonly mean: number,
    private readonly deviation: number,
  ) {}

  /** @returns null where fewer than two different values are known */
  static fit(values: readonly number[]): FehPopulation | null {
    const sorted = Float64Array.from(values.filter(Number.isFinite)).sort();
    if (!(sorted[sorted.length - 1] > sorted[0])) return null;
    const quantiles = Float64Array.from(
      { length: QUANTILES },
      (_, i) => sorted[Math.floor(((i + 0.5) / QUANTILES) * sorted.length)],
    );
    return FehPopulation.on(quantiles);
  }

  static fromTensor({ values }: Tensor): FehPopulation {
    return FehPopulation.on(Float64Array.from(values));
  }

  private static on(quantiles: Float64Array): FehPopulation {
    const mean = quantiles.reduce((sum, q) => sum + q, 0) / quantiles.length;
    const variance = quantiles.reduce((sum, q) => sum + (q - mean) ** 2, 0) / quantiles.length;
    return new FehPopulation(quantiles, mean, Math.sqrt(variance));
  }

  toTensor(): Tensor {
    return { shape: [this.quantiles.length], values: this.quantiles };
  }

  /** @returns ln p(value) for a measurement of this variance of a star of the population */
  logDensity(value: number, variance: number): number {
    const kernel = (KERNEL * this.deviation) ** 2 + variance;
    let sum = 0;
    for (const centre of this.quantiles) sum += Math.exp(-((value - centre) ** 2) / (2 * kernel));
    const narrow = ((1 - BROAD.share) / this.quantiles.length) * (sum / Math.sqrt(2 * Math.PI * kernel));
    const broad = (BROAD.width * this.deviation) ** 2 + variance;
    // As a logarithm: the kernels vanish at 40 sigma, this must not.
    const tail = Math.log(BROAD.share) - 0.5 * ((value - this.mean) ** 2 / broad + Math.log(2 * Math.PI * broad));
    return narrow > 0 ? tail + Math.log1p(narrow * Math.exp(-tail)) : tail;
  }

  /** @returns ln of (probability of both measurements if it is one value) / (if two); both errors above 0 */
  logBayesFactor(a: MeasuredFeh, b: MeasuredFeh): number {
    const [varianceA, varianceB] = [a.sigma ** 2, b.sigma ** 2];
    const sum = varianceA + varianceB;
    const mean = (a.value * varianceB + b.value * varianceA) / sum;
    const difference = -0.5 * ((a.value - b.value) ** 2 / sum + Math.log(2 * Math.PI * sum));
    return (
      difference +
      this.logDensity(mean, (varianceA * varianceB) / sum) -
      this.logDensity(a.value, varianceA) -
      this.logDensity(b.value, varianceB)
    );
  }
}

import type { Tensors } from '../artefact/tensors.js';
import { expectTensor } from '../networks/expectTensor.js';

/** Estimates of stars that were not learnt from, row-major, beside what is true of them. */
export interface HeldOutEstimates {
  readonly rows: number;
  readonly species: number;
  /** rows x species, dex; NaN where not known. */
  readonly truth: Float64Array;
  /** rows x species, dex. */
  readonly values: Float32Array;
  /** rows x species: propagated from the covariance of latent and parameters, 1 sigma, dex. */
  readonly noise: Float32Array;
  /** Signal to noise per pixel. */
  readonly snr: Float64Array;
  /** The parameter whose thirds errors are told apart by, by row: Teff where the model removes it. */
  readonly parameter: Float64Array;
}

/** Lower ends of the bands of signal to noise per pixel within which errors are calibrated. */
export const snrBands = [0, 20, 25, 35, 50, 70, 100, 140, 200, 300] as const;
const THIRDS = 3;
/** Fewer scores are no calibration: a cell with fewer takes that of its band, a band that of all. */
const LEAST_SCORES = 300;
/** Probabilities of the two intervals; the first is that of one sigma. */
const LEVELS = [0.6827, 0.95] as const;
/** How far below the lowest band that was calibrated its errors are followed, in ln of the signal to noise. */
const BEYOND = 0.2;
/** What an estimator errs by at least, dex: numbers that rounding alone tells apart. */
const FLOOR = 1e-6;

/**
 * Errors of abundances by split-conformal prediction (Lei et al. 2018) with normalised scores |ŷ - y| / √(noise² + systematic²): the noise is the star's own, the systematic part what held-out
 * stars err by beyond it. The quantiles of the scores are taken by band of signal to noise and third of Teff (Mondrian prediction: Vovk et al. 2005), so that coverage holds in each. Between the bands they are interpolated, so that an error has no step
 * where a band ends.
 */
export class ErrorModel {
  private constructor(
    /** By species, dex. */
    readonly systematic: Float64Array,
    /** Boundaries of the thirds. */
    private readonly thirds: Float64Array,
    /** Mean of ln SNR in each band; NaN where too few stars were in it. */
    private readonly centres: Float64Array,
    /** Quantiles of the scores: levels x bands x thirds x species. */
    private readonly quantiles: Float64Array,
  ) {}

  static fit(held: HeldOutEstimates): ErrorModel {
    const sorted = held.parameter.slice().sort();
    const thirds = Float64Array.of(sorted[Math.floor(sorted.length / 3)], sorted[Math.floor((2 * sorted.length) / 3)]);
    const systematic = systematicErrors(held);
    const quantiles = new Float64Array(LEVELS.length * snrBands.length * THIRDS * held.species);
    const model = new ErrorModel(systematic, thirds, bandCentres(held.snr), quantiles);
    for (let s = 0; s < held.species; s++) model.calibrate(held, s);
    return model;
  }

  static fromTensors(tensors: Tensors, species: number): ErrorModel {
    const values = (name: string, length: number) =>
      Float64Array.from(expectTensor(tensors, name, [length], 'estimator').values);
    return new ErrorModel(
      values('systematic', species),
      values('thirds', THIRDS - 1),
      values('centres', snrBands.length),
      values('quantiles', LEVELS.length * snrBands.length * THIRDS * species),
    );
  }

  toTensors(): Tensors {
    const { systematic, thirds, centres, quantiles } = this;
    return Object.fromEntries(
      Object.entries({ systematic, thirds, centres, quantiles }).map(([name, values]) => [
        name,
        { shape: [values.length], values },
      ]),
    );
  }

  /** Half-widths of the intervals of 68.3 and 95 %, dex. */
  halfWidths(species: number, noise: number, snr: number, parameter: number): [number, number] {
    const spread = this.spread(species, noise);
    const third = this.thirdOf(parameter);
    const [own, outer] = LEVELS.map((_, level) => spread * this.quantileAt(level, snr, third, species));
    return [own, Math.max(own, outer)];
  }

  private spread(species: number, noise: number): number {
    return Math.hypot(noise, this.systematic[species], FLOOR);
  }

  /** Linear in ln SNR between the centres of the bands that were calibrated; constant above the last. */
  private quantileAt(level: number, snr: number, third: number, species: number): number {
    const { centres } = this;
    const bands = Array.from(centres.keys()).filter((band) => !Number.isNaN(centres[band]));
    const of = (band: number) => this.quantiles[this.place(level, band, third, species)];
    if (bands.length < 2) return of(bands[0] ?? 0);
    const last = centres[bands[bands.length - 1]];
    const x = Math.min(last, Math.max(centres[bands[0]] - BEYOND, Math.log(snr)));
    const above = Math.max(
      1,
      bands.findIndex((band) => centres[band] >= x),
    );
    const [low, high] = [bands[above - 1], bands[above]];
    return of(low) + ((of(high) - of(low)) * (x - centres[low])) / (centres[high] - centres[low]);
  }

  private calibrate(held: HeldOutEstimates, s: number): void {
    const cells = Array.from({ length: snrBands.length * THIRDS }, () => [] as number[]);
    for (let row = 0; row < held.rows; row++) {
      const at = row * held.species + s;
      if (!Number.isFinite(held.truth[at])) continue;
      const score = Math.abs(held.values[at] - held.truth[at]) / this.spread(s, held.noise[at]);
      cells[bandOf(held.snr[row]) * THIRDS + this.thirdOf(held.parameter[row])].push(score);
    }
    const bands = snrBands.map((_, band) => cells.slice(band * THIRDS, (band + 1) * THIRDS).flat());
    const all = bands.flat();
    const occupied = snrBands.map((_, band) => band).filter((band) => bands[band].length >= LEAST_SCORES);
    snrBands.forEach((_, band) => {
      const nearest = occupied.toSorted((a, b) => Math.abs(a - band) - Math.abs(b - band))[0];
      for (let third = 0; third < THIRDS; third++) {
        const own = nearest === undefined ? [] : cells[nearest * THIRDS + third];
        const scores = own.length >= LEAST_SCORES ? own : nearest === undefined ? all : bands[nearest];
        LEVELS.forEach((level, l) => {
          this.quantiles[this.place(l, band, third, s)] = conformalQuantile(scores, level);
        });
      }
    });
  }

  private place(level: number, band: number, third: number, species: number): number {
    return ((level * snrBands.length + band) * THIRDS + third) * this.systematic.length + species;
  }

  private thirdOf(parameter: number): number {
    return parameter < this.thirds[0] ? 0 : parameter < this.thirds[1] ? 1 : 2;
  }
}

/** Mean of ln SNR over the stars of each band. */
function bandCentres(snr: Float64Array): Float64Array {
  return Float64Array.from(snrBands, (_, band) => {
    const inside = snr.filter((value) => bandOf(value) === band);
    return inside.length < LEAST_SCORES
      ? Number.NaN
      : inside.reduce((sum, value) => sum + Math.log(value), 0) / inside.length;
  });
}

/** Of the ordered scores that of rank ⌈(n + 1) level⌉, which a further score exceeds with probability 1 - level at most; 0 without scores. */
export function conformalQuantile(scores: readonly number[], level: number): number {
  const sorted = Float64Array.from(scores).sort();
  return sorted[Math.min(sorted.length, Math.ceil((sorted.length + 1) * level)) - 1] ?? 0;
}

/** The band of `snrBands` that a signal to noise is in. */
export function bandOf(snr: number): number {
  return Math.max(
    0,
    snrBands.findLastIndex((low) => snr >= low),
  );
}

/** Root of what the squared errors exceed the noise by, in the mean. */
function systematicErrors({ rows, species, truth, values, noise }: HeldOutEstimates): Float64Array {
  return Float64Array.from({ length: species }, (_, s) => {
    let [sum, squares, count] = [0, 0, 0];
    for (let at = s; at < rows * species; at += species) {
      if (!Number.isFinite(truth[at])) continue;
      const error = (values[at] - truth[at]) ** 2;
      sum += error - noise[at] ** 2;
      squares += error;
      count++;
    }
    // Where the noise is stated too large nothing is left; a twentieth of the error keeps scores of stars without noise finite.
    return Math.sqrt(Math.max(sum, 0.0025 * squares) / Math.max(1, count));
  });
}

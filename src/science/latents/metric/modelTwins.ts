import type { Disentangler } from '../../models/method.js';
import type { Random } from '../../networks/random.js';
import type { RowNoise } from '../../representation/rowNoise.js';
import type { MapInput } from '../map/estimate.js';
import type { LatentResidual } from '../residual.js';

/** Stars that twins are made of, row-major. */
export type Originals = MapInput;

/** Two spectra of each of some chemistries, at different parameters: the rows of both legs correspond. */
export interface ModelTwins {
  /** What the model decodes of a star at the parameters of another. */
  readonly decoded: MapInput;
  /** The star as it was observed. */
  readonly observed: MapInput;
}

/**
 * Pairs of one chemistry without a known twin: each star as it is, and as the model decodes it at the u of another. *The encoder's z is decoded*: that of a maximum a
 * posteriori fit would only be returned by the next one, and the two legs would agree whatever the model gets wrong.
 *
 * What is held is not the same for both uses. Twins with noise, which tell how far apart spectra of one chemistry look, hold the residual, which is what is compared: with z held, what z
 * keeps of u would count as scatter, and of true twins at SNR 30 64 instead of 76 % are the nearest of 4,000. Twins without noise hold z itself: that trend, wherever the polynomial misses it, is
 * then part of how the model contradicts itself, which is less than its true errors as it is.
 *
 * The decoded leg takes its noise and its errors of u from the star that gave its u, and its catalogue errs anew: two twins of a survey are as different in these
 * respects as any two of its stars. The observed leg carries the errors of its own catalogue already.
 */
export class ModelTwinSource {
  readonly #holdingLatent: Float32Array;
  readonly #holdingResidual: Float32Array;
  readonly #to: Float32Array;
  readonly #errors: Float32Array;
  readonly #noise: RowNoise;

  /** @param stars in random order: the next one gives the u of the decoded leg */
  constructor(
    disentangler: Disentangler,
    residual: Pick<LatentResidual, 'carry'>,
    private readonly stars: Originals,
    /** |u| that a catalogue is clamped to, one for each parameter. */
    private readonly limits: readonly number[],
  ) {
    const { rows, x, u, uErrors, noise } = stars;
    const next = Int32Array.from({ length: rows }, (_, row) => (row + 1) % rows);
    this.#to = pick(u, next);
    this.#errors = pick(uErrors, next);
    this.#noise = noise.pick(next);
    const z = disentangler.encode(x, u, rows);
    this.#holdingLatent = disentangler.decode(z, this.#to, rows);
    this.#holdingResidual = disentangler.decode(residual.carry(z, u, this.#to), this.#to, rows);
  }

  /** Twins that hold z, without further noise or errors of u. */
  silent(): ModelTwins {
    return this.#twins(this.#holdingLatent, this.#to, this.stars.x);
  }

  /** Twins that hold the residual, with photon noise in both legs and errors of u in the decoded one. */
  noisy(random: Random): ModelTwins {
    const { x, noise } = this.stars;
    const decoded = sum(this.#holdingResidual, this.#noise.draw(random));
    const u = this.#err(random);
    return this.#twins(decoded, u, sum(x, noise.draw(random)));
  }

  #twins(decoded: Float32Array, to: Float32Array, observed: Float32Array): ModelTwins {
    const { rows, u, uErrors, noise } = this.stars;
    return {
      decoded: { rows, x: decoded, noise: this.#noise, u: to, uErrors: this.#errors },
      observed: { rows, x: observed, noise, u, uErrors },
    };
  }

  #err(random: Random): Float32Array {
    const m = this.limits.length;
    return this.#to.map((value, i) => {
      const error = this.#errors[i];
      if (!(error > 0)) return value;
      const limit = this.limits[i % m];
      return Math.max(-limit, Math.min(limit, value + error * random.normal()));
    });
  }
}

function pick(values: Float32Array, rows: Int32Array): Float32Array {
  const width = values.length / rows.length;
  return Float32Array.from(values, (_, i) => values[rows[Math.floor(i / width)] * width + (i % width)]);
}

function sum(a: Float32Array, b: Float32Array): Float32Array {
  return a.map((value, i) => value + b[i]);
}

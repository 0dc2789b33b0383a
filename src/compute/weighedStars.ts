import { InputError } from '../domain/errors.js';
import type { WeighedStar } from '../science/latents/metric/evidence.js';
import type { TwinMetric } from '../science/latents/metric/twinMetric.js';
import type { StarEvidence } from './compute.js';

/** The place of a star that there is no evidence of. */
export const NOWHERE = -1;

/** A star for one of the places, which `Slots` gives out. */
export interface PlacedStar {
  readonly place: number;
  readonly evidence: StarEvidence;
}

/**
 * Stars made ready for comparison under one metric and kept: it takes 26 µs, a Bayes factor of two that are ready 2 µs, and every search of an archive
 * compares with 300 stars that others have met before.
 */
export class WeighedStars {
  readonly #kept: (WeighedStar | null)[] = [];

  constructor(readonly metric: TwinMetric) {}

  keep({ place, evidence }: PlacedStar): void {
    this.#kept[place] = this.weigh(evidence);
  }

  /** @returns null where there is none, or its evidence cannot be used (see TwinMetric.weigh) */
  at(place: number): WeighedStar | null {
    if (place === NOWHERE) return null;
    const star = this.#kept[place];
    if (star === undefined) throw new Error(`there is no star in place ${place}`);
    return star;
  }

  /** @returns null as above */
  weigh(evidence: StarEvidence): WeighedStar | null {
    try {
      return this.metric.weigh(evidence);
    } catch (error) {
      if (error instanceof InputError) return null;
      throw error;
    }
  }
}

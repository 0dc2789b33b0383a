import type { Candidate } from './compute.js';

/**
 * Which stars a child keeps ready for comparison, as its parent knows it: each in a numbered place, that of one that was not met for long where all are taken. The child hears of a place
 * with the first question that uses it, and answers in order; so both agree without a word.
 */
export class Slots {
  readonly #places = new Map<string, number>();
  readonly #keys: string[] = [];
  readonly #stamps: string[] = [];
  /** The turn in which each was met last. */
  readonly #met: number[] = [];
  #turn = 0;
  #hand = 0;
  /** Places that the hand has passed by since they were met. */
  readonly #passed: boolean[] = [];

  /** @param most places */
  constructor(readonly most: number) {}

  has(star: Candidate): boolean {
    return this.#placeOf(star) !== undefined;
  }

  /** Begins a question: the places of stars that it meets are not given to others before the next begins. It may meet as many as there are places. */
  begin(): void {
    this.#turn++;
  }

  /** The place of a star that is kept. */
  find(star: Candidate): number | undefined {
    const place = this.#placeOf(star);
    if (place !== undefined) this.#meet(place);
    return place;
  }

  /** A place for a star that is not kept so far, and is from now on. */
  take(star: Candidate): number {
    const key = this.#places.has(star.starId) ? stampedKey(star) : star.starId;
    const place = this.#keys.length < this.most ? this.#keys.length : this.#free();
    this.#keys[place] = key;
    this.#stamps[place] = star.stamp;
    this.#places.set(key, place);
    this.#meet(place);
    return place;
  }

  /** Nearly always a star has one stamp, and its id is its key; another that is met while that is kept has a key with its stamp. To make such keys of all took a tenth of a request. */
  #placeOf(star: Candidate): number | undefined {
    const place = this.#places.get(star.starId);
    return place !== undefined && this.#stamps[place] === star.stamp ? place : this.#places.get(stampedKey(star));
  }

  #meet(place: number): void {
    this.#met[place] = this.#turn;
    this.#passed[place] = false;
  }

  /** A hand goes round, and takes the first place that it has passed before without the star's having been met since (Corbató 1968, "clock"). */
  #free(): number {
    for (;;) {
      const place = this.#hand;
      this.#hand = (this.#hand + 1) % this.most;
      if (this.#met[place] === this.#turn) continue;
      if (this.#passed[place]) {
        this.#places.delete(this.#keys[place]);
        return place;
      }
      this.#passed[place] = true;
    }
  }
}

/** No id has a NUL. */
function stampedKey({ starId, stamp }: Candidate): string {
  return `${starId}\0${stamp}`;
}

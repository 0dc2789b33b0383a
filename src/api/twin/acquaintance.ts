import { setTimeout } from 'node:timers/promises';
import type { Logger } from 'pino';
import { type Compute, KEPT_STARS } from '../../compute/compute.js';
import type { Database } from '../../storage/database.js';
import { loadEvidence } from '../../storage/evidence.js';
import { listEncoded } from '../../storage/latent.js';
import type { ViewReads } from '../../storage/viewReads.js';
import { modelSource } from '../modelSource.js';

/** Stars that are met at a time, some 10 ms: no search that comes meanwhile waits longer. */
const AT_A_TIME = 100;
/**
 * Rests so many times as long as it has worked. While somebody searches, 100,000 stars are met in 90 s, and half of the searches take 11 ms where they take 10 without it; with the other rest, 23 s, half
 * of them took longer by a half.
 */
const REST = { searched: 5, quiet: 0.5 };
/** ms after the last search from which on nobody searches. */
const QUIET = 1000;

interface Services {
  readonly db: Database;
  readonly compute: Compute;
  readonly views: ViewReads;
  readonly log: Logger;
}

/**
 * Has the compute processes meet the stars of a large archive, those that all may see, from the first search under a model on, so that no search waits for the evidence of its neighbours to be read and weighed: of a page
 * of 50 stars that takes as long as all the rest. Those that it has not come to, or that were published since, are met when they are found.
 */
export class Acquaintance {
  readonly #begun = new Map<string, Promise<void>>();
  readonly #closing = new AbortController();
  #searched = 0;

  constructor(private readonly services: Services) {}

  /** Hears of a search, and begins with its model where that has not happened. */
  begin(modelId: string): void {
    this.#searched = performance.now();
    if (this.#begun.has(modelId)) return;
    const met = this.#meetAll(modelId).catch((error: unknown) => {
      // Searches do without.
      if (!this.#closing.signal.aborted) this.services.log.warn({ err: error }, 'not all stars were met beforehand');
    });
    this.#begun.set(modelId, met);
  }

  /** Resolves when all were met that will be. */
  async done(): Promise<void> {
    await Promise.all(this.#begun.values());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.done();
  }

  async #meetAll(modelId: string): Promise<void> {
    const { db, views } = this.services;
    const { signal } = this.#closing;
    const view = await views.read([]);
    for (let met = 0, last = ''; met < KEPT_STARS; met += AT_A_TIME) {
      const start = performance.now();
      const ids = await listEncoded(db, modelId, last, AT_A_TIME);
      await this.#meet(modelId, await loadEvidence(db, view, modelId, ids));
      if (ids.length < AT_A_TIME) return;
      last = ids[ids.length - 1];
      const now = performance.now();
      const rest = now - this.#searched < QUIET ? REST.searched : REST.quiet;
      await setTimeout(rest * (now - start), undefined, { signal, ref: false });
    }
  }

  /** What is compared is kept, whatever it is compared with. */
  async #meet(modelId: string, stars: Awaited<ReturnType<typeof loadEvidence>>): Promise<void> {
    const [own] = stars.values();
    if (!own) return;
    const candidates = Array.from(stars, ([starId, { stamp }]) => ({ starId, stamp }));
    const source = modelSource({ db: this.services.db, signal: this.#closing.signal }, modelId);
    await this.services.compute.rank(source, [{ own, candidates }], async (starId) => stars.get(starId) ?? null);
  }
}

import type { ComputeChild } from './childProcess.js';
import type { ModelSource } from './compute.js';

/** Models that a child keeps loaded: the served one, its successor, and one asked for by name. A large one takes .4 GB. */
const CAPACITY = 3;

interface Shelved {
  readonly loaded: Promise<void>;
  users: number;
}

/** Which models one child holds. Each is sent once, when first needed; the one unused for longest makes room for a new one. */
export class ModelShelf {
  /** Least recently used first. */
  readonly #models = new Map<string, Shelved>();

  /** @param load whole models, their metrics alone, or estimators of abundances */
  constructor(
    private readonly child: ComputeChild,
    private readonly load: 'load' | 'loadMetric' | 'loadAbundances' = 'load',
  ) {}

  /** Runs `work` with the model in the child, and keeps it there meanwhile. */
  async using<T>(source: ModelSource, work: () => Promise<T>): Promise<T> {
    const model = this.#models.get(source.id) ?? { loaded: this.#load(source), users: 0 };
    this.#models.delete(source.id);
    this.#models.set(source.id, model);
    model.users++;
    try {
      await model.loaded;
      return await work();
    } finally {
      model.users--;
      this.#makeRoom();
    }
  }

  async #load(source: ModelSource): Promise<void> {
    try {
      await this.child.call(this.load, { model: source.id, artefact: await source.load() });
    } catch (error) {
      // Tried again by the next user: the bytes may be mended by then.
      this.#models.delete(source.id);
      throw error;
    }
  }

  #makeRoom(): void {
    for (const [id, { users }] of this.#models) {
      if (this.#models.size <= CAPACITY) return;
      if (users > 0) continue;
      this.#models.delete(id);
      this.child.post({ kind: 'unload', model: id });
    }
  }
}

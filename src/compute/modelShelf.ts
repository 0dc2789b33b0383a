import type { ComputeChild } from './childProcess.js';
import type { ModelSource } from './compute.js';
import { Slots } from './slots.js';

/** Models that a child keeps loaded: the served one, its successor, and one asked for by name. A large one takes .4 GB. */
const CAPACITY = 3;
interface Shelved {
  readonly loaded: Promise<void>;
  /** The stars that the child keeps with it. */
  readonly slots: Slots;
  users: number;
}

/** Which models one child holds. Each is sent once, when first needed; the one unused for longest makes room for a new one. */
export class ModelShelf {
  /** Least recently used first. */
  readonly #models = new Map<string, Shelved>();

  /**
   * @param load whole models, their metrics alone, or estimators of abundances
   * @param capacity how many are kept that are not in use
   * @param stars that the child keeps with each
   */
  constructor(
    private readonly child: ComputeChild,
    private readonly load: 'load' | 'loadMetric' | 'loadAbundances' = 'load',
    private readonly capacity = CAPACITY,
    private readonly stars = 0,
  ) {}

  /** Of a model that is or was about to be loaded. */
  slots(id: string): Slots | undefined {
    return this.#models.get(id)?.slots;
  }

  /** Runs `work` with the model in the child, and keeps it there meanwhile. */
  async using<T>(source: ModelSource, work: (slots: Slots) => Promise<T>): Promise<T> {
    const model = this.#models.get(source.id) ?? {
      loaded: this.#load(source),
      slots: new Slots(this.stars),
      users: 0,
    };
    this.#models.delete(source.id);
    this.#models.set(source.id, model);
    model.users++;
    try {
      await model.loaded;
      return await work(model.slots);
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
      if (this.#models.size <= this.capacity) return;
      if (users > 0) continue;
      this.#models.delete(id);
      this.child.post({ kind: 'unload', model: id });
    }
  }
}

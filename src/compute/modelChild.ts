import { NotReadyError } from '../domain/errors.js';
import { orAborted } from '../domain/orAborted.js';
import { ComputeChild } from './childProcess.js';
import type { ComputeLoad, ModelSource } from './compute.js';
import { Gate } from './gate.js';
import { ModelShelf } from './modelShelf.js';
import type { ChildOptions } from './protocol.js';
import type { Slots } from './slots.js';

/**
 * Batches on their way to the child at a time: one that it works on, one that is being copied, one behind. More would only fill memory: a batch
 * of 256 APOGEE spectra is 18 MB.
 */
const IN_FLIGHT = 3;

/** A child that answers for models, started when first needed. One that has died rejects what was in flight; the next request starts another. */
export class ModelChild {
  readonly #gate = new Gate(IN_FLIGHT);
  #ended = false;
  #leaving: NodeJS.Timeout | undefined;
  #running: { readonly child: ComputeChild; readonly shelf: ModelShelf } | null = null;

  /**
   * @param load whole models, their metrics alone, or estimators of abundances
   * @param keeping how many, and for how long (ms) the child is kept when nobody asks it; absent: as many as a shelf has, for ever; and how many stars with each, absent: none
   */
  constructor(
    private readonly options: ChildOptions,
    private readonly load: 'load' | 'loadMetric' | 'loadAbundances',
    private readonly keeping: { readonly capacity?: number; readonly idle?: number; readonly stars?: number } = {},
  ) {}

  /** Runs `work` on the child once it holds the model. @throws NotReadyError once `end` was called; the reason of the model's signal */
  use<T>(model: ModelSource, work: (child: ComputeChild, slots: Slots) => Promise<T>): Promise<T> {
    clearTimeout(this.#leaving);
    const done = this.#gate.through(() => {
      const { child, shelf } = this.#start();
      return shelf.using(model, (slots) => work(child, slots)).finally(() => this.#leaveLater());
    }, model.signal);
    return model.signal ? orAborted(done, model.signal) : done;
  }

  /** The stars that it keeps with a model; undefined where it has not loaded that. */
  slots(modelId: string): Slots | undefined {
    return this.#running?.child.usable ? this.#running.shelf.slots(modelId) : undefined;
  }

  get calls(): ComputeLoad {
    return this.#gate.load;
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#running?.child.end();
  }

  /** Gives the child's memory back once nobody has asked it for a while. */
  #leaveLater(): void {
    const { idle } = this.keeping;
    if (idle === undefined) return;
    clearTimeout(this.#leaving);
    this.#leaving = setTimeout(() => {
      const { working, waiting } = this.calls;
      if (working + waiting === 0) this.#running?.child.end();
    }, idle).unref();
  }

  #start() {
    if (this.#ended) throw closed();
    if (!this.#running?.child.usable) {
      const child = new ComputeChild(this.options);
      this.#running = { child, shelf: new ModelShelf(child, this.load, this.keeping.capacity, this.keeping.stars) };
    }
    return this.#running;
  }
}

export function closed(): NotReadyError {
  return new NotReadyError('the compute processes are closed: this process is about to end');
}

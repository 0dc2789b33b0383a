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
  #running: { readonly child: ComputeChild; readonly shelf: ModelShelf } | null = null;

  /** @param load whole models, their metrics alone, or estimators of abundances */
  constructor(
    private readonly options: ChildOptions,
    private readonly load: 'load' | 'loadMetric' | 'loadAbundances',
  ) {}

  /** Runs `work` on the child once it holds the model. @throws NotReadyError once `end` was called; the reason of the model's signal */
  use<T>(model: ModelSource, work: (child: ComputeChild, slots: Slots) => Promise<T>): Promise<T> {
    const done = this.#gate.through(() => {
      const { child, shelf } = this.#start();
      return shelf.using(model, (slots) => work(child, slots));
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

  #start() {
    if (this.#ended) throw closed();
    if (!this.#running?.child.usable) {
      const child = new ComputeChild(this.options);
      this.#running = { child, shelf: new ModelShelf(child, this.load) };
    }
    return this.#running;
  }
}

export function closed(): NotReadyError {
  return new NotReadyError('the compute processes are closed: this process is about to end');
}

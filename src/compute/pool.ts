import { availableParallelism } from 'node:os';
import { NotReadyError } from '../domain/errors.js';
import { planOf } from '../science/latents/modelDesign.js';
import { ComputeChild } from './childProcess.js';
import type {
  Compute,
  DecodedBatch,
  EncodedBatch,
  ModelSource,
  SpectrumBatch,
  TrainCourse,
  TrainRequest,
  TrainResult,
} from './compute.js';
import { Gate } from './gate.js';
import { searchLambda } from './lambdaSearch.js';
import { ModelShelf } from './modelShelf.js';
import type { ChildOptions } from './protocol.js';
import { keepSpool } from './spool.js';

/**
 * Batches on their way to the child at a time: one that it works on, one that is being copied, one behind. More would only fill memory: a batch
 * of 256 APOGEE spectra is 18 MB.
 */
const IN_FLIGHT = 3;

/**
 * Child processes start when they are first needed. `close` before the process ends: an open child keeps it alive.
 * @param options.threads of the child that encodes and decodes; null, or absent: all cores
 */
export function startCompute({
  backend,
  threads = null,
}: Pick<ChildOptions, 'backend'> & Partial<ChildOptions>): Compute {
  return new ComputePool(backend, threads);
}

/**
 * One child encodes and decodes for as long as the pool lives; every training has children of its own, whose memory is given
 * back when they end. A child that dies rejects what was in flight; the next request starts another.
 */
class ComputePool implements Compute {
  readonly #gate = new Gate(IN_FLIGHT);
  readonly #trainings = new Map<Promise<TrainResult>, AbortController>();
  #inference: { readonly child: ComputeChild; readonly shelf: ModelShelf } | null = null;
  #closed = false;

  constructor(
    private readonly backend: ChildOptions['backend'],
    private readonly threads: ChildOptions['threads'],
  ) {}

  encode(model: ModelSource, batch: SpectrumBatch): Promise<EncodedBatch> {
    return this.#infer(model, (child) => child.call('encode', { model: model.id, batch }));
  }

  decode(model: ModelSource, latents: Float32Array, parameters: Float64Array, rows: number): Promise<DecodedBatch> {
    return this.#infer(model, (child) => child.call('decode', { model: model.id, latents, parameters, rows }));
  }

  recast(model: ModelSource, batch: SpectrumBatch, to: Float64Array): Promise<DecodedBatch> {
    return this.#infer(model, (child) => child.call('recast', { model: model.id, batch, to }));
  }

  async train(request: TrainRequest, spectra: AsyncIterable<SpectrumBatch>, course: TrainCourse): Promise<TrainResult> {
    const stop = new AbortController();
    const signal = AbortSignal.any([course.signal, stop.signal]);
    const training = this.#train(request, spectra, { ...course, signal });
    this.#trainings.set(training, stop);
    try {
      return await training;
    } finally {
      this.#trainings.delete(training);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#trainings.values()) stop.abort(closed());
    await Promise.allSettled([...this.#trainings.keys(), this.#inference?.child.end()]);
  }

  #infer<T>(model: ModelSource, work: (child: ComputeChild) => Promise<T>): Promise<T> {
    return this.#gate.through(() => {
      const { child, shelf } = this.#inferenceChild();
      return shelf.using(model, () => work(child));
    });
  }

  #inferenceChild() {
    if (this.#closed) throw closed();
    if (!this.#inference?.child.usable) {
      const child = new ComputeChild({ backend: this.backend, threads: this.threads });
      this.#inference = { child, shelf: new ModelShelf(child) };
    }
    return this.#inference;
  }

  /** The basis is large matrices, which use all cores; small networks, those on coefficients, run faster on one thread than on four. Hence a child for each. */
  async #train(
    request: TrainRequest,
    spectra: AsyncIterable<SpectrumBatch>,
    course: TrainCourse,
  ): Promise<TrainResult> {
    const { folder } = course;
    await this.#inChild(null, course, async (child) => {
      await child.call('check', { request });
      await keepSpool(request, spectra, course);
      await child.call('prepare', { request, folder }, course.report);
    });
    const large = planOf(request).settings.representation === 'pixels';
    const threads = large ? null : 1;
    if (!request.tune)
      return this.#inChild(threads, course, (child) => child.call('train', { request, folder }, course.report));
    const tuning = await searchLambda(request, course, large ? 1 : availableParallelism(), (lambda, trial) =>
      this.#inChild(threads, trial, (child) => child.call('try', { request, folder, lambda }, trial.report)),
    );
    const tuned = { ...request, settings: { ...request.settings, lambda: tuning.chosen } };
    const result = await this.#inChild(threads, course, (child) =>
      child.call('train', { request: tuned, folder }, course.report),
    );
    return { ...result, config: { ...result.config, tuning }, tuning };
  }

  /** A child for the duration of `work`. When the signal aborts, it is given time to keep its state. */
  async #inChild<T>(
    threads: number | null,
    { signal }: Pick<TrainCourse, 'signal'>,
    work: (child: ComputeChild) => Promise<T>,
  ): Promise<T> {
    if (this.#closed) throw closed();
    signal.throwIfAborted();
    const child = new ComputeChild({ backend: this.backend, threads });
    const abort = () => child.abort();
    signal.addEventListener('abort', abort);
    try {
      return await work(child);
    } catch (error) {
      throw signal.aborted ? signal.reason : error;
    } finally {
      signal.removeEventListener('abort', abort);
      await child.end();
    }
  }
}

function closed(): NotReadyError {
  return new NotReadyError('the compute processes are closed: this process is about to end');
}

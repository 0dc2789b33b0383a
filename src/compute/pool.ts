import { availableParallelism } from 'node:os';
import type { ObservedSpectrum } from '../domain/observedSpectrum.js';
import type { Spectrum } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import { defaultEncodeLimits } from '../science/latents/encodedLatents.js';
import { planOf } from '../science/latents/modelDesign.js';
import type { SurveyStandard } from '../science/resampling/standardise.js';
import { ComputeChild } from './childProcess.js';
import {
  type AbundanceTraining,
  type ChiSquare,
  type Compute,
  type ComputeLoad,
  type DecodedBatch,
  type EncodedBatch,
  type EstimatedAbundances,
  type EstimateInput,
  KEPT_STARS,
  type ModelSource,
  type NoiseMetric,
  type Search,
  type SpectrumBatch,
  type StarEvidence,
  type StoredBatch,
  type TrainCourse,
  type TrainedEstimator,
  type TrainRequest,
  type TrainResult,
} from './compute.js';
import { keepFormer } from './formerFile.js';
import { searchLambda } from './lambdaSearch.js';
import { closed, ModelChild } from './modelChild.js';
import type { ChildOptions } from './protocol.js';
import { rank } from './rank.js';
import { keepSpool } from './spool.js';

/** Spectra of a batch that need not wait for an encoder. */
const FEW = 16;
/** ms after which encoders that nobody asks end. */
const IDLE = 60_000;
/** A page of 50 stars is 15,000 comparisons of 2 to 3 µs: in two processes it takes 77 ms, in three 66, in four, which then stand in the way of what asks them, 65. */
const MOST_COMPARING = 3;

/**
 * Child processes start when they are first needed. `close` before the process ends: an open child keeps it alive.
 * @param options.threads of the child that encodes and decodes, one for both; null, or absent: the machine is this pool's own, with all cores. From four cores on two children encode, for much of an
 * encoding runs on one core: 2,140 spectra/s of uniform noise where one encodes 1,400. Each takes some .6 GB, .4 more for a large model.
 * @param options.idle ms after which those that encode end, and give that back, when nobody asks them
 */
export function startCompute({
  backend,
  threads = null,
  idle = IDLE,
}: Pick<ChildOptions, 'backend'> & Partial<ChildOptions> & { readonly idle?: number }): Compute {
  return new ComputePool(backend, threads, idle);
}

/**
 * Children that answer for as long as the pool lives, each started when it is first needed: encoders for batches of spectra, one for what somebody waits for (a recast, a single spectrum), which must not stand behind
 * those, some that compare stars, and one for abundances. Every training has children of its own, whose memory is given back when they end.
 */
class ComputePool implements Compute {
  readonly #trainings = new Map<Promise<unknown>, AbortController>();
  readonly #inference: ModelChild;
  readonly #encoders: readonly ModelChild[];
  readonly #comparisons: readonly ModelChild[];
  readonly #abundances: ModelChild;
  #closed = false;

  constructor(
    private readonly backend: ChildOptions['backend'],
    threads: ChildOptions['threads'],
    idle: number,
  ) {
    const alone = threads === null;
    const cores = alone ? availableParallelism() : 1;
    const pair = cores >= 4 ? 2 : 1;
    this.#inference = new ModelChild({ backend, threads }, 'load');
    this.#encoders = alone
      ? Array.from({ length: pair }, () => new ModelChild({ backend, threads }, 'load', { capacity: 1, idle }))
      : [this.#inference];
    this.#abundances = new ModelChild({ backend, threads }, 'loadAbundances');
    const comparing = Math.min(cores, MOST_COMPARING);
    const stars = Math.ceil(KEPT_STARS / comparing);
    this.#comparisons = Array.from(
      { length: comparing },
      () => new ModelChild({ backend, threads: 1 }, 'loadMetric', { stars }),
    );
  }

  encode(model: ModelSource, batch: SpectrumBatch | StoredBatch, limits = defaultEncodeLimits): Promise<EncodedBatch> {
    const child = batch.rows > FEW ? leastLoaded(this.#encoders) : this.#inference;
    return child.use(model, (process) => process.call('encode', { model: model.id, batch, limits }));
  }

  decodeResidual(
    model: ModelSource,
    residual: Float32Array,
    parameters: Float64Array,
    rows: number,
  ): Promise<DecodedBatch> {
    const input = { model: model.id, residual, parameters, rows };
    return this.#inference.use(model, (child) => child.call('decodeResidual', input));
  }

  decode(model: ModelSource, latents: Float32Array, parameters: Float64Array, rows: number): Promise<DecodedBatch> {
    const input = { model: model.id, latents, parameters, rows };
    return this.#inference.use(model, (child) => child.call('decode', input));
  }

  recast(model: ModelSource, batch: SpectrumBatch, to: Float64Array): Promise<DecodedBatch> {
    return this.#inference.use(model, (child) => child.call('recast', { model: model.id, batch, to }));
  }

  standardise(model: ModelSource, spectrum: ObservedSpectrum, standard: SurveyStandard): Promise<Spectrum> {
    const input = { model: model.id, spectrum, standard };
    return this.#inference.use(model, (child) => child.call('standardise', input));
  }

  metricFor(model: ModelSource, batch: SpectrumBatch): Promise<NoiseMetric> {
    return leastLoaded(this.#encoders).use(model, (child) => child.call('metricFor', { model: model.id, batch }));
  }

  rank(
    model: ModelSource,
    searches: readonly Search[],
    evidence: (starId: StarId) => Promise<StarEvidence | null>,
  ): Promise<Float64Array[]> {
    return rank(this.#comparisons, model, searches, evidence);
  }

  compare(model: ModelSource, own: StarEvidence, candidates: readonly StarEvidence[]): Promise<(ChiSquare | null)[]> {
    const input = { model: model.id, own, candidates };
    return this.#comparisons[0].use(model, (child) => child.call('compare', input));
  }

  async trainAbundances(
    training: AbundanceTraining,
    course: Pick<TrainCourse, 'report' | 'signal'>,
  ): Promise<TrainedEstimator> {
    return this.#stoppable(course, (stoppable) =>
      // Small networks run faster on one thread than on four.
      this.#inChild(1, stoppable, (child) => child.call('trainAbundances', { training }, course.report)),
    );
  }

  estimateAbundances(estimator: ModelSource, stars: EstimateInput): Promise<EstimatedAbundances> {
    return this.#abundances.use(estimator, (child) => child.call('estimateAbundances', { model: estimator.id, stars }));
  }

  async train(request: TrainRequest, spectra: AsyncIterable<SpectrumBatch>, course: TrainCourse): Promise<TrainResult> {
    return this.#stoppable(course, (stoppable) => this.#train(request, spectra, { ...course, ...stoppable }));
  }

  load(): ComputeLoad {
    const all = this.#children.map(({ calls }) => calls);
    const sum = (of: keyof ComputeLoad) => all.reduce((total, calls) => total + calls[of], 0);
    return { working: sum('working'), waiting: sum('waiting') };
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stop of this.#trainings.values()) stop.abort(closed());
    await Promise.allSettled([...this.#trainings.keys(), ...this.#children.map((child) => child.end())]);
  }

  get #children(): ModelChild[] {
    return [...new Set([this.#inference, ...this.#encoders, ...this.#comparisons, this.#abundances])];
  }

  /** A training that `close` stops. */
  async #stoppable<T>(
    course: Pick<TrainCourse, 'signal'>,
    start: (stoppable: Pick<TrainCourse, 'signal'>) => Promise<T>,
  ): Promise<T> {
    const stop = new AbortController();
    const training = start({ signal: AbortSignal.any([course.signal, stop.signal]) });
    this.#trainings.set(training, stop);
    try {
      return await training;
    } finally {
      this.#trainings.delete(training);
    }
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
      if (request.from) await keepFormer(folder, request.from, course.former);
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

function leastLoaded(children: readonly ModelChild[]): ModelChild {
  const loadOf = ({ calls }: ModelChild) => calls.working + calls.waiting;
  return children.reduce((least, child) => (loadOf(child) < loadOf(least) ? child : least));
}

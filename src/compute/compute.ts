import type { SpeciesFigures } from '../domain/abundance.js';
import type { DifferentialErrors } from '../domain/differentialAbundance.js';
import type { ObservedSpectrum } from '../domain/observedSpectrum.js';
import type { ParameterName } from '../domain/parameters.js';
import type { Report } from '../domain/progress.js';
import type { Spectrum } from '../domain/spectrum.js';
import type { EncodedPixels } from '../domain/spectrumEncoding.js';
import type { StarId } from '../domain/star.js';
import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { EstimatedAbundances, EstimateInput } from '../science/abundances/estimator.js';
import type { NoisierViews, ReferenceSet } from '../science/abundances/referenceSet.js';
import type { EncodedLatents, EncodeInput, EncodeLimits } from '../science/latents/encodedLatents.js';
import type { ChiSquare, Evidence } from '../science/latents/metric/evidence.js';
import type { MetricParts } from '../science/latents/metric/twinMetric.js';
import type { EpochRecord } from '../science/models/method.js';
import type { Tuning } from '../science/models/tuning.js';
import type { SurveyStandard } from '../science/resampling/standardise.js';

/**
 * The only door to TensorFlow: child processes that train, encode and decode. They hold no database; spectra and model
 * artefacts are handed to them, and results come back. A child can be killed at any time; the pool starts another.
 */
export interface Compute {
  /**
   * Trains a model in a child of its own.
   * @throws TrainingError (too few spectra, constant u, divergence), InputError (method, preset)
   */
  train(request: TrainRequest, spectra: AsyncIterable<SpectrumBatch>, course: TrainCourse): Promise<TrainResult>;
  /**
   * Encodes normalised spectra on the model's grid. Rows are independent. A row that cannot be encoded comes back with the reason, never with a latent.
   * @param limits an archive's own are its settings `encode`
   * @throws GridError for another number of pixels, NotReadyError for a model of an older version, which can only decode; StarkinError BAD_SPECTRUM for stored bytes that are damaged
   */
  encode(model: ModelSource, batch: SpectrumBatch | StoredBatch, limits?: EncodeLimits): Promise<EncodedBatch>;
  /** Decodes latents to normalised flux at physical parameters, clamped to the training range. */
  decode(model: ModelSource, latents: Float32Array, parameters: Float64Array, rows: number): Promise<DecodedBatch>;
  /** Recasts by residual latents r̂: z follows its trend to the new parameters. Five times nearer to the truth than `decode` of z as it was. */
  decodeResidual(
    model: ModelSource,
    residual: Float32Array,
    parameters: Float64Array,
    rows: number,
  ): Promise<DecodedBatch>;
  /**
   * Spectra as they would be at other parameters (rows x 3), with all that the method can carry over of them: PolyDis their whole residual, as in the paper's
   * comparison of methods. `decodeResidual` needs no spectrum, and carries over the latent alone.
   */
  recast(model: ModelSource, batch: SpectrumBatch, to: Float64Array): Promise<DecodedBatch>;
  /**
   * A spectrum of any origin as the archive would have stored it: on the model's grid, at the survey's resolution, normalised.
   * @throws InputError naming the field of `spectrum` that cannot be used, SpectrumError for too few good pixels
   */
  standardise(model: ModelSource, spectrum: ObservedSpectrum, standard: SurveyStandard): Promise<Spectrum>;
  /**
   * The metric that the model would have if all spectra had the noise that the inverse variances of these state: fitted to twins of its own making from them. For
   * evaluations: an archive compares all its stars by one metric.
   * @param batch spectra of stars of different chemistry, in any order, with as little noise in their flux as can be had; some 2,000 give W to a few percent
   * @throws as `encode`, SpectrumError where none of them can be encoded
   */
  metricFor(model: ModelSource, batch: SpectrumBatch): Promise<NoiseMetric>;
  /**
   * How much the spectra of a star and of each candidate speak for one chemistry, whatever their parameters: log Bayes factors against two stars drawn from the
   * population, of each of several searches. NaN where there is no evidence of either, or none that can be used (an L that is not positive semidefinite). Waits for no encoding: comparisons have
   * children of their own, which keep the stars that they have met.
   * @param evidence of a candidate, asked for where it was not met; null where there is none
   * @throws NotReadyError for a model of an older version, which has no metric; InputError for evidence of another model
   */
  rank(
    model: ModelSource,
    searches: readonly Search[],
    evidence: (starId: StarId) => Promise<StarEvidence | null>,
  ): Promise<Float64Array[]>;
  /** How far a star is from each candidate in units of what is known of the distance; null where that cannot be told. @throws as `rank` */
  compare(model: ModelSource, own: StarEvidence, candidates: readonly StarEvidence[]): Promise<(ChiSquare | null)[]>;
  load(): ComputeLoad;
  /**
   * Trains an estimator of abundances in a child of its own.
   * @throws InputError for an unknown method
   */
  trainAbundances(
    training: AbundanceTraining,
    course: Pick<TrainCourse, 'report' | 'signal'>,
  ): Promise<TrainedEstimator>;
  /** Abundances of stars by an estimator, with their errors. Rows are independent. */
  estimateAbundances(estimator: ModelSource, stars: EstimateInput): Promise<EstimatedAbundances>;
  close(): Promise<void>;
}

/** What a stored latent says of its star: a LatentEstimate has it all but for [Fe/H], which counts only under models that remove it. */
export type StarEvidence = Evidence;

/**
 * Stars that are kept ready for comparison under one model, by all processes that compare together: some 2.2 kB each with 20 latents, and .2 kB in the one that asks them. A search of an archive of
 * 100,000 stars takes 2.3 ms of the database where its 300 stars are known, and 25 ms where all have to be asked for.
 */
export const KEPT_STARS = 120_000;

/** A star, and those that it is to be compared with. */
export interface Search {
  readonly own: StarEvidence;
  readonly candidates: readonly Candidate[];
}

/** Names the evidence of a star under a model: what has been met under a stamp is not asked for again. */
export interface Candidate {
  readonly starId: StarId;
  /** Any text. */
  readonly stamp: string;
}

export type { ChiSquare };
/** What of a metric depends on the noise that it was fitted for. */
export type NoiseMetric = Pick<MetricParts, 'scatter' | 'inconsistency' | 'widening'>;

export interface AbundanceTraining {
  readonly method: string;
  /** What the model removes, in its order. */
  readonly parameters: readonly ParameterName[];
  readonly reference: ReferenceSet;
  readonly seed: number;
  /** Share of the stars that is held out to calibrate the errors; absent: .3. */
  readonly calibration?: number;
}

export interface TrainedEstimator {
  /** The estimator in bytes; the same bytes load on any machine. */
  readonly artefact: Uint8Array;
  readonly figures: readonly SpeciesFigures[];
  readonly differential: DifferentialErrors;
}

export type { EstimatedAbundances, EstimateInput, NoisierViews, ReferenceSet };

/** Spectra on one grid. */
export type SpectrumBatch = EncodeInput;

/** The same as they are stored: the child decodes them, beside others, and is sent a seventh of the bytes. */
export interface StoredBatch extends Omit<SpectrumBatch, 'flux' | 'ivar'> {
  readonly spectra: readonly EncodedPixels[];
}

export interface TrainRequest {
  readonly method: string;
  readonly preset: string;
  readonly parameters: readonly ParameterName[];
  readonly grid: WavelengthGrid;
  readonly rows: number;
  readonly seed: number;
  /** Overrides of the preset's settings by name, such as { epochs: 60 }. */
  readonly settings: Readonly<Record<string, number | string | boolean | readonly number[]>>;
  /** Whether lambda is searched first, by short runs that need no labels; absent: no. */
  readonly tune?: boolean;
  /** The id of a model whose weights, representation and ranges of parameters it goes on from; `TrainCourse.former` has its bytes. Absent: it begins from nothing. */
  readonly from?: string;
  /** Whether the networks of that model stay as they are, and only what follows them is fitted; absent: they learn on. */
  readonly keepNetworks?: boolean;
  /** Threads over which a training step may be spread; absent: one a core. It changes the rounding of sums, and nothing else. */
  readonly threads?: number;
}

export interface TrainCourse {
  readonly report: Report;
  readonly signal: AbortSignal;
  /**
   * A folder for the spool and the checkpoint of this very run; survives a kill, so that `resume` finds it. The caller removes it once the model is
   * stored: until then everything that is needed to make it again is there.
   */
  readonly folder: string;
  readonly resume: boolean;
  /** The bytes of the model that the request goes on from. */
  readonly former?: () => Promise<Uint8Array>;
}

export interface TrainResult {
  /** The model in bytes; the same bytes load on any machine. */
  readonly artefact: Uint8Array;
  /** Everything that made it: method, preset, all settings, parameters and their ranges, seed, backend. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly metrics: Readonly<Record<string, number>>;
  readonly history: readonly EpochRecord[];
  /** How lambda was chosen, which `config` has too; null where it was not searched. */
  readonly tuning: Tuning | null;
}

/** A stored model: its bytes are loaded once per child, when first needed. */
export interface ModelSource {
  readonly id: string;
  load(): Promise<Uint8Array>;
  /** Gives up what is asked of the model: a call that waits is not begun, and one at work ends for the caller, with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** Calls to the children that answer: at work or being handed over, and waiting for a turn. */
export interface ComputeLoad {
  readonly working: number;
  readonly waiting: number;
}

/** What a model makes of a batch. */
export type EncodedBatch = EncodedLatents;

export interface DecodedBatch {
  /** rows x P; NaN in pixels that the model does not cover. */
  readonly flux: Float32Array;
  readonly extrapolated: Uint8Array;
}

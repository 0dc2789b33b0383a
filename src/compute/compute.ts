import type { ObservedSpectrum } from '../domain/observedSpectrum.js';
import type { ParameterName } from '../domain/parameters.js';
import type { Report } from '../domain/progress.js';
import type { Spectrum } from '../domain/spectrum.js';
import type { WavelengthGrid } from '../domain/wavelengthGrid.js';
import type { ChiSquare, Evidence } from '../science/latents/metric/evidence.js';
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
   * @throws GridError for another number of pixels, NotReadyError for a model of an older version, which can only decode
   */
  encode(model: ModelSource, batch: SpectrumBatch, limits?: EncodeLimits): Promise<EncodedBatch>;
  /** Decodes latents to normalised flux at physical parameters, clamped to the training range. */
  decode(model: ModelSource, latents: Float32Array, parameters: Float64Array, rows: number): Promise<DecodedBatch>;
  /**
   * Spectra as they would be at other parameters (rows x 3), with all that the method can carry over of them: PolyDis their whole residual, as in the paper's
   * comparison of methods. `decode` needs no spectrum, and carries over the latent alone.
   */
  recast(model: ModelSource, batch: SpectrumBatch, to: Float64Array): Promise<DecodedBatch>;
  /**
   * A spectrum of any origin as the archive would have stored it: on the model's grid, at the survey's resolution, normalised.
   * @throws InputError naming the field of `spectrum` that cannot be used, SpectrumError for too few good pixels
   */
  standardise(model: ModelSource, spectrum: ObservedSpectrum, standard: SurveyStandard): Promise<Spectrum>;
  /**
   * How much the spectra of a star and of each candidate speak for one chemistry, whatever their parameters: log Bayes factors against two stars drawn from the
   * population. Waits for no encoding: comparisons have a child of their own.
   * @throws NotReadyError for a model of an older version, which has no metric; InputError for evidence of another model
   */
  rank(model: ModelSource, own: StarEvidence, candidates: readonly StarEvidence[]): Promise<Float64Array>;
  /** How far a star is from each candidate in units of what is known of the distance. @throws as `rank` */
  compare(model: ModelSource, own: StarEvidence, candidates: readonly StarEvidence[]): Promise<ChiSquare[]>;
  close(): Promise<void>;
}

/** What a stored latent says of its star: a LatentEstimate has it all but for [Fe/H], which counts only under models that remove it. */
export type StarEvidence = Evidence;
export type { ChiSquare };

/** Row-major, on one grid of P pixels. */
export interface SpectrumBatch {
  readonly rows: number;
  /** rows x P, continuum-normalised. */
  readonly flux: Float32Array;
  /** rows x P; 0: says nothing. */
  readonly ivar: Float32Array;
  /** rows x 3 in the order teff, logg, feh (K, dex, dex); NaN where unknown. */
  readonly parameters: Float64Array;
  /** rows x 3, 1 sigma in the same units; 0 or NaN: exact. */
  readonly parameterErrors: Float64Array;
}

/** What a spectrum must have to be encoded. */
export interface EncodeLimits {
  /** Share of the pixels that the model covers which must be good. */
  readonly minimumGoodShare: number;
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
}

/**
 * What a model makes of spectra, row-major; n is the latent size, m the number of parameters that the model removes. A row without a latent has NaN everywhere.
 *
 * The residual latent r is in units of the training set's: r = K⁻¹ (z - z̄(u)) with S = K Kᵀ the covariance of z - z̄(u) there, so that its prior is N(0, I).
 * Hence the covariance of a star's r̂ about the truth is (L + I)⁻¹, and (L + I)⁻¹ L (L + I)⁻¹ that of r̂ over noise.
 */
export interface EncodedBatch {
  readonly latentSize: number;
  /** rows x n: z, what `decode` takes. */
  readonly latents: Float32Array;
  /** rows x n: what is searched by plain L2. */
  readonly searched: Float32Array;
  /** rows x n: r̂, the maximum a posteriori residual latent. */
  readonly residual: Float32Array;
  /** rows x n (n + 1) / 2: L, what the spectrum tells of r, u marginalised where it has errors; lower triangle by rows. */
  readonly information: Float32Array;
  /** rows x n: e = (L + I) r̂. */
  readonly informationVector: Float32Array;
  /** rows x m: the parameters fitted together with r, in the model's order (K, dex, dex); the catalogue's where it takes them as exact. */
  readonly refined: Float64Array;
  /** rows x m (m + 1) / 2: their covariance, lower triangle by rows; 0 where exact. */
  readonly refinedCovariance: Float64Array;
  /** 1 where u lies outside the training range and was clamped. */
  readonly extrapolated: Uint8Array;
  /** Why a row has no latent; null where it has one. */
  readonly reasons: readonly (string | null)[];
}

export interface DecodedBatch {
  /** rows x P; NaN in pixels that the model does not cover. */
  readonly flux: Float32Array;
  readonly extrapolated: Uint8Array;
}

import type { ObservedSpectrum } from '../domain/observedSpectrum.js';
import type { ProgressEvent } from '../domain/progress.js';
import type { Spectrum } from '../domain/spectrum.js';
import type { EstimatedAbundances, EstimateInput } from '../science/abundances/estimator.js';
import type { EncodeLimits } from '../science/latents/encodedLatents.js';
import type { Trial } from '../science/models/tuning.js';
import type { SurveyStandard } from '../science/resampling/standardise.js';
import type { RankInput } from './comparison.js';
import type {
  AbundanceTraining,
  ChiSquare,
  DecodedBatch,
  EncodedBatch,
  NoiseMetric,
  SpectrumBatch,
  StarEvidence,
  StoredBatch,
  TrainedEstimator,
  TrainRequest,
  TrainResult,
} from './compute.js';
import type { Fault } from './fault.js';

/** What the parent asks of a child, and what comes back. */
export interface Calls {
  /** Refuses a training request that cannot work before any spectrum is moved. */
  check: { input: { request: TrainRequest }; output: null };
  /** From the spool to the representation and the training samples, kept in the folder. */
  prepare: { input: { request: TrainRequest; folder: string }; output: null };
  /** From the training samples to the model. */
  train: { input: { request: TrainRequest; folder: string }; output: TrainResult };
  /** From the training samples to the figures of a short run with this lambda. */
  try: { input: { request: TrainRequest; folder: string; lambda: number }; output: Trial };
  load: { input: { model: string; artefact: Uint8Array }; output: null };
  encode: { input: { model: string; batch: SpectrumBatch | StoredBatch; limits: EncodeLimits }; output: EncodedBatch };
  decodeResidual: {
    input: { model: string; residual: Float32Array; parameters: Float64Array; rows: number };
    output: DecodedBatch;
  };
  decode: {
    input: { model: string; latents: Float32Array; parameters: Float64Array; rows: number };
    output: DecodedBatch;
  };
  metricFor: { input: { model: string; batch: SpectrumBatch }; output: NoiseMetric };
  loadMetric: { input: { model: string; artefact: Uint8Array }; output: null };
  rank: { input: { model: string } & RankInput; output: Float64Array };
  compare: {
    input: { model: string; own: StarEvidence; candidates: readonly StarEvidence[] };
    output: (ChiSquare | null)[];
  };
  trainAbundances: { input: { training: AbundanceTraining }; output: TrainedEstimator };
  loadAbundances: { input: { model: string; artefact: Uint8Array }; output: null };
  estimateAbundances: { input: { model: string; stars: EstimateInput }; output: EstimatedAbundances };
  recast: { input: { model: string; batch: SpectrumBatch; to: Float64Array }; output: DecodedBatch };
  standardise: { input: { model: string; spectrum: ObservedSpectrum; standard: SurveyStandard }; output: Spectrum };
}

export type CallName = keyof Calls;
export type Input<Name extends CallName> = Calls[Name]['input'];
export type Output<Name extends CallName> = Calls[Name]['output'];

export type Call = { [Name in CallName]: { kind: Name; id: number; input: Input<Name> } }[CallName];

/** To a child, which answers calls in their order. */
export type Message =
  | Call
  | { kind: 'unload'; model: string }
  /** Stop the call in hand as soon as its state is safe. */
  | { kind: 'abort' };

/** From a child. */
export type Reply =
  | { kind: 'result'; id: number; output: Output<CallName> }
  | { kind: 'fault'; id: number; fault: Fault }
  | { kind: 'progress'; id: number; event: ProgressEvent };

/** How a child is started: the one argument on its command line, as JSON. */
export interface ChildOptions {
  readonly backend: 'auto' | 'tensorflow' | 'wasm';
  /** Threads inside one TensorFlow operation; null: one per core. */
  readonly threads: number | null;
}

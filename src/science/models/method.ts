import type { z } from 'zod';
import type { ParameterName } from '../../domain/parameters.js';
import type { Report } from '../../domain/progress.js';
import type { Tensors } from '../artefact/tensors.js';
import type { Backend } from '../networks/backend.js';
import type { SampleSettings } from '../representation/sampleSettings.js';

/**
 * A disentangling method: how z is learnt from (x, u) so that it says nothing about u. `x` is whatever representation the preset's settings name.
 * One folder per method, one line in registry.ts; the contract tests loop over it.
 */
export interface Method<Settings extends SampleSettings = SampleSettings> {
  readonly name: string;
  /** One line for --help. */
  readonly description: string;
  readonly presets: Readonly<Record<string, Settings>>;
  /** What a preset is for a choice of parameters; absent: the same for all. */
  adapt?(preset: Settings, parameters: readonly ParameterName[]): Settings;
  /** What a setting may be: checks overrides, and settings read back from a stored model. */
  readonly schema: z.ZodType<Settings>;
  /**
   * @throws TrainingError (too few samples, a constant parameter, divergence, a checkpoint of another run)
   * @throws the signal's reason when it aborts; the state is handed to `course.checkpoint` first
   */
  train(backend: Backend, samples: Samples, settings: Settings, course: Course): Promise<Trained>;
  /** @throws FileError (BAD_FILE) when a tensor is missing or misshapen */
  load(backend: Backend, tensors: Tensors, settings: Settings): Disentangler;
  /**
   * Settings of a run that goes on from the weights of a trained model (`Course.startFrom`) on other spectra of its survey; absent where a method has no weights, and
   * is fitted anew.
   * @param former the model's own settings
   * @param fresh those that a run from nothing would have
   * @param rows training samples
   */
  warm?(former: Settings, fresh: Settings, rows: number): Settings;
  /** How its weight of disentanglement is searched; absent where it has none. */
  readonly tunable?: Tunable<Settings>;
}

/** A weight against reconstruction, lambda, that short runs can compare. */
export interface Tunable<Settings extends SampleSettings = SampleSettings> {
  lambda(settings: Settings): number;
  /** Settings of a short run on so many rows with this lambda. */
  trial(settings: Settings, lambda: number, rows: number): Settings;
}

/** Training samples. Their x is never held whole: 50,000 spectra of 7,728 pixels are 1.5 GB. */
export interface Samples {
  readonly rows: number;
  readonly width: number;
  /**
   * x of these rows, in their order; the same row is the same numbers every time.
   * @param into filled and returned where it is given; rows.length x width
   */
  gather(rows: Int32Array | readonly number[], into?: Float32Array): Promise<Float32Array>;
  /** rows x parameters: u scaled to [-1, 1] over the training range and clamped to ±1.2. */
  readonly u: Float32Array;
  readonly parameters: readonly ParameterName[];
  /** Standard deviation of the noise of x, one per column, in the units of x: that of a typical row. */
  readonly noise: Float32Array;
  /** Inverse variance of each row's own noise in units of that of `noise`: 1 for a typical row, 4 for one of twice its signal to noise. */
  readonly weight: Float32Array;
}

/** What accompanies a training run: its seed, its progress, its checkpoints and how it is stopped. */
export interface Course {
  readonly seed: number;
  readonly report: Report;
  readonly signal: AbortSignal;
  /** Threads over which a step may be spread beside TensorFlow's own; absent: 1. Another number changes the rounding of sums, and nothing else. */
  readonly threads?: number;
  /** Called at least every 60 s with all that is needed to go on; and, on resume, what was kept. */
  checkpoint(state: Checkpoint): Promise<void>;
  readonly resumeFrom: Checkpoint | null;
  /**
   * Tensors of a trained model to begin with, of the same method, architecture and columns of x; absent: weights are drawn from the seed. Optimiser and adversary
   * begin anew, since a model keeps neither.
   */
  readonly startFrom?: Tensors;
}

/** State of a run after `step` steps: weights, optimiser moments, generator state. */
export interface Checkpoint {
  readonly step: number;
  readonly tensors: Tensors;
  readonly history: readonly EpochRecord[];
}

/** One line of a training history; which figures it has is the method's choice. */
export type EpochRecord = Readonly<Record<string, number>>;

export interface Trained {
  readonly tensors: Tensors;
  readonly history: readonly EpochRecord[];
  /** Held-out figures at the end: reconstruction, leakage in bits and as R². */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A decoder about one point for each row: x(z + dz, u + du) is x + byLatentᵀ dz + byParameterᵀ du, to first order. */
export interface Linearisation {
  /** rows x width: decode(z, u). */
  readonly x: Float32Array;
  /** rows x latentSize x width: (row, k) is dx/dz_k. */
  readonly byLatent: Float32Array;
  /** rows x parameters x width: (row, i) is dx/du_i, u scaled as it is for `decode`; empty where it was not asked for. */
  readonly byParameter: Float32Array;
}

/** A trained method, ready for use. Rows are independent of each other; arrays are row-major. */
export interface Disentangler {
  readonly latentSize: number;
  /** @returns z, rows x latentSize */
  encode(x: Float32Array, u: Float32Array, rows: number): Float32Array;
  /** @returns x recast to u, rows x width */
  decode(z: Float32Array, u: Float32Array, rows: number): Float32Array;
  /**
   * @param byParameter whether derivatives in u are wanted, too
   * @returns `decode` with its first derivatives: what an iterative fit of z and u to a spectrum steps by
   */
  linearise(z: Float32Array, u: Float32Array, rows: number, byParameter: boolean): Linearisation;
  /**
   * x of the same stars at other parameters, where the method can carry over more of a spectrum than its z; where it is absent, the way is
   * decode(encode(x, u), to). For evaluations that have the spectrum: an archive keeps z alone.
   * @param u at which x was observed, and `to` that it is moved to
   * @returns rows x width
   */
  recast?(x: Float32Array, u: Float32Array, to: Float32Array, rows: number): Float32Array;
  dispose(): void;
}

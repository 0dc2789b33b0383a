import type { Report } from '../../domain/progress.js';
import type { Tensors } from '../artefact/tensors.js';
import type { Backend } from '../networks/backend.js';

/** Stars with known abundances, row-major; what is not known is NaN and is not learnt from. */
export interface AbundanceSamples {
  readonly rows: number;
  readonly width: number;
  /** rows x width, each of mean 0 and scatter 1 or about that. */
  readonly inputs: Float32Array;
  readonly elements: readonly string[];
  /** rows x elements, in units of each one's scatter about its mean. */
  readonly targets: Float32Array;
}

export interface AbundanceCourse {
  readonly seed: number;
  /** The training samples as another draw of noise shows them: learnt from beside them. */
  redrawn(draw: number): Float32Array;
  readonly report: Report;
  readonly signal: AbortSignal;
}

/** What an estimator makes of inputs, in units of the targets. */
export interface AbundanceOutput {
  /** rows x elements. */
  readonly values: Float32Array;
  /** rows x elements x width: by the inputs. */
  readonly jacobian: Float32Array;
}

/** A trained map from inputs to abundances. */
export interface AbundanceMap {
  apply(inputs: Float32Array, rows: number): AbundanceOutput;
  dispose(): void;
}

/** A way to estimate abundances: a folder beside this file and a line in registry.ts. */
export interface AbundanceMethod {
  readonly name: string;
  /**
   * @param validation stars that are not learnt from, to choose by
   * @returns what `load` makes a map of; the same samples and seed give the same
   */
  train(
    backend: Backend,
    samples: AbundanceSamples,
    validation: AbundanceSamples,
    course: AbundanceCourse,
  ): Promise<Tensors>;
  load(backend: Backend, tensors: Tensors, elements: readonly string[], width: number): AbundanceMap;
}

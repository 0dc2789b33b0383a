import type { Report } from '../../domain/progress.js';
import type { Tensors } from '../artefact/tensors.js';
import type { RowSource } from '../basis/rowSource.js';
import type { Samples } from '../models/method.js';
import type { Backend } from '../networks/backend.js';
import { expectTensor } from '../networks/expectTensor.js';
import { representations } from '../representation/registry.js';
import type { Representation } from '../representation/representation.js';
import { withNoise } from '../representation/trainingNoise.js';
import type { ModelPlan } from './modelDesign.js';
import { type ParameterRange, ParameterScaler } from './parameterScaler.js';
import { group, ungroup } from './tensorGroup.js';

/** Training spectra, read by slices, with the parameters of all of them. */
export interface TrainingSpectra extends RowSource {
  /** rows x 3: teff, logg, feh (K, dex, dex). */
  readonly parameters: Float64Array;
  /** rows x 3, 1 sigma in the same units; 0: exact. */
  readonly parameterErrors: Float64Array;
}

/** Takes x slice by slice, in the order of the rows, and keeps it where the method will gather it from. */
export type KeepRows = (x: Float32Array) => Promise<void>;

/** Spectra a slice: 35 MB of APOGEE flux and ivar. */
const SLICE = 512;

/** Everything before the networks but x itself: how spectra become x and parameters u, and the training set's u. */
export class Preparation {
  private constructor(
    readonly scaler: ParameterScaler,
    readonly representation: Representation,
    /** rows x parameters, scaled. */
    private readonly u: Float32Array,
  ) {}

  /**
   * Fits the scaler and the representation, and turns the spectra into x: two or more passes over them, a slice in memory at a time.
   * @throws TrainingError (constant parameter, too few spectra)
   */
  static async from(
    backend: Backend,
    plan: ModelPlan,
    spectra: TrainingSpectra,
    keep: KeepRows,
    report: Report,
    signal: AbortSignal,
  ): Promise<Preparation> {
    const { parameters, seed } = plan.design;
    const { representation: name, trainingNoise } = plan.settings;
    const scaler = ParameterScaler.fit(parameters, spectra.parameters, plan.scaling);
    const { u } = scaler.scale(spectra.parameters, spectra.rows);
    const source = withNoise(spectra, trainingNoise, seed);
    const representation = await representations[name].fit(backend, source, seed, report, signal);
    await representAll(backend, representation, source, keep, report, signal);
    representation.dispose();
    return new Preparation(scaler, representation, u);
  }

  /** The training samples, all but the way to their x. */
  get outline(): Omit<Samples, 'gather'> {
    const { parameters } = this.scaler;
    const { size: width, noise } = this.representation;
    return { rows: this.u.length / parameters.length, width, u: this.u, parameters, noise };
  }

  /** All but the scaler's ranges, which are few and go beside them. */
  toTensors(): Tensors {
    const { rows, parameters } = this.outline;
    return {
      ...group('representation', this.representation.toTensors()),
      u: { shape: [rows, parameters.length], values: this.u },
    };
  }

  /** @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, plan: ModelPlan, ranges: readonly ParameterRange[]): Preparation {
    const { parameters } = plan.design;
    const rows = (tensors.u?.values.length ?? 0) / parameters.length;
    const u = expectTensor(tensors, 'u', [rows, parameters.length], 'prepared training');
    return new Preparation(
      new ParameterScaler(parameters, ranges),
      representations[plan.settings.representation].fromTensors(ungroup('representation', tensors)),
      Float32Array.from(u.values),
    );
  }
}

async function representAll(
  backend: Backend,
  representation: Representation,
  spectra: RowSource,
  keep: KeepRows,
  report: Report,
  signal: AbortSignal,
): Promise<void> {
  const { rows } = spectra;
  for (let start = 0; start < rows; start += SLICE) {
    signal.throwIfAborted();
    const count = Math.min(SLICE, rows - start);
    const { flux, ivar } = await spectra.read(start, count);
    await keep(representation.represent(backend, flux, ivar, count));
    report({ stage: 'project', done: start + count, total: rows, unit: 'spectra' });
  }
}

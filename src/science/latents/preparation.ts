import type { Report } from '../../domain/progress.js';
import type { Tensors } from '../artefact/tensors.js';
import type { RowSource } from '../basis/rowSource.js';
import { triangleSize } from '../linearAlgebra/triangle.js';
import { dealtRows, heldOutRows } from '../models/heldOut.js';
import type { Samples } from '../models/method.js';
import { parametersOf } from '../models/sampleSlices.js';
import type { Backend } from '../networks/backend.js';
import { expectTensor } from '../networks/expectTensor.js';
import { representations } from '../representation/registry.js';
import type { Representation } from '../representation/representation.js';
import { RowNoise } from '../representation/rowNoise.js';
import { withNoise } from '../representation/trainingNoise.js';
import type { CalibrationStars } from './calibrationStars.js';
import type { Former } from './former.js';
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
    /** See Samples. */
    private readonly weight: Float32Array,
    private readonly calibration: Calibration,
  ) {}

  /**
   * Fits the scaler and the representation, and turns the spectra into x: two or more passes over them, a slice in memory at a time.
   * @param former a model to go on from, whose scaler and representation are taken instead
   * @throws TrainingError (constant parameter, too few spectra)
   */
  static async from(
    backend: Backend,
    plan: ModelPlan,
    spectra: TrainingSpectra,
    keep: KeepRows,
    report: Report,
    signal: AbortSignal,
    former: Pick<Former, 'representation' | 'ranges'> | null = null,
  ): Promise<Preparation> {
    const { parameters, seed } = plan.design;
    const { representation: name, trainingNoise } = plan.settings;
    const scaler = former
      ? new ParameterScaler(parameters, former.ranges)
      : ParameterScaler.fit(parameters, spectra.parameters, plan.scaling);
    const { u } = scaler.scale(spectra.parameters, spectra.rows);
    const source = withNoise(spectra, trainingNoise, seed);
    const fitted = former?.representation ?? (await representations[name].fit(backend, source, seed, report, signal));
    const representation = fitted.withContinuumError(plan.continuum, plan.design.grid);
    const rows = dealtRows(spectra.rows, seed).slice(0, calibrationStars(representation.size));
    const chosen = await representAll(backend, representation, source, rows, keep, report, signal);
    representation.dispose();
    const uErrors = scaler.scaleErrors(spectra.parameterErrors, spectra.rows);
    return new Preparation(scaler, representation, u, chosen.weight, { rows, noise: chosen.noise, uErrors });
  }

  /** The training samples, all but the way to their x. */
  get outline(): Omit<Samples, 'gather'> {
    const { parameters } = this.scaler;
    const { size: width, noise } = this.representation;
    return { rows: this.weight.length, width, u: this.u, parameters, noise, weight: this.weight };
  }

  /** @param samples of this preparation */
  async calibrationStars(samples: Samples): Promise<CalibrationStars> {
    const { rows, noise, uErrors } = this.calibration;
    const heldOut = Math.min(rows.length, heldOutRows(samples.rows));
    const n = samples.parameters.length;
    const picked = Float32Array.from(
      { length: rows.length * n },
      (_, i) => uErrors[rows[Math.floor(i / n)] * n + (i % n)],
    );
    return { rows, heldOut, x: await samples.gather(rows), noise, u: parametersOf(samples, rows), uErrors: picked };
  }

  /** All but the scaler's ranges, which are few and go beside them. */
  toTensors(): Tensors {
    const { rows, parameters } = this.outline;
    return {
      ...group('representation', this.representation.toTensors()),
      u: { shape: [rows, parameters.length], values: this.u },
      uErrors: { shape: [rows, parameters.length], values: this.calibration.uErrors },
      weight: { shape: [rows], values: this.weight },
      calibration: { shape: [this.calibration.rows.length], values: Float64Array.from(this.calibration.rows) },
      ...group('noise', this.calibration.noise.toTensors()),
    };
  }

  /** @throws FileError where a tensor is missing or misshapen */
  static fromTensors(tensors: Tensors, plan: ModelPlan, ranges: readonly ParameterRange[]): Preparation {
    const { parameters } = plan.design;
    const rows = tensors.weight?.values.length ?? 0;
    const [u, uErrors] = ['u', 'uErrors'].map((name) =>
      Float32Array.from(expectTensor(tensors, name, [rows, parameters.length], file).values),
    );
    const weight = Float32Array.from(expectTensor(tensors, 'weight', [rows], file).values);
    const representation = representations[plan.settings.representation].fromTensors(
      ungroup('representation', tensors),
    );
    const chosen = expectTensor(tensors, 'calibration', [tensors.calibration?.values.length ?? 0], file);
    return new Preparation(new ParameterScaler(parameters, ranges), representation, u, weight, {
      rows: Int32Array.from(chosen.values),
      noise: RowNoise.fromTensors(ungroup('noise', tensors), representation.size, file),
      uErrors,
    });
  }
}

const file = 'prepared training';

/** Which stars calibrate, and their errors. */
interface Calibration {
  readonly rows: Int32Array;
  readonly noise: RowNoise;
  /** Of all rows of the training set, x parameters, scaled. */
  readonly uErrors: Float32Array;
}

/** Stars that calibrate a model, at most; fewer where their covariances would take more than 100 MB. */
function calibrationStars(width: number): number {
  const [most, numbers] = [4096, 24e6];
  return Math.min(most, Math.floor(numbers / (width > 1000 ? width : triangleSize(width))));
}

/** @returns the noise of the chosen rows, in their order, and the weights of all */
async function representAll(
  backend: Backend,
  representation: Representation,
  spectra: RowSource,
  chosen: Int32Array,
  keep: KeepRows,
  report: Report,
  signal: AbortSignal,
): Promise<{ noise: RowNoise; weight: Float32Array }> {
  const { rows } = spectra;
  const noise = new Array<Float32Array>(chosen.length);
  const weight = new Float32Array(rows);
  const places = new Map(Array.from(chosen, (row, i) => [row, i]));
  for (let start = 0; start < rows; start += SLICE) {
    signal.throwIfAborted();
    const count = Math.min(SLICE, rows - start);
    const { flux, ivar } = await spectra.read(start, count);
    const measured = representation.measure(backend, flux, ivar, count);
    await keep(measured.x);
    for (let row = 0; row < count; row++) {
      weight[start + row] = weightOf(measured.noise, row, representation.noise);
      const place = places.get(start + row);
      if (place !== undefined) noise[place] = measured.noise.rows[row];
    }
    report({ stage: 'project', done: start + count, total: rows, unit: 'spectra' });
  }
  return { noise: new RowNoise(representation.size, noise), weight };
}

/** Inverse variance of a row's noise in units of the typical one, which is a variance by column: one over the mean ratio of the two. */
function weightOf(noise: RowNoise, row: number, typical: Float32Array): number {
  let [sum, count] = [0, 0];
  typical.forEach((sigma, k) => {
    const ratio = noise.variance(row, k) / sigma ** 2;
    if (!Number.isFinite(ratio)) return;
    sum += ratio;
    count++;
  });
  // A row that says nothing has no noise that could be drawn; it stays a typical one.
  return count > 0 ? count / sum : 1;
}

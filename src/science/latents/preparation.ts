import type { Report } from '../../domain/progress.js';
import type { Tensors } from '../artefact/tensors.js';
import { fitBasis, type RowSource, SpectralBasis } from '../basis/spectralBasis.js';
import { samplesInMemory } from '../models/memorySamples.js';
import type { Samples } from '../models/method.js';
import type { Backend } from '../networks/backend.js';
import type { ModelPlan } from './modelDesign.js';
import { type ParameterRange, ParameterScaler } from './parameterScaler.js';
import { group, ungroup } from './tensorGroup.js';

/** Training spectra, read by slices, with the parameters of all of them. */
export interface TrainingSpectra extends RowSource {
  /** rows x 3: teff, logg, feh (K, dex, dex). */
  readonly parameters: Float64Array;
}

/** Spectra a slice: 35 MB of APOGEE flux and ivar. */
const SLICE = 512;

/** Everything before the networks: how spectra become coefficients and parameters u, and the training set in that form. */
export class PreparedTraining {
  constructor(
    readonly scaler: ParameterScaler,
    readonly basis: SpectralBasis,
    readonly samples: Samples,
    private readonly coefficients: Float32Array,
  ) {}

  /**
   * Fits the scaler and the spectral basis, and projects the spectra onto it: two or more passes over them, a slice in memory at a time.
   * @throws TrainingError (constant parameter, too few spectra)
   */
  static async from(
    backend: Backend,
    plan: ModelPlan,
    spectra: TrainingSpectra,
    report: Report,
    signal: AbortSignal,
  ): Promise<PreparedTraining> {
    const { parameters, seed } = plan.design;
    const scaler = ParameterScaler.fit(parameters, spectra.parameters, plan.scaling);
    const { u } = scaler.scale(spectra.parameters, spectra.rows);
    const basis = await fitBasis(backend, spectra, { seed }, report, signal);
    const x = await project(backend, basis, spectra, report, signal);
    basis.dispose();
    const { size: width, noise } = basis;
    const samples = samplesInMemory(x, { rows: spectra.rows, width, u, parameters, noise });
    return new PreparedTraining(scaler, basis, samples, x);
  }

  /** All but the scaler's ranges, which are few and go beside them. */
  toTensors(): Tensors {
    const { rows, width, u, noise, parameters } = this.samples;
    return {
      ...group('basis', this.basis.toTensors()),
      ...group('samples', {
        x: { shape: [rows, width], values: this.coefficients },
        u: { shape: [rows, parameters.length], values: u },
        noise: { shape: [width], values: noise },
      }),
    };
  }

  static fromTensors(tensors: Tensors, plan: ModelPlan, ranges: readonly ParameterRange[]): PreparedTraining {
    const { parameters } = plan.design;
    const { u, noise, x: stored } = ungroup('samples', tensors);
    const [rows, width] = stored.shape;
    const x = Float32Array.from(stored.values);
    const samples = samplesInMemory(x, {
      rows,
      width,
      parameters,
      u: Float32Array.from(u.values),
      noise: Float32Array.from(noise.values),
    });
    return new PreparedTraining(
      new ParameterScaler(parameters, ranges),
      SpectralBasis.fromTensors(ungroup('basis', tensors)),
      samples,
      x,
    );
  }
}

/** @returns rows x K */
async function project(
  backend: Backend,
  basis: SpectralBasis,
  spectra: TrainingSpectra,
  report: Report,
  signal: AbortSignal,
): Promise<Float32Array> {
  const { rows } = spectra;
  const x = new Float32Array(rows * basis.size);
  for (let start = 0; start < rows; start += SLICE) {
    signal.throwIfAborted();
    const count = Math.min(SLICE, rows - start);
    const { flux, ivar } = await spectra.read(start, count);
    x.set(basis.represent(backend, flux, ivar, count), start * basis.size);
    report({ stage: 'project', done: start + count, total: rows, unit: 'spectra' });
  }
  return x;
}

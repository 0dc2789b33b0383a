import { GridError, InputError, SpectrumError } from '../../domain/errors.js';
import { describeGrid, type WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { readArtefact, writeArtefact } from '../artefact/artefact.js';
import type { Tensors } from '../artefact/tensors.js';
import { encodeSamples } from '../models/heldOut.js';
import type { Course, Disentangler, EpochRecord, Samples } from '../models/method.js';
import type { Backend } from '../networks/backend.js';
import { representations } from '../representation/registry.js';
import type { Representation } from '../representation/representation.js';
import { artefactFault, type ModelDescription, methodOf, readDescription } from './modelDescription.js';
import type { ModelPlan } from './modelDesign.js';
import { ParameterScaler } from './parameterScaler.js';
import type { Preparation } from './preparation.js';
import { LatentResidual } from './residual.js';
import { group, ungroup } from './tensorGroup.js';

/** Rows a step through the model: bounds the memory of a large batch. */
const SLICE = 256;
/** Rises whenever an older reader would misread the artefact. */
const FORMAT = 'starkin-model-1';

/** Spectra on the model's grid; `parameters` is rows x 3 (teff, logg, feh in K, dex, dex; NaN where unknown). Row-major. */
export interface EncodeInput {
  readonly rows: number;
  readonly flux: Float32Array;
  readonly ivar: Float32Array;
  readonly parameters: Float64Array;
}

/** The whole chain from a normalised spectrum to its latent and back: grid, scaler of u, representation, disentangler, residual. */
export class LatentModel {
  private constructor(
    private readonly backend: Backend,
    readonly description: ModelDescription,
    readonly grid: WavelengthGrid,
    private readonly representation: Representation,
    /** The disentangler's numbers as they were trained: what the artefact keeps. */
    private readonly networks: Tensors,
    private readonly disentangler: Disentangler,
    private readonly residual: LatentResidual,
  ) {
    this.#scaler = new ParameterScaler(description.parameters, description.ranges);
  }

  readonly #scaler: ParameterScaler;

  /**
   * Trains the disentangler, then fits the regression that takes the rest of u off its latents.
   * @throws TrainingError, and what the course's signal aborts with
   */
  static async train(
    backend: Backend,
    plan: ModelPlan,
    { scaler, representation }: Preparation,
    samples: Samples,
    course: Course,
  ): Promise<{ model: LatentModel; history: readonly EpochRecord[] }> {
    const { design, method, settings } = plan;
    const { tensors, history, metrics } = await method.train(backend, samples, settings, course);
    const disentangler = method.load(backend, tensors, settings);
    const z = await encodeSamples(disentangler, samples);
    const residual = LatentResidual.fit(z, samples.u, samples.rows, design.parameters.length);
    const description: ModelDescription = {
      method: design.method,
      preset: design.preset,
      settings: { ...settings },
      scaling: plan.scaling,
      parameters: [...design.parameters],
      ranges: scaler.ranges.map(({ min, max, limit }) => ({ min, max, limit })),
      chips: design.grid.chips.map(({ start, end }) => ({ start, end })),
      components: representation.size,
      spectra: samples.rows,
      seed: design.seed,
      backend: backend.name,
      device: backend.device,
      metrics: { ...metrics, trendShare: residual.trendShare(z) },
    };
    return {
      model: new LatentModel(backend, description, design.grid, representation, tensors, disentangler, residual),
      history,
    };
  }

  /** The same bytes load on any machine and backend. @throws FileError where they are not a model of this project */
  static fromArtefact(backend: Backend, bytes: Uint8Array): LatentModel {
    const { tensors, metadata } = readArtefact(bytes);
    if (metadata.format !== FORMAT) throw artefactFault('metadata, format', FORMAT, metadata.format ?? 'nothing');
    const description = readDescription(metadata.model ?? '');
    const wavelength = tensors['grid.wavelength']?.values;
    if (!(wavelength instanceof Float64Array))
      throw artefactFault('grid.wavelength', 'wavelengths in 64-bit floats', 'none');
    const grid = { wavelength, chips: description.chips };
    const { method, settings } = methodOf(description);
    const representation = representations[settings.representation].fromTensors(
      ungroup(settings.representation, tensors),
    );
    const residual = LatentResidual.fromTensors(ungroup('residual', tensors), description.parameters.length);
    const networks = ungroup('networks', tensors);
    const disentangler = method.load(backend, networks, settings);
    const model = new LatentModel(backend, description, grid, representation, networks, disentangler, residual);
    try {
      model.requireAgreement();
    } catch (error) {
      model.dispose();
      throw error;
    }
    return model;
  }

  toArtefact(): Uint8Array {
    const tensors: Tensors = {
      'grid.wavelength': { shape: [this.grid.wavelength.length], values: this.grid.wavelength },
      ...group(methodOf(this.description).settings.representation, this.representation.toTensors()),
      ...group('networks', this.networks),
      ...group('residual', this.residual.toTensors()),
    };
    return writeArtefact(tensors, { format: FORMAT, model: JSON.stringify(this.description) });
  }

  /** Spectra on the model's grid, each with a good pixel: one without would be represented as the mean star, with a latent that says nothing of its own. */
  private requireSpectra(flux: Float32Array, ivar: Float32Array, rows: number): void {
    const pixels = this.grid.wavelength.length;
    if (flux.length !== rows * pixels || ivar.length !== rows * pixels)
      throw new GridError(
        `a batch of ${rows} spectra`,
        describeGrid(this.grid),
        `${flux.length / rows} pixels of flux, ${ivar.length / rows} of ivar`,
      );
    for (let row = 0; row < rows; row++)
      if (!ivar.subarray(row * pixels, (row + 1) * pixels).some((weight) => weight > 0))
        throw new SpectrumError(`spectrum ${row} of the batch`, 'pixels with a positive ivar', 'none');
  }

  /** That the parts of an artefact belong together: each was only checked in itself. */
  private requireAgreement(): void {
    const { parameters, ranges } = this.description;
    if (ranges.length !== parameters.length)
      throw artefactFault('metadata, model.ranges', `${parameters.length} ranges`, `${ranges.length}`);
    if (this.representation.pixels !== this.grid.wavelength.length)
      throw artefactFault(
        'grid.wavelength',
        `${this.representation.pixels} pixels, as in the representation`,
        `${this.grid.wavelength.length}`,
      );
    if (this.residual.latentSize !== this.latentSize)
      throw artefactFault(
        'residual.trend',
        `${this.latentSize} latents, as in the networks`,
        `${this.residual.latentSize}`,
      );
  }

  get latentSize(): number {
    return this.disentangler.latentSize;
  }

  /**
   * @returns latents z and the searched vectors (r = z - z̄(u), whitened), rows x latentSize, and which rows lie outside the training range of u
   * @throws GridError for another number of pixels, InputError for an unknown parameter, SpectrumError for a row without a good pixel
   */
  encode({ rows, flux, ivar, parameters }: EncodeInput) {
    const pixels = this.grid.wavelength.length;
    this.requireSpectra(flux, ivar, rows);
    const { u, extrapolated } = this.#scaler.scale(parameters, rows);
    const n = this.latentSize;
    const m = this.#scaler.parameters.length;
    const latents = new Float32Array(rows * n);
    for (let start = 0; start < rows; start += SLICE) {
      const end = Math.min(start + SLICE, rows);
      const part = (values: Float32Array, width: number) => values.subarray(start * width, end * width);
      const x = this.representation.represent(this.backend, part(flux, pixels), part(ivar, pixels), end - start);
      latents.set(this.disentangler.encode(x, part(u, m), end - start), start * n);
    }
    const residual = this.residual.whiten(this.residual.subtract(latents, u));
    return {
      latentSize: n,
      latents,
      searched: residual,
      residual,
      information: new Float32Array((rows * n * (n + 1)) / 2),
      informationVector: residual,
      refined: this.#scaler.select(parameters, rows),
      refinedCovariance: new Float64Array((rows * m * (m + 1)) / 2),
      extrapolated,
      reasons: new Array<string | null>(rows).fill(null),
    };
  }

  /**
   * @param latents z, rows x latentSize
   * @param parameters rows x 3: what to recast to
   * @returns normalised flux, rows x P, NaN in pixels that the model does not cover
   * @throws InputError for latents of another size, or an unknown parameter
   */
  decode(latents: Float32Array, parameters: Float64Array, rows: number) {
    if (latents.length !== rows * this.latentSize)
      throw new InputError('latents', `${rows} x ${this.latentSize} numbers`, latents.length);
    const { u, extrapolated } = this.#scaler.scale(parameters, rows);
    const pixels = this.grid.wavelength.length;
    const perRow = this.#scaler.parameters.length;
    const flux = new Float32Array(rows * pixels);
    for (let start = 0; start < rows; start += SLICE) {
      const end = Math.min(start + SLICE, rows);
      const z = latents.subarray(start * this.latentSize, end * this.latentSize);
      const x = this.disentangler.decode(z, u.subarray(start * perRow, end * perRow), end - start);
      flux.set(this.representation.reconstruct(this.backend, x, end - start), start * pixels);
    }
    return { flux, extrapolated };
  }

  /**
   * Spectra as they would be at other parameters, with all that the method can carry over of them: PolyDis their whole residual, the others what goes through z.
   * @param to rows x 3
   * @returns as `decode`
   * @throws as `encode`
   */
  recast({ rows, flux, ivar, parameters }: EncodeInput, to: Float64Array) {
    const { representation, disentangler, backend } = this;
    if (!disentangler.recast) return this.decode(this.encode({ rows, flux, ivar, parameters }).latents, to, rows);
    this.requireSpectra(flux, ivar, rows);
    const target = this.#scaler.scale(to, rows);
    const x = representation.represent(backend, flux, ivar, rows);
    const moved = disentangler.recast(x, this.#scaler.scale(parameters, rows).u, target.u, rows);
    return { flux: representation.reconstruct(backend, moved, rows), extrapolated: target.extrapolated };
  }

  /** Frees what the model holds in the backend. */
  dispose(): void {
    this.representation.dispose();
    this.disentangler.dispose();
  }
}

import { GridError, InputError, NotReadyError, SpectrumError } from '../../domain/errors.js';
import { describeGrid, type WavelengthGrid } from '../../domain/wavelengthGrid.js';
import type { Course } from '../models/method.js';
import type { Backend } from '../networks/backend.js';
import { defaultEncodeLimits, type EncodedLatents, type EncodeInput, type EncodeLimits } from './encodedLatents.js';
import { EncodedRows, pickSpectra } from './encodedRows.js';
import type { MapInput } from './map/estimate.js';
import { MapEstimator } from './map/mapEstimator.js';
import { joinInputs } from './metric/mapInputs.js';
import { fitMetric } from './metric/metricFit.js';
import type { MetricParts, TwinMetric } from './metric/twinMetric.js';
import { readModel, writeModel } from './modelArtefact.js';
import type { ModelDescription } from './modelDescription.js';
import type { ModelParts } from './modelParts.js';
import { ParameterScaler } from './parameterScaler.js';

/** Rows a step through the model: bounds the memory of a large batch. */
const SLICE = 256;

/** The whole chain from a normalised spectrum to its latent and back: grid, scaler of u, representation, disentangler, residual. */
export class LatentModel {
  readonly description: ModelDescription;
  readonly grid: WavelengthGrid;
  readonly metric: TwinMetric | null;
  /** From x with its noise to latents; null in a model that an older version trained. */
  readonly estimator: MapEstimator | null;
  readonly #scaler: ParameterScaler;

  constructor(
    private readonly backend: Backend,
    private readonly parts: ModelParts,
  ) {
    const { description, grid, metric, misfit, disentangler, residual } = parts;
    this.description = description;
    this.grid = grid;
    this.metric = metric;
    this.#scaler = new ParameterScaler(description.parameters, description.ranges);
    const limits = description.ranges.map(({ limit }) => limit);
    this.estimator = misfit && new MapEstimator(backend, disentangler, residual, misfit, limits);
  }

  /** The same bytes load on any machine and backend. @throws FileError where they are not a model of this project */
  static fromArtefact(backend: Backend, bytes: Uint8Array): LatentModel {
    return new LatentModel(backend, readModel(backend, bytes));
  }

  toArtefact(): Uint8Array {
    return writeModel(this.parts);
  }

  get latentSize(): number {
    return this.parts.disentangler.latentSize;
  }

  /**
   * The maximum a posteriori latents of spectra; of those that cannot have any, the reason.
   * @throws GridError for another number of pixels, NotReadyError where an older version trained the model
   */
  encode(input: EncodeInput, limits: EncodeLimits = defaultEncodeLimits): EncodedLatents {
    const { estimator, metric } = this.requireEstimator();
    this.requireGrid(input.flux, input.ivar, input.rows);
    const encoded = new EncodedRows(this.latentSize, this.#scaler, input);
    const usable = encoded.refuseUnusable(input, limits, this.parts.representation);
    for (let start = 0; start < usable.length; start += SLICE) {
      const rows = usable.subarray(start, start + SLICE);
      const spectra = pickSpectra(input, rows);
      const { measured, extrapolated } = this.measure(spectra);
      const estimate = estimator.estimate(measured);
      encoded.keep(rows, estimate, metric.whiten(estimate.residual), extrapolated, spectra.parameters);
    }
    return encoded.result;
  }

  /**
   * The metric that twins made of these spectra give, as at the end of a training but at the noise that their inverse variances state: with one W for all noise, some of
   * the recovery at another is lost.
   * @param input spectra of stars of different chemistry with known parameters, in any order; the less noise is in their flux, the better
   * @throws as `encode`; SpectrumError where none of them can be used
   */
  async metricFor(input: EncodeInput, course: Pick<Course, 'report' | 'signal'>): Promise<MetricParts> {
    const { estimator, metric } = this.requireEstimator();
    this.requireGrid(input.flux, input.ivar, input.rows);
    const rows = new EncodedRows(this.latentSize, this.#scaler, input).refuseUnusable(
      input,
      defaultEncodeLimits,
      this.parts.representation,
    );
    if (rows.length < 2)
      throw new SpectrumError('spectra to fit a metric on', 'several with a latent', `${rows.length}`);
    const parts: MapInput[] = [];
    for (let start = 0; start < rows.length; start += SLICE)
      parts.push(this.measure(pickSpectra(input, rows.subarray(start, start + SLICE))).measured);
    const { ranges, seed } = this.description;
    const limits = ranges.map(({ limit }) => limit);
    const { disentangler, residual } = this.parts;
    const design = { disentangler, residual, estimator, limits, population: metric.parts.population, seed };
    const fit = await fitMetric(design, joinInputs(parts), course.report, course.signal);
    return fit.metric.parts;
  }

  /** @throws GridError unless these are so many spectra of as many pixels as the model's grid */
  private requireGrid(flux: Float32Array, ivar: Float32Array, rows: number): void {
    const pixels = this.grid.wavelength.length;
    if (flux.length !== rows * pixels || ivar.length !== rows * pixels)
      throw new GridError(
        `a batch of ${rows} spectra`,
        describeGrid(this.grid),
        `${flux.length / rows} pixels of flux, ${ivar.length / rows} of ivar`,
      );
  }

  private measure({ rows, flux, ivar, parameters, parameterErrors }: EncodeInput) {
    const { u, extrapolated } = this.#scaler.scale(parameters, rows);
    const uErrors = this.#scaler.scaleErrors(parameterErrors, rows);
    const { x, noise } = this.parts.representation.measure(this.backend, flux, ivar, rows);
    const measured: MapInput = { rows, x, noise, u, uErrors };
    return { measured, extrapolated };
  }

  /** @throws NotReadyError where an older version trained the model */
  private requireEstimator(): { estimator: MapEstimator; metric: TwinMetric } {
    const { estimator, metric } = this;
    if (estimator && metric) return { estimator, metric };
    throw new NotReadyError(
      'the model was trained by an older version, which kept no error of its decoder: it recasts, but encodes no further spectra',
      'npx starkin train again, with the same options',
    );
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
      const x = this.parts.disentangler.decode(z, u.subarray(start * perRow, end * perRow), end - start);
      flux.set(this.parts.representation.reconstruct(this.backend, x, end - start), start * pixels);
    }
    return { flux, extrapolated };
  }

  /**
   * Recasts by residual latents: z follows its trend to the new u, z̄(u) + K r, since no adversary keeps u out of it altogether. On 500 validation pairs without noise
   * the mean square against the twin was 2.8e-6, where z itself, carried over, gave 13.6e-6.
   * @param residual r̂, rows x latentSize
   * @returns, and throws, as `decode`
   */
  decodeResidual(residual: Float32Array, parameters: Float64Array, rows: number) {
    if (residual.length !== rows * this.latentSize)
      throw new InputError('residual', `${rows} x ${this.latentSize} numbers`, residual.length);
    const { u } = this.#scaler.scale(parameters, rows);
    return this.decode(this.parts.residual.restore(Float64Array.from(residual), u), parameters, rows);
  }

  /**
   * Spectra as they would be at other parameters, with all that the method can carry over of them: PolyDis their whole residual, the others what goes through r.
   * @param to rows x 3
   * @returns as `decode`
   * @throws as `encode`
   */
  recast(input: EncodeInput, to: Float64Array) {
    const { backend } = this;
    const { representation, disentangler } = this.parts;
    const { rows, flux, ivar, parameters } = input;
    if (!disentangler.recast) {
      const { residual, reasons } = this.encode(input);
      const row = reasons.findIndex((reason) => reason !== null);
      if (row >= 0) throw new SpectrumError(`spectrum ${row} of the batch`, 'one with a latent', String(reasons[row]));
      return this.decodeResidual(residual, to, rows);
    }
    this.requireGrid(flux, ivar, rows);
    const target = this.#scaler.scale(to, rows);
    const x = representation.represent(backend, flux, ivar, rows);
    const moved = disentangler.recast(x, this.#scaler.scale(parameters, rows).u, target.u, rows);
    return { flux: representation.reconstruct(backend, moved, rows), extrapolated: target.extrapolated };
  }

  /** Frees what the model holds in the backend. */
  dispose(): void {
    this.parts.representation.dispose();
    this.parts.disentangler.dispose();
  }
}

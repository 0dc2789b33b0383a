import { GridError, InputError, NotReadyError, SpectrumError } from '../../domain/errors.js';
import { describeGrid, type WavelengthGrid } from '../../domain/wavelengthGrid.js';
import { readArtefact, writeArtefact } from '../artefact/artefact.js';
import type { Tensors } from '../artefact/tensors.js';
import { encodeSamples } from '../models/heldOut.js';
import type { Course, Disentangler, EpochRecord, Samples, Trained } from '../models/method.js';
import type { Backend } from '../networks/backend.js';
import { representations } from '../representation/registry.js';
import type { Representation } from '../representation/representation.js';
import { defaultEncodeLimits, type EncodedLatents, type EncodeInput, type EncodeLimits } from './encodedLatents.js';
import { EncodedRows, pickSpectra } from './encodedRows.js';
import type { MapInput } from './map/estimate.js';
import { MapEstimator } from './map/mapEstimator.js';
import { Misfit } from './map/misfit.js';
import { fitMisfit } from './map/misfitFit.js';
import { fehPopulation, metricStars } from './metric/calibration.js';
import { joinInputs } from './metric/mapInputs.js';
import { fitMetric } from './metric/metricFit.js';
import { type MetricParts, TwinMetric } from './metric/twinMetric.js';
import { artefactFault, type ModelDescription, methodOf, readDescription } from './modelDescription.js';
import type { ModelPlan } from './modelDesign.js';
import { ParameterScaler } from './parameterScaler.js';
import type { Preparation } from './preparation.js';
import { LatentResidual } from './residual.js';
import { group, ungroup } from './tensorGroup.js';

/** Rows a step through the model: bounds the memory of a large batch. */
const SLICE = 256;
/** Rises whenever an older reader would misread the artefact. */
const FORMAT = 'starkin-model-2';
/** Without what a maximum a posteriori estimate needs: such models decode, but encode no more. */
const OLDER_FORMAT = 'starkin-model-1';

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
    /** Null in a model that an older version trained. */
    private readonly misfit: Misfit | null,
    /** Null likewise. */
    readonly metric: TwinMetric | null,
  ) {
    this.#scaler = new ParameterScaler(description.parameters, description.ranges);
    const limits = description.ranges.map(({ limit }) => limit);
    this.estimator = misfit && new MapEstimator(backend, disentangler, residual, misfit, limits);
  }

  readonly #scaler: ParameterScaler;
  /** From x with its noise to latents; null in a model that an older version trained. */
  readonly estimator: MapEstimator | null;

  /**
   * Trains the disentangler, then fits to it what turns its latents into estimates: see `fromNetworks`.
   * @throws TrainingError, and what the course's signal aborts with
   */
  static async train(
    backend: Backend,
    plan: ModelPlan,
    preparation: Preparation,
    samples: Samples,
    course: Course,
  ): Promise<{ model: LatentModel; history: readonly EpochRecord[] }> {
    const trained = await plan.method.train(backend, samples, plan.settings, course);
    return {
      model: await LatentModel.fromNetworks(backend, plan, preparation, samples, trained, course),
      history: trained.history,
    };
  }

  /**
   * A model of trained networks: the regression that takes the rest of u off its latents, fitted on the training set; the decoder's own errors, on held-out
   * stars; and the metric of its latents, on model twins.
   * @throws TrainingError when the latents do not vary, and what the course's signal aborts with
   */
  static async fromNetworks(
    backend: Backend,
    plan: ModelPlan,
    preparation: Preparation,
    samples: Samples,
    { tensors, metrics }: Pick<Trained, 'tensors' | 'metrics'>,
    course: Pick<Course, 'report' | 'signal'>,
  ): Promise<LatentModel> {
    const { design, method, settings } = plan;
    const { scaler, representation } = preparation;
    const disentangler = method.load(backend, tensors, settings);
    const z = await encodeSamples(disentangler, samples);
    const residual = LatentResidual.fit(z, samples.u, samples.rows, design.parameters.length);
    const ranges = scaler.ranges.map(({ min, max, limit }) => ({ min, max, limit }));
    const limits = ranges.map(({ limit }) => limit);
    const stars = await preparation.calibrationStars(samples);
    const misfit = fitMisfit(backend, disentangler, residual, limits, stars);
    const { metric, figures } = await fitMetric(
      {
        disentangler,
        residual,
        estimator: new MapEstimator(backend, disentangler, residual, misfit, limits),
        limits,
        population: fehPopulation(scaler, samples.u),
        seed: design.seed,
      },
      metricStars(stars),
      course.report,
      course.signal,
    );
    const description: ModelDescription = {
      method: design.method,
      preset: design.preset,
      settings: { ...settings },
      scaling: plan.scaling,
      parameters: [...design.parameters],
      ranges,
      chips: design.grid.chips.map(({ start, end }) => ({ start, end })),
      components: representation.size,
      spectra: samples.rows,
      seed: design.seed,
      backend: backend.name,
      device: backend.device,
      metrics: { ...metrics, trendShare: residual.trendShare(z), ...figures },
    };
    const { grid } = design;
    return new LatentModel(backend, description, grid, representation, tensors, disentangler, residual, misfit, metric);
  }

  /** The same bytes load on any machine and backend. @throws FileError where they are not a model of this project */
  static fromArtefact(backend: Backend, bytes: Uint8Array): LatentModel {
    const { tensors, metadata } = readArtefact(bytes);
    const older = metadata.format === OLDER_FORMAT;
    if (metadata.format !== FORMAT && !older)
      throw artefactFault('metadata, format', FORMAT, metadata.format ?? 'nothing');
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
    const misfit = older ? null : Misfit.fromTensors(ungroup('misfit', tensors), representation.size);
    const metric = older ? null : TwinMetric.fromTensors(ungroup('metric', tensors), residual.latentSize);
    const model = new LatentModel(
      backend,
      description,
      grid,
      representation,
      networks,
      disentangler,
      residual,
      misfit,
      metric,
    );
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
      ...(this.misfit && group('misfit', this.misfit.toTensors())),
      ...(this.metric && group('metric', this.metric.toTensors())),
    };
    return writeArtefact(tensors, {
      format: this.misfit ? FORMAT : OLDER_FORMAT,
      model: JSON.stringify(this.description),
    });
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
   * The maximum a posteriori latents of spectra; of those that cannot have any, the reason.
   * @throws GridError for another number of pixels, NotReadyError where an older version trained the model
   */
  encode(input: EncodeInput, limits: EncodeLimits = defaultEncodeLimits): EncodedLatents {
    const { estimator, metric } = this.requireEstimator();
    this.requireGrid(input.flux, input.ivar, input.rows);
    const encoded = new EncodedRows(this.latentSize, this.#scaler, input);
    const usable = encoded.refuseUnusable(input, limits, this.representation);
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
      this.representation,
    );
    if (rows.length < 2)
      throw new SpectrumError('spectra to fit a metric on', 'several with a latent', `${rows.length}`);
    const parts: MapInput[] = [];
    for (let start = 0; start < rows.length; start += SLICE)
      parts.push(this.measure(pickSpectra(input, rows.subarray(start, start + SLICE))).measured);
    const { ranges, seed } = this.description;
    const limits = ranges.map(({ limit }) => limit);
    const { disentangler, residual } = this;
    const design = { disentangler, residual, estimator, limits, population: metric.parts.population, seed };
    const fit = await fitMetric(design, joinInputs(parts), course.report, course.signal);
    return fit.metric.parts;
  }

  private measure({ rows, flux, ivar, parameters, parameterErrors }: EncodeInput) {
    const { u, extrapolated } = this.#scaler.scale(parameters, rows);
    const uErrors = this.#scaler.scaleErrors(parameterErrors, rows);
    const { x, noise } = this.representation.measure(this.backend, flux, ivar, rows);
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
      const x = this.disentangler.decode(z, u.subarray(start * perRow, end * perRow), end - start);
      flux.set(this.representation.reconstruct(this.backend, x, end - start), start * pixels);
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
    return this.decode(this.residual.restore(Float64Array.from(residual), u), parameters, rows);
  }

  /**
   * Spectra as they would be at other parameters, with all that the method can carry over of them: PolyDis their whole residual, the others what goes through r.
   * @param to rows x 3
   * @returns as `decode`
   * @throws as `encode`
   */
  recast(input: EncodeInput, to: Float64Array) {
    const { representation, disentangler, backend } = this;
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
    this.representation.dispose();
    this.disentangler.dispose();
  }
}

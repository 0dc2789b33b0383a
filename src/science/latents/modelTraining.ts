import type { Tensors } from '../artefact/tensors.js';
import { encodeSamples, heldOutFigures, splitSamples } from '../models/heldOut.js';
import type { Course, EpochRecord, Samples, Trained } from '../models/method.js';
import type { Backend } from '../networks/backend.js';
import { LatentModel } from './latentModel.js';
import { MapEstimator } from './map/mapEstimator.js';
import { fitMisfit } from './map/misfitFit.js';
import { fehPopulation, metricStars } from './metric/calibration.js';
import { fitMetric } from './metric/metricFit.js';
import type { ModelDescription } from './modelDescription.js';
import type { ModelPlan } from './modelDesign.js';
import type { Preparation } from './preparation.js';
import { LatentResidual } from './residual.js';

/**
 * Trains the disentangler, then fits to it what turns its latents into estimates.
 * @throws TrainingError, also when the latents do not vary, and what the course's signal aborts with
 */
export async function trainModel(
  backend: Backend,
  plan: ModelPlan,
  preparation: Preparation,
  samples: Samples,
  course: Course,
): Promise<{ model: LatentModel; history: readonly EpochRecord[] }> {
  const trained = await plan.method.train(backend, samples, plan.settings, course);
  return { model: await complete(backend, plan, preparation, samples, trained, course), history: trained.history };
}

/**
 * A model of networks that were trained before: all but them is fitted anew.
 * @param networks of the plan's method and settings, on the preparation's x and u
 * @throws as `trainModel`
 */
export async function completeModel(
  backend: Backend,
  plan: ModelPlan,
  preparation: Preparation,
  samples: Samples,
  networks: Tensors,
  course: Pick<Course, 'seed' | 'report' | 'signal'>,
): Promise<LatentModel> {
  const disentangler = plan.method.load(backend, networks, plan.settings);
  const metrics = await heldOutFigures(disentangler, samples, await splitSamples(samples, course.seed, 1));
  disentangler.dispose();
  return complete(backend, plan, preparation, samples, { tensors: networks, metrics }, course);
}

/**
 * A model of trained networks: the regression that takes the rest of u off its latents, fitted on the training set; the decoder's own errors, on held-out
 * stars; and the metric of its latents, on model twins.
 */
async function complete(
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
    ...(plan.continuum && { continuumError: plan.continuum.rms, continuumOrder: plan.continuum.order }),
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
  const parts = { description, grid, representation, networks: tensors, disentangler, residual, misfit, metric };
  return new LatentModel(backend, parts);
}

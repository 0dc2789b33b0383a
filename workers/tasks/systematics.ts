import { createHash } from 'node:crypto';
import { abundanceMethods } from '../../src/domain/abundance.js';
import { NotReadyError } from '../../src/domain/errors.js';
import type { ParameterName } from '../../src/domain/parameters.js';
import type { Systematics } from '../../src/domain/systematics.js';
import { inThread } from '../../src/science/surveyAnalysis/inThread.js';
import type { Quantity } from '../../src/science/systematics/columns.js';
import type { StageColumns, SystematicsInput } from '../../src/science/systematics/systematics.js';
import { listVisibleEstimators, type StoredEstimator } from '../../src/storage/abundanceEstimator.js';
import { findAnalysis, storeAnalysis } from '../../src/storage/analysis.js';
import { findModel, type StoredModel } from '../../src/storage/model.js';
import { type Observation, sampleObservations } from '../../src/storage/observation.js';
import { readView } from '../../src/storage/view.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

export interface SystematicsRequest {
  /** A model's id, or null for the served one. */
  readonly model: string | null;
}

export interface SystematicsSummary extends Systematics {
  readonly model: string;
  /** What the model removes; [Fe/H] of one that does not is chemistry like any other. */
  readonly removes: readonly ParameterName[];
  /** The estimator of the abundances that were looked at; null: there was none. */
  readonly estimator: string | null;
  /** Names of the releases whose stars were looked at. */
  readonly releases: readonly string[];
}

/** Rises whenever the same stars would give another result. */
const VERSION = 1;
/** Fewer stars than this cannot be judged by shuffling them. */
const LEAST_STARS = 50;

/**
 * Looks, in the published stars under a model, for what latents and abundances follow that they should not, and keeps it: twins are marked by it. Idempotent: the same
 * stars under the same settings are not shuffled twice.
 * @throws NotReadyError where no model is served or too few stars are published, NotFoundError for an unknown model
 */
export async function systematics(
  place: Workplace,
  request: SystematicsRequest,
  course: TaskCourse,
): Promise<SystematicsSummary> {
  const { db } = place;
  return recordRun(db, 'systematics', { ...request }, course, async (course) => {
    const { stars: most, shuffles, falseAlarms, seed } = place.settings.systematics;
    const view = await readView(db);
    const chosen = request.model ?? view.modelId;
    if (!chosen) throw new NotReadyError('no model is served yet', 'npx starkin train --release R');
    const model = await findModel(db, chosen);
    const estimator = preferred(await listVisibleEstimators(db, view, [model.id]));
    const stars = await sampleObservations(db, view, { modelId: model.id, estimatorId: estimator?.id ?? null }, most);
    if (stars.length < LEAST_STARS)
      throw new NotReadyError(
        `${stars.length} published stars have a latent under ${model.id}, where ${LEAST_STARS} are needed`,
        'npx starkin release publish R',
      );
    const input = inputOf(stars, model, estimator);
    const settings = { shuffles, falseAlarms, seed };
    const { releases } = view;
    const checksum = createHash('sha256')
      .update(
        JSON.stringify([VERSION, releases.map(({ id, revision }) => [id, revision]), settings, estimator?.id ?? null]),
      )
      .update(JSON.stringify(stars.map(({ starId, snr, conditions }) => [starId, snr, conditions])))
      .update(input.set.vectors)
      .digest('hex');
    const key = { modelId: model.id, method: 'systematics', checksum } as const;
    const known = await findAnalysis(db, key);
    const found = known
      ? (known.results as unknown as Systematics)
      : await inThread({ kind: 'systematics', input, settings }, course.report, course.signal);
    if (!known)
      await db.transaction(async (tx) => {
        await storeAnalysis(tx, { ...key, settings, releases, stars: stars.length, results: { ...found } });
      });
    const names = releases.map(({ name }) => name);
    const result = {
      ...found,
      model: model.id,
      removes: model.parameters,
      estimator: estimator?.id ?? null,
      releases: names,
    };
    return { result, state: 'done', counts: countsOf(result) };
  });
}

/** Looks anew once another release or model is served, where the settings say so. Too few stars are left alone: the publication has succeeded all the same. */
export async function renewSystematics(place: Workplace, model: string | null, course: TaskCourse): Promise<void> {
  if (!place.settings.systematics.afterPublish) return;
  try {
    await systematics(place, { model }, course);
  } catch (error) {
    if (!(error instanceof NotReadyError)) throw error;
  }
}

/** The newest of the method that answers where none is asked for. */
function preferred(estimators: readonly StoredEstimator[]): StoredEstimator | null {
  for (const method of abundanceMethods) {
    const found = estimators.find((estimator) => estimator.method === method);
    if (found) return found;
  }
  return null;
}

function countsOf({ model, stars, trends, sharing }: SystematicsSummary) {
  return {
    model,
    stars,
    trends: trends.reduce((sum, { quantities }) => sum + quantities.filter(({ found }) => found).length, 0),
    explains: sharing.filter(({ explains }) => explains).map(({ condition }) => condition),
  };
}

function inputOf(
  stars: readonly Observation[],
  model: StoredModel,
  estimator: StoredEstimator | null,
): SystematicsInput {
  const width = stars[0].searched.length;
  const vectors = new Float32Array(stars.length * width);
  stars.forEach(({ searched }, row) => {
    vectors.set(searched, row * width);
  });
  const column = (name: string, value: (star: Observation) => number | null | undefined): Quantity => ({
    name,
    values: Float64Array.from(stars, (star) => value(star) ?? Number.NaN),
  });
  const latents = (value: (star: Observation) => Float32Array | null) =>
    Array.from({ length: width }, (_, k) => column(`latent ${k + 1}`, (star) => value(star)?.[k]));
  const parameters = (value: (star: Observation, name: ParameterName) => number | null | undefined) =>
    (['teff', 'logg', 'feh'] as const).map((name) => column(name, (star) => value(star, name)));
  const fitted = (star: Observation, name: ParameterName) => star.refined?.[model.parameters.indexOf(name)];
  const abundances = (estimator?.elements ?? []).map((element, i) =>
    column(element, ({ abundances }) => abundances?.[i]),
  );
  const stages: StageColumns[] = [
    {
      stage: 'before',
      latents: latents(({ z }) => z),
      parameters: parameters(({ catalogue }, name) => catalogue[name]),
    },
    {
      stage: 'after',
      latents: latents(({ residual }) => residual),
      parameters: parameters((star, name) => fitted(star, name) ?? star.catalogue[name]),
    },
  ];
  return {
    stages,
    abundances,
    snr: column('snr', ({ snr }) => snr).values,
    conditions: stars.map(({ conditions }) => conditions),
    set: { vectors, rows: stars.length, width },
  };
}

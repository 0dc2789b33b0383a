import { InputError, NotReadyError } from '../../src/domain/errors.js';
import { readMetric } from '../../src/science/latents/metric/metricArtefact.js';
import type { SiblingFigures } from '../../src/science/latents/metric/siblingFigures.js';
import { fitSiblings, type SiblingFit, type SiblingWeights } from '../../src/science/latents/metric/siblingFit.js';
import type { TwinMetric } from '../../src/science/latents/metric/twinMetric.js';
import { ensurePartition, type NewLatent, storeLatents } from '../../src/storage/latent.js';
import { scanLatents } from '../../src/storage/latentScan.js';
import { findModel, loadArtefact, type StoredModel, storeModel } from '../../src/storage/model.js';
import { readView } from '../../src/storage/view.js';
import { withMetric } from '../calibration/calibratedModel.js';
import { readSiblingFile } from '../calibration/siblingFile.js';
import { findSiblings, type RefusedSiblings } from '../calibration/siblingStars.js';
import { recordRun } from '../recordedRun.js';
import { promoteByItself } from './promote.js';
import type { TaskCourse, Workplace } from './task.js';

export interface CalibrateRequest {
  /** Absolute path of a CSV file with the columns cluster and star. */
  readonly siblings: string;
  /** A model's id, or null for the served one. */
  readonly model: string | null;
}

export interface CalibrateSummary {
  /** The model that was calibrated. */
  readonly from: string;
  /** The model with the calibrated metric; null where siblings bring no gain, and nothing was stored. */
  readonly model: string | null;
  readonly clusters: number;
  readonly stars: number;
  readonly contrasts: number;
  readonly weights: SiblingWeights;
  /** Gain of the log likelihood of a held-out difference between siblings, nats. */
  readonly likelihoodGain: number;
  /** Of siblings that were left out of the fit, before and after. */
  readonly before: SiblingFigures;
  readonly after: SiblingFigures;
  readonly refused: RefusedSiblings;
  /** Latents that were moved to the new model. */
  readonly latents: number;
  readonly promoted: boolean;
}

/**
 * Shrinks the metric of known siblings towards the model's own, and keeps the result as a model version beside the one that it is made of, with all its latents: only
 * their searched vectors are computed anew, from r̂ as it is stored. Idempotent: a killed run goes on with the latents that are missing.
 * @throws FileError for the file, InputError where too few of its stars can be used, NotReadyError for a model without a metric
 */
export async function calibrate(
  place: Workplace,
  request: CalibrateRequest,
  course: TaskCourse,
): Promise<CalibrateSummary> {
  const { db } = place;
  const siblings = await readSiblingFile(request.siblings);
  const model = await findModel(db, request.model ?? (await servedModel(place)));
  return recordRun(db, 'calibrate', { ...request, model: model.id }, course, async (course) => {
    const artefact = await loadArtefact(db, model.id);
    const metric = readMetric(artefact);
    const { groups, refused } = await findSiblings(db, model, siblings);
    if (groups.length < 2)
      throw new InputError(
        request.siblings,
        `at least 2 clusters with 2 or more stars that model ${model.id} has encoded and that differ in ${model.parameters.join(' or ')}`,
        `${groups.length}; ${describeRefused(refused)}`,
      );
    const fit = await fitSiblings(
      metric,
      groups.map(({ members }) => members),
      course.signal,
    );
    const stored = isGain(fit)
      ? await keep(place, model, withMetric(artefact, fit.metric, model.id), fit, request)
      : null;
    const latents = stored ? await move(place, model, stored, fit.metric, course) : 0;
    const { weights, contrasts, likelihoodGain, before, after } = fit;
    const summary: CalibrateSummary = {
      from: model.id,
      model: stored?.id ?? null,
      clusters: groups.length,
      stars: groups.reduce((sum, { members }) => sum + members.length, 0),
      contrasts,
      weights,
      likelihoodGain,
      before,
      after,
      refused,
      latents,
      promoted: stored ? await promoteByItself(db, stored) : false,
    };
    return { result: summary, state: 'done', counts: { ...summary } };
  });
}

/** The reasons that have stars or clusters, each with their number and the first of them. */
export function describeRefused(refused: RefusedSiblings, shown = 5): string {
  const reasons: Record<keyof RefusedSiblings, string> = {
    badLines: 'lines that tell no sibling',
    unknown: 'unknown stars',
    ambiguous: 'names that fit several stars',
    withoutLatent: 'stars without a latent under the model',
    duplicates: 'repeated stars, counted once',
    inSeveralClusters: 'lines of stars that are in several clusters, left out',
    alone: 'clusters with one star',
    alike: 'clusters whose stars have the same parameters, which tell of noise alone',
  };
  const told = (Object.keys(reasons) as (keyof RefusedSiblings)[])
    .filter((reason) => refused[reason].length > 0)
    .map((reason) => {
      const names = refused[reason];
      const more = names.length > shown ? ', …' : '';
      return `${names.length} ${reasons[reason]}: ${names.slice(0, shown).join(', ')}${more}`;
    });
  return told.join('; ') || 'nothing was refused';
}

function isGain({ weights }: SiblingFit): boolean {
  return weights.scatter > 0 || weights.inconsistency > 0;
}

async function servedModel({ db }: Workplace): Promise<string> {
  const { modelId } = await readView(db);
  if (!modelId)
    throw new NotReadyError('no model is served yet', 'npx starkin calibrate --siblings FILE.csv --model M');
  return modelId;
}

function keep(
  { db }: Workplace,
  model: StoredModel,
  artefact: Uint8Array,
  { weights, contrasts, before, after }: SiblingFit,
  { siblings }: CalibrateRequest,
): Promise<StoredModel> {
  const calibration = { from: model.id, siblings: siblings.replace(/^.*[/\\]/, ''), contrasts, weights };
  const metrics = {
    siblingsNearestBefore: before.nearest,
    siblingsNearest: after.nearest,
    siblingsFirstBefore: before.first,
    siblingsFirst: after.first,
  };
  return storeModel(
    db,
    { ...model, config: { ...model.config, calibration }, metrics: { ...model.metrics, ...metrics } },
    artefact,
  );
}

/** Gives the new model the latents of the old one. @returns how many */
async function move(
  place: Workplace,
  from: StoredModel,
  to: StoredModel,
  metric: TwinMetric,
  course: TaskCourse,
): Promise<number> {
  const { db } = place;
  await ensurePartition(db, to.id);
  let moved = 0;
  for await (const rows of scanLatents(db, from.id, { missingUnder: to.id, batch: place.settings.encode.batch })) {
    course.signal.throwIfAborted();
    const stored = await storeLatents(
      db,
      to.id,
      rows.map((row): NewLatent => ({ ...row, searched: row.estimate && metric.whiten(row.estimate.residual) })),
    );
    moved += stored.length;
    course.report({ stage: 'calibrate', done: moved, total: 0, unit: 'latents', detail: `under ${to.id}` });
  }
  return moved;
}

import { createHash } from 'node:crypto';
import type { NoisierViews } from '../../src/compute/compute.js';
import { NotReadyError } from '../../src/domain/errors.js';
import { findEstimatorOf, type StoredEstimator, storeEstimator } from '../../src/storage/abundanceEstimator.js';
import { findRelease, type Release } from '../../src/storage/dataRelease.js';
import { findModel, type StoredModel } from '../../src/storage/model.js';
import { readView } from '../../src/storage/view.js';
import { estimateMissing } from '../abundances/estimates.js';
import { encodeNoisier } from '../abundances/noisierViews.js';
import { buildReference, type Reference } from '../abundances/reference.js';
import {
  type KnownAbundances,
  labelledAbundances,
  storedMetallicities,
  trueAbundances,
} from '../abundances/references.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

/** Rises whenever the same input would make another estimator. */
const VERSION = 3;

export interface TrainAbundancesRequest {
  readonly release: string;
  /** A model's id, or null for the served one. */
  readonly model: string | null;
  /** Absolute path of a table of labels; null: what the store has. */
  readonly labels: string | null;
  /** Whether what a simulation knows is learnt from. */
  readonly truth: boolean;
  readonly methods: readonly string[];
  readonly seed: number;
}

export interface TrainAbundancesSummary {
  readonly release: string;
  readonly model: string;
  readonly estimators: readonly TrainedSummary[];
  readonly reference: Omit<Reference, 'set' | 'ids' | 'sha256' | 'revision'> &
    Omit<KnownAbundances, 'stars' | 'reference'>;
  /** Abundances of stars that were stored now. */
  readonly estimated: number;
}

export interface TrainedSummary extends Pick<StoredEstimator, 'id' | 'method' | 'figures'> {
  /** Whether it had been made from the same before. */
  readonly already: boolean;
}

/**
 * Trains estimators of abundances for a model on stars of a release whose abundances are known, and applies them to every star that the model has encoded. The same stars, model, method
 * and seed make nothing anew.
 * @throws FileError, InputError, NotFoundError, NotReadyError where there is nothing to learn from
 */
export async function trainAbundances(
  place: Workplace,
  request: TrainAbundancesRequest,
  course: TaskCourse,
): Promise<TrainAbundancesSummary> {
  const { db } = place;
  const release = await findRelease(db, request.release);
  const model = await findModel(db, request.model ?? (await servedModel(place)));
  return recordRun(db, 'abundances', { ...request, model: model.id }, course, async (course) => {
    const known = await knownAbundances(place, release, request, course);
    const reference = await buildReference(place, release, model, known, course);
    requireSpecies(release, model, reference);
    const training = { release, model, reference, request };
    const estimators: TrainedSummary[] = [];
    let views: Promise<NoisierViews | undefined> | null = null;
    for (const method of request.methods) {
      const viewed = () => (views ??= encodeNoisier(place, training, reference, request.seed, course));
      estimators.push(await trainOnce(place, { ...training, method }, viewed, course));
    }
    const estimated = await estimateMissing(place, model.id, null, course);
    const { set: _, ids: __, sha256: ___, revision: ____, ...used } = reference;
    const { stars: _____, reference: ______, ...given } = known;
    const summary = { release: release.name, model: model.id, estimators, reference: { ...used, ...given }, estimated };
    return { result: summary, state: 'done', counts: { ...summary, reference: { stars: used.stars } } };
  });
}

async function servedModel({ db }: Workplace): Promise<string> {
  const { modelId } = await readView(db);
  if (!modelId) throw new NotReadyError('no model is served yet', 'npx starkin abundances train --release R --model M');
  return modelId;
}

function knownAbundances(
  place: Workplace,
  release: Release,
  { labels, truth }: TrainAbundancesRequest,
  course: TaskCourse,
): Promise<KnownAbundances> {
  if (labels !== null) return labelledAbundances(place, release, labels, course);
  return truth ? trueAbundances(place, release) : storedMetallicities(place, release);
}

/** @throws NotReadyError that tells why no species is left */
function requireSpecies(release: Release, model: StoredModel, reference: Reference): void {
  const { set, stars, withoutLatent, extrapolated, leftOut } = reference;
  if (set.elements.length) return;
  const left = leftOut.map(({ element, reason }) => `${element} is ${reason}`).join('; ');
  throw new NotReadyError(
    `release "${release.name}" has too few stars of known abundances under ${model.id}: ${stars} can be used, ${withoutLatent} have no latent, ${extrapolated} lie outside the model's training range${left && `; ${left}`}`,
    withoutLatent > 0
      ? `npx starkin encode --release ${release.name} --model ${model.id}`
      : 'give more stars with --labels FILE (docs/operator.md), or lower the setting abundances.minimumStars',
  );
}

interface Training {
  readonly release: Release;
  readonly model: StoredModel;
  readonly reference: Reference;
  readonly method: string;
  readonly request: TrainAbundancesRequest;
}

/** @param viewed gives the noisier views of the reference set, made when they are first asked for */
async function trainOnce(
  { db, compute, settings }: Workplace,
  { release, model, reference, method, request }: Training,
  viewed: () => Promise<NoisierViews | undefined>,
  course: TaskCourse,
): Promise<TrainedSummary> {
  const { seed, labels } = request;
  const fingerprint = createHash('sha256')
    .update(
      JSON.stringify([
        ...[VERSION, model.id, release.name, reference.kind, method, seed],
        ...[settings.abundances.views, reference.sha256],
      ]),
    )
    .digest('hex');
  const found = await findEstimatorOf(db, fingerprint);
  if (found) return { id: found.id, method, figures: found.figures, already: true };
  const training = {
    method,
    parameters: model.parameters,
    reference: { ...reference.set, views: await viewed() },
    seed,
  };
  const { artefact, figures, differential } = await compute.trainAbundances(training, course);
  const stored = await storeEstimator(
    db,
    {
      modelId: model.id,
      method,
      reference: reference.kind,
      releaseId: release.id,
      revision: reference.revision,
      elements: reference.set.elements,
      figures,
      differential,
      config: { seed, stars: reference.stars, labels: labels?.replace(/^.*[/\\]/, '') ?? null },
      fingerprint,
    },
    artefact,
  );
  return { id: stored.id, method, figures: stored.figures, already: false };
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { GridError, InputError, NotReadyError, type StarkinError } from '../../src/domain/errors.js';
import { listReleases } from '../../src/storage/dataRelease.js';
import { type NewEvaluation, storeEvaluations } from '../../src/storage/evaluation.js';
import { findModel, listModels, type StoredModel } from '../../src/storage/model.js';
import { BOUND_STARS, Bound } from '../evaluation/bound.js';
import { openFiledPairs } from '../evaluation/filedPairs.js';
import { keptEvaluations } from '../evaluation/kept.js';
import { type EvaluationPart, evaluateModel } from '../evaluation/model.js';
import type { PairSet } from '../evaluation/pairSet.js';
import { queriedTwins } from '../evaluation/queries.js';
import { openReleasedPairs } from '../evaluation/releasedPairs.js';
import type { Evaluation, ModelEvaluation, SetEvaluation } from '../evaluation/results.js';
import { Shelf } from '../evaluation/shelf.js';
import type { TaskCourse, Workplace } from './task.js';

/** Rises whenever intermediate results of an older evaluation would be wrong for this one. */
const VERSION = '5';

export interface EvaluateRequest {
  /** A model's id, or null for every model of the archive. */
  readonly model: string | null;
  /** Absolute path of an HDF5 file of pairs that the archive does not hold, or null for the archive's own pairs. */
  readonly pairs: string | null;
  /** `bound` is of no effect without `recovery`. */
  readonly parts: readonly EvaluationPart[];
  /** Stars whose twins are looked for among all others; null: all that have one. */
  readonly queries: number | null;
  /** Of the noise, of the choice of queries, of the bound and of the bootstrap. */
  readonly seed: number;
  /** Stars whose Jacobians the bound rests on; absent: 400. */
  readonly boundStars?: number;
}

/**
 * The evaluations of de Mijolla et al. (2021) for every model on every set of pairs, beside the best that the photons allow. Reads spectra as often as there are levels of
 * noise and faults, by slices; what a model makes of them is kept until all is done, so that an evaluation that was stopped goes on where it was. Figures are stored with their models.
 * @throws NotReadyError when there is no model or no spectrum with a known twin, InputError and GridError for pairs that cannot be used
 */
export async function evaluate(place: Workplace, request: EvaluateRequest, course: TaskCourse): Promise<Evaluation> {
  const models = request.model ? [await findModel(place.db, request.model)] : await listModels(place.db);
  if (!models.length)
    throw new NotReadyError(
      'there is no model to evaluate',
      'npx starkin train --release R --method faderdis --preset compact',
    );
  const sets: SetEvaluation[] = [];
  const refusals: Refusal[] = [];
  const shelves: Shelf[] = [];
  const kept: NewEvaluation[] = [];
  for await (const set of pairSets(place, request, course)) {
    const shelf = new Shelf(join(place.folder, 'evaluation', keyOf(set, request)));
    shelves.push(shelf);
    const evaluated = await evaluateSet(place, set, models, request, { shelf, refusals }, course);
    sets.push(evaluated);
    kept.push(...keptEvaluations(set, evaluated, request));
  }
  if (!sets.length)
    throw new NotReadyError(
      'no release holds stars with a known twin',
      'npx starkin evaluate --pairs FILE.h5, with a file of npx starkin simulate --snr none',
    );
  if (sets.every(({ models }) => !models.length)) throw refusals[0].error;
  await storeEvaluations(place.db, kept);
  for (const shelf of shelves) await shelf.clear();
  return { version: VERSION, date: new Date().toISOString(), seed: request.seed, sets };
}

async function* pairSets(
  place: Workplace,
  { pairs }: EvaluateRequest,
  course: TaskCourse,
): AsyncGenerator<PairSet, void, undefined> {
  if (pairs) {
    yield await openFiledPairs(pairs, place.settings, course);
    return;
  }
  for (const release of await listReleases(place.db)) {
    const set = await openReleasedPairs(place, release, course);
    if (set) yield set;
  }
}

/** Why a model cannot be measured on a set. */
interface Refusal {
  readonly model: string;
  readonly error: StarkinError;
}

/** @param refusals those of this set are added to it */
async function evaluateSet(
  place: Workplace,
  set: PairSet,
  models: readonly StoredModel[],
  { parts, queries, seed, boundStars = BOUND_STARS }: EvaluateRequest,
  { shelf, refusals }: { readonly shelf: Shelf; readonly refusals: Refusal[] },
  course: TaskCourse,
): Promise<SetEvaluation> {
  const { labels, simulated } = set;
  const queried = queriedTwins(labels, queries, seed);
  const bounded = parts.includes('recovery') && parts.includes('bound');
  const bound = bounded ? await Bound.of(place, set, queried, { seed, stars: boundStars }, course) : null;
  const evaluated: ModelEvaluation[] = [];
  const refused: Refusal[] = [];
  for (const model of models)
    try {
      evaluated.push(await evaluateModel(place, { model, set, queried, bound, parts, seed }, shelf, course));
    } catch (error) {
      // On another grid, of an older version, or removing what the set does not tell: the other models are still measured.
      if (!(error instanceof GridError || error instanceof NotReadyError || error instanceof InputError)) throw error;
      refused.push({ model: model.id, error });
    }
  refusals.push(...refused);
  return {
    set: set.name,
    spectra: labels.rows,
    pairs: labels.twin.filter((twin, row) => twin > row).length,
    simulated,
    noiseless: labels.noiseless,
    models: evaluated,
    refused: refused.map(({ model, error }) => ({ model, reason: error.message })),
    notes: [...notesOn(set)],
  };
}

function* notesOn({ simulated, labels: { noiseless, abundances } }: PairSet): Generator<string> {
  if (!noiseless)
    yield 'The spectra have noise of their own: other levels of noise, recasting and faults want noiseless pairs (npx starkin simulate --snr none).';
  if (!simulated || !abundances)
    yield 'No best possible recovery: it needs simulated spectra with the abundances that they were made with.';
  if (!abundances) yield 'No abundances: the set does not tell them.';
}

function keyOf({ fingerprint }: PairSet, { seed }: EvaluateRequest): string {
  return createHash('sha256').update(`${VERSION} ${fingerprint} ${seed}`).digest('hex').slice(0, 16);
}

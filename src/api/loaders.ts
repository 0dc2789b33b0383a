import DataLoader from 'dataloader';
import type { Search } from '../compute/compute.js';
import type { LatentPopulation } from '../domain/falseTwins.js';
import type { Visit } from '../domain/spectrum.js';
import type { EncodedArrays } from '../domain/spectrumEncoding.js';
import type { StarId } from '../domain/star.js';
import type { Sharing } from '../domain/systematics.js';
import { loadVisibleTruth, type ReleasedAbundances } from '../storage/abundance.js';
import {
  type ChosenEstimate,
  type EstimatorChoice,
  loadChosenEstimates,
  loadEstimates,
  type StoredEstimate,
} from '../storage/abundanceEstimate.js';
import { listVisibleEstimators, type StoredEstimator } from '../storage/abundanceEstimator.js';
import { loadSharing } from '../storage/analysis.js';
import { loadEvaluations, type StoredEvaluation } from '../storage/evaluation.js';
import { loadEvidence, type StoredEvidence } from '../storage/evidence.js';
import { countMembers, listMembers, type MemberPage } from '../storage/groupMembers.js';
import { loadLatents, type StoredLatent } from '../storage/latent.js';
import { loadPopulations } from '../storage/latentPopulation.js';
import { loadVisibleModels, type StoredModel } from '../storage/model.js';
import { type ContentKey, loadContents } from '../storage/spectrumFile.js';
import { loadSummaries, type SpectrumSummary } from '../storage/spectrumSummary.js';
import { loadStars, type StoredStar } from '../storage/star.js';
import { loadGroups, loadGroupsOf, type StoredGroup } from '../storage/starGroup.js';
import type { ListedStar } from '../storage/starList.js';
import { loadParameters, type ReleasedParameters } from '../storage/starParameters.js';
import { chooseSpectra, listSpectra, loadArrays, type SpectrumHead } from '../storage/starSpectra.js';
import type { View } from '../storage/view.js';
import type { RequestServices } from './services.js';
import { type Recast, type RecastRequest, recastAll } from './spectrum/recast.js';
import { findReferences } from './star/reference.js';
import { type ComparedNeighbours, compareAll, findCompared, type NeighbourSearch } from './twin/comparedNeighbours.js';

/** One row per key, in one statement for all keys that a level of the query asks for; null where there is none. */
type Loader<Key, Row> = DataLoader<Key, Row | null>;

/**
 * The loaders of one request. A level of a query that asks a hundred stars for their parameters costs one statement; rows are kept for
 * the request, which sees one View throughout.
 */
export interface Loaders {
  /** What users call stars (`star(id:)`) -> keys; what is found is known to `star`. Rejects with AmbiguousIdError where several stars fit. */
  readonly reference: Loader<string, StarId>;
  readonly star: Loader<StarId, StoredStar>;
  readonly parameters: Loader<StarId, ReleasedParameters>;
  readonly summary: Loader<StarId, SpectrumSummary>;
  readonly spectrum: (which: SpectrumChoice) => Loader<StarId, SpectrumHead & EncodedArrays>;
  /** All visible spectra of stars, without their arrays. */
  readonly spectra: Loader<StarId, readonly SpectrumHead[]>;
  /** The arrays of stored spectra. */
  readonly arrays: DataLoader<ContentKey, EncodedArrays | null, string>;
  /** What names the content of a stored spectrum, in its address. */
  readonly content: DataLoader<ContentKey, string | null, string>;
  readonly model: Loader<string, StoredModel>;
  readonly latent: (modelId: string) => Loader<StarId, StoredLatent>;
  /** The estimators of abundances of a model that this request may have answers of, the newest first; null where there are none. */
  readonly estimators: Loader<string, readonly StoredEstimator[]>;
  /** What was measured of a model, the newest first; null where nothing was. */
  readonly evaluations: Loader<string, readonly StoredEvaluation[]>;
  readonly abundances: (estimatorId: string) => Loader<StarId, StoredEstimate>;
  /** Estimates of stars with the estimator that answers, looked for in the same statement. */
  readonly chosenAbundances: (choice: EstimatorChoice) => Loader<StarId, ChosenEstimate>;
  readonly trueAbundances: Loader<StarId, ReleasedAbundances>;
  /** What latents say for comparisons; null where there is none, or one of an older version. */
  readonly evidence: (modelId: string) => Loader<StarId, StoredEvidence>;
  /** Log Bayes factors of stars with their candidates: all searches of a level are compared at once. */
  readonly factors: (modelId: string) => DataLoader<Search, Float64Array>;
  /** The neighbours of all stars of a level that are searched alike, those of a first page compared. */
  readonly neighbours: (search: NeighbourSearch) => Loader<StarId, ComparedNeighbours>;
  /** How the stars lie under a model; null where that was not computed. */
  readonly population: Loader<string, LatentPopulation>;
  /** Whether near neighbours under a model share how they were observed; null where that was not looked for. */
  readonly sharing: Loader<string, readonly Sharing[]>;
  /** Groups by key: those found under a model, or known ones. */
  readonly group: (scope: GroupScope) => Loader<string, StoredGroup>;
  /** The members of groups, by the rows of each. */
  readonly members: (page: MemberPage) => DataLoader<readonly number[], ListedStar[], string>;
  /** How many members groups have over all pages, by the rows of each. */
  readonly memberCount: DataLoader<readonly number[], number, string>;
  /** The groups that stars are in: known ones, and those found under a model. */
  readonly groupsOf: (modelId: string | null) => Loader<StarId, readonly StoredGroup[]>;
  /** All recasts of a level under one model go to the decoder as one batch. */
  readonly recast: (modelId: string) => DataLoader<RecastRequest, Recast>;
}

/** Which spectrum of a star. */
export interface SpectrumChoice {
  /** Name, or null for the newest visible one. */
  readonly release: string | null;
  readonly visit: Visit;
}

/** Where a group is looked for. */
export interface GroupScope {
  readonly modelId: string | null;
  /** Whether among what a simulation knows. */
  readonly truth: boolean;
}

export function createLoaders(
  services: Pick<RequestServices, 'db' | 'compute' | 'signal'>,
  view: () => Promise<View>,
): Loaders {
  const { db } = services;
  const stars = byId<StarId, StoredStar>(
    async (ids) => new Map((await loadStars(db, await view(), ids)).map((star) => [star.id, star])),
  );
  const evidence = perArgument((modelId: string) =>
    byId<StarId, StoredEvidence>(async (ids) => loadEvidence(db, await view(), modelId, ids)),
  );
  return {
    reference: new DataLoader<string, StarId | null>(async (references) => {
      const found = await findReferences(db, await view(), references);
      return found.map((star) => {
        if (star === null || star instanceof Error) return star;
        stars.prime(star.id, star);
        return star.id;
      });
    }),
    star: stars,
    parameters: byId(async (ids) => loadParameters(db, await view(), ids)),
    summary: byId(async (ids) => loadSummaries(db, await view(), ids)),
    spectrum: perArgument(
      ({ release, visit }: SpectrumChoice) => byId(async (ids) => chooseSpectra(db, await view(), ids, release, visit)),
      JSON.stringify,
    ),
    spectra: byId(async (ids) => listSpectra(db, await view(), ids)),
    arrays: new DataLoader(async (keys) => loadArrays(db, await view(), keys), { cacheKeyFn: contentKey }),
    content: new DataLoader(async (keys) => loadContents(db, await view(), keys), { cacheKeyFn: contentKey }),
    model: byId(async (ids) => {
      const models = await loadVisibleModels(db, await view(), ids);
      return new Map(models.map((model) => [model.id, model]));
    }),
    latent: perArgument((modelId) => byId(async (ids) => loadLatents(db, await view(), modelId, ids))),
    estimators: byId(async (ids) => {
      const all = await listVisibleEstimators(db, await view(), ids);
      return Map.groupBy(all, ({ modelId }) => modelId);
    }),
    evaluations: byId(async (ids) => loadEvaluations(db, await view(), ids)),
    abundances: perArgument((estimatorId) => byId(async (ids) => loadEstimates(db, await view(), estimatorId, ids))),
    chosenAbundances: perArgument(
      (choice: EstimatorChoice) => byId(async (ids) => loadChosenEstimates(db, await view(), choice, ids)),
      JSON.stringify,
    ),
    trueAbundances: byId(async (ids) => loadVisibleTruth(db, await view(), ids)),
    evidence,
    factors: perArgument((modelId) => {
      const known = evidence(modelId);
      return new DataLoader((searches) => compareAll(services, modelId, searches, (starId) => known.load(starId)), {
        cache: false,
      });
    }),
    neighbours: perArgument((search: NeighbourSearch) => {
      const known = evidence(search.modelId);
      return byId(async (ids) => findCompared(services, await view(), search, ids, (starId) => known.load(starId)));
    }, JSON.stringify),
    population: byId(async (ids) => loadPopulations(db, await view(), ids)),
    sharing: byId(async (modelIds) => loadSharing(db, await view(), modelIds)),
    group: perArgument(
      ({ modelId, truth }: GroupScope) =>
        byId(async (keys) => {
          const groups = await loadGroups(db, await view(), { modelId, kind: truth ? 'truth' : null, keys });
          return new Map(groups.map((group) => [group.key, group]));
        }),
      JSON.stringify,
    ),
    members: perArgument(
      (page: MemberPage) =>
        new DataLoader(async (groups) => listMembers(db, await view(), groups, page), { cacheKeyFn: String }),
      JSON.stringify,
    ),
    memberCount: new DataLoader(async (groups) => countMembers(db, await view(), groups), { cacheKeyFn: String }),
    groupsOf: perArgument((modelId) => byId(async (ids) => loadGroupsOf(db, await view(), modelId, ids))),
    recast: perArgument(
      (modelId) => new DataLoader((requests) => recastAll(services, modelId, requests), { cache: false }),
    ),
  };
}

function contentKey({ starId, release, visit }: ContentKey): string {
  return JSON.stringify([starId, release, visit]);
}

function byId<Key extends string, Row>(
  load: (ids: readonly Key[]) => Promise<Map<Key, Row | Error>>,
): Loader<Key, Row> {
  return new DataLoader(async (ids) => {
    const rows = await load(ids);
    return ids.map((id) => rows.get(id) ?? null);
  });
}

/** A loader for each value of an argument of the field, made when first asked for. @param keyOf tells values apart; by identity where left out */
function perArgument<Argument, L>(
  make: (argument: Argument) => L,
  keyOf: (argument: Argument) => unknown = (argument) => argument,
): (argument: Argument) => L {
  const made = new Map<unknown, L>();
  return (argument) => {
    const key = keyOf(argument);
    let loader = made.get(key);
    if (loader === undefined) {
      loader = make(argument);
      made.set(key, loader);
    }
    return loader;
  };
}

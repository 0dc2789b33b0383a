import { NotReadyError } from '../../src/domain/errors.js';
import type { Finder } from '../../src/science/groups/finder.js';
import { searchGroups } from '../../src/science/groups/groupSearch.js';
import { findAnalysis } from '../../src/storage/analysis.js';
import { storeFoundGroups } from '../../src/storage/starGroup.js';
import { hasStars, loadPublicStars } from '../publicStars.js';
import { recordRun } from '../recordedRun.js';
import type { TaskCourse, Workplace } from './task.js';

export const groupMethods = ['hdbscan', 'kmeans'] as const;

export interface FindGroupsRequest {
  /** A model's id, or null for the served one. */
  readonly model: string | null;
  readonly method: (typeof groupMethods)[number];
  /** Fewest members of a group; null: the setting. */
  readonly minMembers: number | null;
  /** A release whose stars are searched along with those that everybody sees; null: none. */
  readonly release: string | null;
}

export interface FindGroupsSummary {
  readonly model: string;
  readonly method: FindGroupsRequest['method'];
  /** Names of the releases whose stars were searched. */
  readonly releases: readonly string[];
  readonly stars: number;
  /** Groups that were kept, and the stars in them. */
  readonly groups: number;
  readonly members: number;
  /** Groups found in all, and how many there are in a shuffled archive, on average. */
  readonly found: number;
  readonly byChance: number;
  /** Whether it was there already, of the same stars and settings. */
  readonly already: boolean;
}

/**
 * Looks for over-densities of the published stars in latent space under a model, holds each against what the same finder makes of shuffled stars, and keeps those that chance
 * hardly explains. With a release that not everybody sees its groups are shown to those alone who do. Idempotent: what the same stars and settings gave is not looked for again.
 * @throws NotReadyError where there are too few stars, NotFoundError for an unknown release
 */
export async function findGroups(
  place: Workplace,
  request: FindGroupsRequest,
  course: TaskCourse,
): Promise<FindGroupsSummary> {
  const { db } = place;
  return recordRun(db, 'groups', { ...request }, course, async (course) => {
    const { model, view, ids, set, checksum } = await loadPublicStars(db, request.model, course, request.release);
    const { finder, realisations, falsePositiveRate } = settingsOf(place, request);
    if (ids.length < 2 * finder.leastMembers)
      throw new NotReadyError(
        `groups of ${finder.leastMembers} stars need ${2 * finder.leastMembers} published ones, and there are ${ids.length}`,
        'npx starkin release publish R',
      );
    const { method } = request;
    const { seed, threads } = place.settings.groups;
    const settings = { ...finder, realisations, falsePositiveRate, seed };
    const key = { modelId: model.id, method, checksum: checksum(method, settings) };
    const summarise = (results: FoundResults, already: boolean): FindGroupsSummary => ({
      model: model.id,
      method,
      releases: view.releases.map(({ name }) => name),
      stars: ids.length,
      ...results,
      already,
    });
    const stored = await findAnalysis(db, key);
    if (stored) {
      const summary = summarise(stored.results as unknown as FoundResults, true);
      return { result: summary, state: 'done', counts: { ...summary } };
    }
    const { groups, chance } = await searchGroups(
      set,
      finder,
      { realisations, seed, threads },
      course.report,
      course.signal,
    );
    const kept = groups.filter((group) => group.falsePositiveRate <= falsePositiveRate);
    const results: FoundResults = {
      groups: kept.length,
      members: kept.reduce((sum, { members }) => sum + members.length, 0),
      found: groups.length,
      byChance: chance.reduce((sum, count) => sum + count, 0) / chance.length,
    };
    const analysis = { ...key, settings, releases: view.releases, stars: ids.length, results: { ...results } };
    await storeFoundGroups(
      db,
      analysis,
      kept.map((group) => ({ ...group, members: group.members.map((row) => ids[row]) })),
    );
    const summary = summarise(results, false);
    return { result: summary, state: 'done', counts: { ...summary } };
  });
}

/** Looks for groups again once another release or model is served, by the methods of the settings. Too few stars are left alone. */
export async function renewGroups(place: Workplace, model: string, course: TaskCourse): Promise<void> {
  const { afterPublish, leastMembers } = place.settings.groups;
  if (!(await hasStars(place.db, model, 2 * leastMembers))) return;
  for (const method of afterPublish)
    await findGroups(place, { model, method, minMembers: null, release: null }, course);
}

type FoundResults = Pick<FindGroupsSummary, 'groups' | 'members' | 'found' | 'byChance'>;

function settingsOf({ settings }: Workplace, { method, minMembers }: FindGroupsRequest) {
  const { mostMembers, samples, cellStars, reach, realisations, falsePositiveRate, seed } = settings.groups;
  const leastMembers = minMembers ?? settings.groups.leastMembers;
  const finder: Finder =
    method === 'kmeans'
      ? { method, leastMembers, cellStars, reach, seed }
      : { method, leastMembers, mostMembers, samples, reach };
  return { finder, realisations, falsePositiveRate };
}

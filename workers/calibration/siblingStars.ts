import { z } from 'zod';
import { parameterNames } from '../../src/domain/parameters.js';
import type { StarId } from '../../src/domain/star.js';
import type { Sibling } from '../../src/science/latents/metric/siblingContrasts.js';
import type { Database } from '../../src/storage/database.js';
import { listReleases } from '../../src/storage/dataRelease.js';
import { type LatentEstimate, loadLatents } from '../../src/storage/latent.js';
import type { StoredModel } from '../../src/storage/model.js';
import { loadStars, resolveStars } from '../../src/storage/star.js';
import { readView, type View } from '../../src/storage/view.js';
import { sameStar } from './sameStar.js';
import type { SiblingFile } from './siblingFile.js';

/** What of a file of siblings can be used, and what cannot. */
export interface SiblingStars {
  readonly groups: readonly SiblingGroup[];
  readonly refused: RefusedSiblings;
}

export interface SiblingGroup {
  readonly cluster: string;
  readonly members: readonly Sibling[];
}

export interface RefusedSiblings {
  /** Lines of the file that name no star or no cluster. */
  readonly badLines: readonly string[];
  /** As they are written in the file; also those that only releases know which are more hidden than the model. */
  readonly unknown: readonly string[];
  /** Names that fit several stars. */
  readonly ambiguous: readonly string[];
  /** Stars without a latent under the model. */
  readonly withoutLatent: readonly string[];
  /** The same star again in a cluster, by its id, another catalogue's or its place: counted once. */
  readonly duplicates: readonly string[];
  /** Stars that the file has in several clusters: counted in none. */
  readonly inSeveralClusters: readonly string[];
  /** Clusters with one star left. */
  readonly alone: readonly string[];
  /** Clusters whose stars have nearly the same parameters: they tell of noise, not of what the model makes of other parameters. */
  readonly alike: readonly string[];
}

/** Least difference in one parameter between some two stars of a cluster, as a share of half the training range: 25 K where that is 4000 to 5000 K. */
const DIFFERENT = 0.05;

/** Looks up the stars of a file in the releases that may be told of, and sorts out what tells nothing. */
export async function findSiblings(
  db: Database,
  model: StoredModel,
  { lines, badLines }: SiblingFile,
): Promise<SiblingStars> {
  const view = await viewFor(db, model);
  const known = await resolveStars(db, view, [...new Set(lines.map(({ star }) => star))]);
  const ids = [...new Set([...known.values()].flat())];
  const [stars, latents] = await Promise.all([loadStars(db, view, ids), loadLatents(db, view, model.id, ids)]);
  const identity = sameStar(stars);
  const refused = { unknown: [], ambiguous: [], withoutLatent: [], duplicates: [], inSeveralClusters: [] } as Record<
    Exclude<keyof RefusedSiblings, 'badLines' | 'alone' | 'alike'>,
    string[]
  >;
  const clusters = new Map<string, Map<StarId, LatentEstimate>>();
  const clustersOf = groupBy(lines, ({ star }) => identity(known.get(star)?.[0]));
  for (const { cluster, star } of lines) {
    const members = clusters.get(cluster) ?? new Map<StarId, LatentEstimate>();
    clusters.set(cluster, members);
    const found = known.get(star) ?? [];
    const id = identity(found[0]);
    const estimate = found[0] && latents.get(found[0])?.estimate;
    if (id === null) refused.unknown.push(star);
    else if (found.length > 1) refused.ambiguous.push(star);
    else if (new Set(clustersOf.get(id)?.map((line) => line.cluster)).size > 1) refused.inSeveralClusters.push(star);
    else if (!estimate) refused.withoutLatent.push(star);
    else if (members.has(id)) refused.duplicates.push(star);
    else members.set(id, estimate);
  }
  const found = [...clusters].map(([cluster, members]) => ({ cluster, members: [...members.values()] }));
  const several = found.filter(({ members }) => members.length > 1);
  const differ = several.filter(({ members }) => differIn(members, rangesOf(model)));
  return {
    groups: differ.map(({ cluster, members }) => ({ cluster, members: members.map(toSibling) })),
    refused: {
      badLines,
      ...refused,
      alone: found.filter((group) => !several.includes(group)).map(({ cluster }) => cluster),
      alike: several.filter((group) => !differ.includes(group)).map(({ cluster }) => cluster),
    },
  };
}

/**
 * What is published for all, and the release that the model was trained on, its staged spectra too: who may know of a model sees what a calibration makes of it, and
 * that must not tell of releases which are more hidden than the model.
 */
async function viewFor(db: Database, { id, trainedOnId }: StoredModel): Promise<View> {
  const view = await readView(db);
  const own = (await listReleases(db)).find((release) => release.id === trainedOnId && release.state !== 'withdrawn');
  if (!own) return { ...view, modelId: id };
  const others = view.releases.filter((release) => release.id !== own.id);
  return { modelId: id, releases: [{ ...own, revision: own.latest + 1 }, ...others] };
}

function toSibling({ residual, information, informationVector }: LatentEstimate): Sibling {
  return { residual, evidence: { information, informationVector } };
}

/** Whether some two stars differ in some parameter, as the fit refined it. */
function differIn(members: readonly LatentEstimate[], ranges: readonly number[]): boolean {
  return ranges.some((range, i) => {
    const values = members.map(({ refined }) => refined[i]);
    return (Math.max(...values) - Math.min(...values)) / (range / 2) >= DIFFERENT;
  });
}

const configSchema = z.object({
  parameters: z.array(z.enum(parameterNames)),
  ranges: z.array(z.object({ min: z.number(), max: z.number() })),
});

/** Extent of the training range of each parameter that the model removes, K, dex, dex. */
function rangesOf(model: StoredModel): number[] {
  return configSchema.parse(model.config).ranges.map(({ min, max }) => max - min);
}

function groupBy<T>(items: readonly T[], key: (item: T) => StarId | null): Map<StarId, T[]> {
  const groups = new Map<StarId, T[]>();
  for (const item of items) {
    const own = key(item);
    if (own !== null) groups.set(own, [...(groups.get(own) ?? []), item]);
  }
  return groups;
}

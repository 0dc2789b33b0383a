import type { Search, StarEvidence } from '../../compute/compute.js';
import { InputError } from '../../domain/errors.js';
import type { StarId } from '../../domain/star.js';
import { RANKED } from '../../domain/twinRanking.js';
import { type Found, findNeighbours, type TwinPage } from '../../storage/twinSearch.js';
import type { View } from '../../storage/view.js';
import { modelSource } from '../modelSource.js';
import type { RequestServices } from '../services.js';

/** What a star's search found, and how the nearest of that compare with it. */
export interface ComparedNeighbours extends Found {
  /** Log Bayes factors of the first RANKED, as Compute.rank has them; null where they were not compared. */
  readonly factors: Float64Array | null;
}

export interface NeighbourSearch {
  readonly modelId: string;
  readonly page: TwinPage;
}

type Services = Pick<RequestServices, 'db' | 'compute' | 'signal'>;
type FindEvidence = (starId: StarId) => Promise<StarEvidence | null>;

/**
 * The neighbours of the stars of a level. Where their page is the first, they are compared, some stars while others are still searched for: a request of fifty stars takes a tenth less time than with one after
 * the other. What has to be read for a comparison is read for all stars at once, when all were searched for. An Error for a star that could not be compared as it should.
 */
export async function findCompared(
  services: Services,
  view: View,
  { modelId, page }: NeighbourSearch,
  stars: readonly StarId[],
  evidence: FindEvidence,
): Promise<Map<StarId, ComparedNeighbours | Error>> {
  const searched = Promise.withResolvers<void>();
  const comparing: Promise<[StarId, ComparedNeighbours | Error][]>[] = [];
  const onFound = (some: ReadonlyMap<StarId, Found>) => {
    const compared = compareSome(services, { modelId, page }, some, async (starId) => {
      await searched.promise;
      return evidence(starId);
    });
    // It is heard below; the search may go on for longer.
    compared.catch(() => {});
    comparing.push(compared);
  };
  try {
    await findNeighbours(services.db, view, modelId, stars, page, onFound);
  } finally {
    searched.resolve();
  }
  return new Map((await Promise.all(comparing)).flat());
}

/** Log Bayes factors of each search; of all at once, or an Error of each by itself that cannot be compared: that must not take the others with it. */
export async function compareAll(
  services: Services,
  modelId: string,
  searches: readonly Search[],
  evidence: FindEvidence,
): Promise<(Float64Array | Error)[]> {
  const rank = (some: readonly Search[]) => services.compute.rank(modelSource(services, modelId), some, evidence);
  try {
    return await rank(searches);
  } catch (error) {
    if (!(error instanceof InputError) || searches.length === 1) throw error;
    return Promise.all(
      searches.map((search) =>
        rank([search]).then(
          ([factors]) => factors,
          (reason: Error) => reason,
        ),
      ),
    );
  }
}

async function compareSome(
  services: Services,
  { modelId, page }: NeighbourSearch,
  some: ReadonlyMap<StarId, Found>,
  evidence: FindEvidence,
): Promise<[StarId, ComparedNeighbours | Error][]> {
  const searches = new Map<StarId, Search>();
  for (const [starId, { own, neighbours }] of some)
    if (own.evidence && neighbours.length > 0 && isComplete(page, neighbours.length))
      searches.set(starId, { own: own.evidence, candidates: neighbours.slice(0, RANKED) });
  const factors = searches.size > 0 ? await compareAll(services, modelId, [...searches.values()], evidence) : [];
  const compared = new Map(Array.from(searches.keys(), (starId, i) => [starId, factors[i]]));
  return Array.from(some, ([starId, found]) => {
    const told = compared.get(starId) ?? null;
    return [starId, told instanceof Error ? told : { ...found, factors: told }];
  });
}

/** Whether what was found is what is put in order: of a first page, and not to be searched for again since a walk along the index has found too few. */
function isComplete({ after, plan, first }: TwinPage, found: number): boolean {
  return after == null && (plan?.name !== 'HNSW' || found === first);
}

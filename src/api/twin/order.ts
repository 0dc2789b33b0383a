import type { ChiSquare, StarEvidence } from '../../compute/compute.js';
import { FalseTwins } from '../../domain/falseTwins.js';
import { compareIds, type StarId } from '../../domain/star.js';
import { RANKED } from '../../domain/twinRanking.js';
import { EXACT, type SearchPlan } from '../../storage/searchPlan.js';
import type { StarFilter } from '../../storage/starFilter.js';
import { findNeighboursOf, type Neighbour, type OwnLatent, type TwinCursor } from '../../storage/twinSearch.js';
import type { Context } from '../context.js';
import { modelSource } from '../modelSource.js';
import { foreignCursor } from '../relay/cursor.js';
import type { ComparedNeighbours } from './comparedNeighbours.js';
import type { RankedEdge, RankedPlace, TwinPlace } from './cursor.js';
import { leading } from './leading.js';

/** A star found, at its place in the answer. */
export interface Twin extends Neighbour {
  /** Null where either latent is of an older version, or cannot be compared. */
  readonly logBayesFactor: number | null;
  readonly place: TwinPlace;
  /** Compares all twins of the page when first asked; null as above. */
  readonly chiSquare: () => Promise<ChiSquare | null>;
  /** Expected number of unrelated stars as near as this; null where the population was not described, or the stars searched are few. */
  readonly falseTwinRate: () => Promise<number | null>;
}

export interface TwinPage {
  readonly first: number;
  readonly after: TwinPlace | null;
  readonly filter: StarFilter | null;
}

/** A spectrum that is not in the archive, as a model encodes it. */
export interface QueryLatent {
  readonly searched: Float32Array;
  readonly evidence: StarEvidence;
}

export interface TwinAnswer {
  readonly twins: readonly Twin[];
  readonly plan: SearchPlan['name'];
  /** The latent of the star asked about; null where it was not encoded, and for a spectrum. */
  readonly own: OwnLatent | null;
}

/**
 * One page of the twins of a star or of a spectrum: of the RANKED nearest by (distance, id) in the order of (log Bayes factor descending, id), those that cannot be compared last;
 * then of all others by (distance, id). Where the star itself cannot be compared, all by (distance, id).
 */
export async function findTwins(
  context: Context,
  modelId: string,
  own: StarId | QueryLatent,
  page: TwinPage,
): Promise<TwinAnswer> {
  const search = await TwinSearch.begin(context, modelId, own, page);
  const { first, after } = page;
  if (after?.segment === 'distance') {
    const { neighbours: beyond } = await search.nearest(first, { distance: after.key, id: after.id });
    return search.finish(beyond, await search.factors(beyond));
  }
  const { neighbours: found, factors: compared } = await search.nearest(RANKED + first, null);
  const nearest = found.slice(0, RANKED);
  search.endAt(nearest);
  const factors = await search.factors(nearest, compared);
  // Such a place was given out while the star's own evidence was there.
  if (factors === null && after) throw foreignCursor('state of the archive');
  if (factors === null) return search.finish(found.slice(0, first), null);
  const following = nearest
    .map(({ starId }, i) => ({ i, id: starId, key: factors[i] }))
    .filter((rank) => !after || compareRanks(rank, after) > 0);
  const ranked = leading(following, first, compareRanks);
  const others = found.slice(RANKED, RANKED + first - ranked.length);
  const twins = [...ranked.map(({ i }) => found[i]), ...others];
  const beyond = (await search.factors(others)) ?? others.map(() => null);
  return search.finish(twins, [...ranked.map(({ key }) => key), ...beyond], ranked.length);
}

type Rank = Pick<RankedPlace, 'key' | 'id'>;

/** By (factor descending, id), a factor that is not known last; above 0 where a comes after b. */
function compareRanks(a: Rank, b: Rank): number {
  if (a.key !== b.key) return a.key === null ? 1 : b.key === null ? -1 : b.key - a.key;
  return compareIds(a.id, b.id);
}

/** Stars in order of (distance, id), and of the first RANKED their log Bayes factors where those were worked out already. */
type Nearest = Pick<ComparedNeighbours, 'neighbours' | 'factors'>;

/** The parts of one search that need the database or the compute process. */
class TwinSearch {
  #plan: SearchPlan;
  #own: OwnLatent | null = null;
  #edge: RankedEdge;

  private constructor(
    private readonly context: Context,
    private readonly modelId: string,
    private readonly origin: StarId | QueryLatent,
    private readonly page: TwinPage,
    plan: SearchPlan,
  ) {
    this.#plan = plan;
    this.#edge = page.after?.edge ?? { stars: 0, distance: 0 };
  }

  /** Notes where the ranked ones end. */
  endAt(ranked: readonly Neighbour[]): void {
    this.#edge = { stars: ranked.length, distance: ranked.at(-1)?.distance ?? 0 };
  }

  /** A page that follows another is searched by the plan of that one: the index may miss a star that a scan finds. */
  static async begin(
    context: Context,
    modelId: string,
    origin: StarId | QueryLatent,
    page: TwinPage,
  ): Promise<TwinSearch> {
    const { planner } = context;
    const { after, filter, first } = page;
    const view = await context.view();
    const plan = after
      ? after.plan === 'HNSW'
        ? await planner.walk(modelId)
        : EXACT
      : await planner.choose(view, modelId, filter, RANKED + first);
    if (plan !== EXACT && modelId === view.modelId) context.acquaintance.begin(modelId);
    return new TwinSearch(context, modelId, origin, page, plan);
  }

  /** The nearest stars after a place, exactly where a walk along the index did not find as many. */
  async nearest(first: number, after: TwinCursor | null): Promise<Nearest> {
    const found = await this.#load(first, after, this.#plan);
    if (this.#plan === EXACT || found.neighbours.length === first) return found;
    if (this.page.after === null) {
      this.#plan = EXACT;
      return this.#load(first, after, EXACT);
    }
    // What stands before this place was given out by the index, and a scan goes on from here.
    const last = found.neighbours.at(-1);
    const place = last ? { distance: last.distance, id: last.starId } : after;
    const { neighbours } = await this.#load(first - found.neighbours.length, place, EXACT);
    return { neighbours: [...found.neighbours, ...neighbours], factors: null };
  }

  async #load(first: number, after: TwinCursor | null, plan: SearchPlan): Promise<Nearest> {
    const { context, modelId, origin } = this;
    const page = { first, after, filter: this.page.filter, plan };
    if (typeof origin !== 'string') {
      const neighbours = await findNeighboursOf(context.db, await context.view(), modelId, origin.searched, page);
      return { neighbours, factors: null };
    }
    const found = await context.loaders.neighbours({ modelId, page }).load(origin);
    this.#own = found?.own ?? null;
    return found ?? { neighbours: [], factors: null };
  }

  /**
   * Log Bayes factors, in their order, null for one that cannot be compared; null for all where the star itself cannot, or none of them.
   * @param known where they were compared when they were found
   */
  async factors(
    neighbours: readonly Neighbour[],
    known: Float64Array | null = null,
  ): Promise<readonly (number | null)[] | null> {
    if (neighbours.length === 0) return [];
    const own = this.#evidence;
    if (!own) return null;
    const factors = known ?? (await this.context.loaders.factors(this.modelId).load({ own, candidates: neighbours }));
    if (factors.every(Number.isNaN)) return null;
    return Array.from(factors, (factor) => (Number.isNaN(factor) ? null : factor));
  }

  /** @param ranked how many, from the first on, stand in the order of their factors */
  finish(neighbours: readonly Neighbour[], factors: readonly (number | null)[] | null, ranked = 0): TwinAnswer {
    const plan = this.#plan.name;
    const edge = this.#edge;
    let comparing: Promise<Map<StarId, ChiSquare | null>> | null = null;
    let expecting: Promise<FalseTwins | null> | null = null;
    const twins = neighbours.map((neighbour, i): Twin => {
      const id = neighbour.starId;
      return {
        ...neighbour,
        logBayesFactor: factors?.[i] ?? null,
        place:
          i < ranked && factors
            ? { segment: 'ranked', key: factors[i], id, plan, edge }
            : { segment: 'distance', key: neighbour.distance, id, plan, edge },
        chiSquare: async () => {
          comparing ??= this.#compare(neighbours);
          return (await comparing).get(id) ?? null;
        },
        falseTwinRate: async () => {
          expecting ??= this.#expect();
          return (await expecting)?.within(neighbour.distance) ?? null;
        },
      };
    });
    return { twins, plan, own: this.#own };
  }

  async #compare(neighbours: readonly Neighbour[]): Promise<Map<StarId, ChiSquare | null>> {
    const own = this.#evidence;
    if (!own) return new Map();
    const known = this.context.loaders.evidence(this.modelId);
    const all = await Promise.all(neighbours.map(({ starId }) => known.load(starId)));
    const others = neighbours.flatMap(({ starId }, i) => {
      const evidence = all[i];
      return evidence ? [{ starId, evidence }] : [];
    });
    const evidence = others.map(({ evidence }) => evidence);
    const compared = await this.context.compute.compare(this.#source, own, evidence);
    return new Map(others.map(({ starId }, i) => [starId, compared[i]]));
  }

  async #expect(): Promise<FalseTwins | null> {
    const vector = typeof this.origin === 'string' ? this.#own?.searched : this.origin.searched;
    const population = await this.context.loaders.population.load(this.modelId);
    if (!vector || population?.mean.length !== vector.length) return null;
    return new FalseTwins(population, vector, this.#edge.stars, this.#edge.distance);
  }

  get #evidence(): StarEvidence | null {
    return typeof this.origin === 'string' ? (this.#own?.evidence ?? null) : this.origin.evidence;
  }

  get #source() {
    return modelSource(this.context, this.modelId);
  }
}

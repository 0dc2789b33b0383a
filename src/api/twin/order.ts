import type { ChiSquare } from '../../compute/compute.js';
import type { StarId } from '../../domain/star.js';
import { RANKED } from '../../domain/twinRanking.js';
import { loadEvidence, type StoredEvidence } from '../../storage/evidence.js';
import type { StarFilter } from '../../storage/starFilter.js';
import { type Neighbour, nearest } from '../../storage/twinSearch.js';
import type { Context } from '../context.js';
import { modelSource } from '../modelSource.js';
import type { TwinPlace } from './cursor.js';

/** A star found, at its place in the answer. */
export interface Twin extends Neighbour {
  /** Null where the model or the latent is of an older version. */
  readonly logBayesFactor: number | null;
  readonly place: TwinPlace;
  /** Compares all twins of the page when first asked; null as above. */
  readonly chiSquare: () => Promise<ChiSquare | null>;
}

export interface TwinPage {
  readonly first: number;
  readonly after: TwinPlace | null;
  readonly filter: StarFilter | null;
}

/** A spectrum that is not in the archive, as a model encodes it. */
export interface QueryLatent {
  readonly searched: Float32Array;
  readonly evidence: StoredEvidence;
}

/**
 * One page of the twins of a star or of a spectrum: of the RANKED nearest by (distance, id) in the order of (log Bayes factor descending, id), then of all others by (distance, id).
 */
export async function findTwins(
  context: Context,
  modelId: string,
  own: StarId | QueryLatent,
  page: TwinPage,
): Promise<Twin[]> {
  const search = new TwinSearch(context, modelId, own, page.filter);
  const { first, after } = page;
  if (after?.segment === 'distance') {
    const beyond = await search.nearest(first, { distance: after.key, id: after.id });
    return search.finish(beyond, await search.factors(beyond));
  }
  const found = await search.nearest(RANKED + first, null);
  const factors = await search.factors(found.slice(0, RANKED));
  if (factors === null) return search.finish(found.slice(0, first), null);
  const ranked = found
    .slice(0, RANKED)
    .map((neighbour, i) => ({ neighbour, factor: factors[i] }))
    .sort((a, b) => b.factor - a.factor || compareIds(a.neighbour.starId, b.neighbour.starId))
    .filter(({ neighbour, factor }) => !after || isBeyond(after, factor, neighbour.starId))
    .slice(0, first);
  const others = found.slice(RANKED, RANKED + first - ranked.length);
  const twins = [...ranked.map(({ neighbour }) => neighbour), ...others];
  const beyond = (await search.factors(others)) ?? [];
  return search.finish(twins, [...ranked.map(({ factor }) => factor), ...beyond], ranked.length);
}

function isBeyond({ key, id }: TwinPlace, factor: number, starId: StarId): boolean {
  return factor < key || (factor === key && compareIds(starId, id) > 0);
}

/** Byte order, that of the database. */
function compareIds(a: StarId, b: StarId): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The parts of one search that need the database or the compute process. */
class TwinSearch {
  readonly #evidence = new Map<StarId, StoredEvidence>();

  constructor(
    private readonly context: Context,
    private readonly modelId: string,
    private readonly own: StarId | QueryLatent,
    private readonly filter: StarFilter | null,
  ) {}

  async nearest(first: number, after: { distance: number; id: StarId } | null): Promise<Neighbour[]> {
    const { context, modelId, own, filter } = this;
    const view = await context.view();
    const origin = typeof own === 'string' ? own : own.searched;
    return (await nearest(context.db, view, modelId, origin, { first, after, filter })).rows;
  }

  /** Log Bayes factors, in their order; null where the star or one of the others has no evidence. */
  async factors(neighbours: readonly Neighbour[]): Promise<readonly number[] | null> {
    if (neighbours.length === 0) return [];
    const { context, modelId } = this;
    const wanted = [...(typeof this.own === 'string' ? [this.own] : []), ...neighbours.map(({ starId }) => starId)];
    const missing = wanted.filter((id) => !this.#evidence.has(id));
    const loaded = await loadEvidence(context.db, await context.view(), modelId, missing);
    for (const [id, evidence] of loaded) this.#evidence.set(id, evidence);
    const compared = this.#compared(neighbours);
    return compared && Array.from(await context.compute.rank(this.#source, compared.own, compared.others));
  }

  /** @param ranked how many, from the first on, stand in the order of their factors */
  finish(neighbours: readonly Neighbour[], factors: readonly number[] | null, ranked = 0): Twin[] {
    let comparing: Promise<ChiSquare[] | null> | null = null;
    const compare = () => {
      const compared = factors && this.#compared(neighbours);
      return compared
        ? this.context.compute.compare(this.#source, compared.own, compared.others)
        : Promise.resolve(null);
    };
    return neighbours.map((neighbour, i) => ({
      ...neighbour,
      logBayesFactor: factors?.[i] ?? null,
      place:
        i < ranked && factors
          ? { segment: 'ranked', key: factors[i], id: neighbour.starId }
          : { segment: 'distance', key: neighbour.distance, id: neighbour.starId },
      chiSquare: async () => {
        comparing ??= compare();
        return (await comparing)?.[i] ?? null;
      },
    }));
  }

  #compared(neighbours: readonly Neighbour[]): { own: StoredEvidence; others: StoredEvidence[] } | null {
    const own = typeof this.own === 'string' ? this.#evidence.get(this.own) : this.own.evidence;
    const others = neighbours.flatMap(({ starId }) => this.#evidence.get(starId) ?? []);
    return own && others.length === neighbours.length ? { own, others } : null;
  }

  get #source() {
    return modelSource(this.context, this.modelId);
  }
}

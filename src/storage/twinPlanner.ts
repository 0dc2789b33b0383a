import { binder } from './bind.js';
import { quoteIdentifier } from './copyBinary.js';
import type { Database } from './database.js';
import { EXACT, type SearchPlan } from './searchPlan.js';
import { catalogueOf, filterConditions, type StarFilter } from './starFilter.js';
import { type View, visibleParameters } from './view.js';

/** An index made meanwhile is taken into use, and a filter weighed anew, after so long. */
const KEPT_MS = 60_000;
/** Filters that are remembered. */
const REMEMBERED = 1000;
/** Stars that a filter is tried on. */
const SAMPLE = 500;
/**
 * Candidates that a walk along the index may look at: through a filter each costs look-ups in the catalogue (some 12 µs), where an exact scan of 100,000 stars passes
 * over the tables (some 40 ms, and 12 µs for each star of the filter).
 */
const WORTH_WALKING = 4000;

/**
 * Decides how the nearest stars are looked for. Exact where a model has no index, which small archives have not, or where the filter leaves few stars of the neighbourhood; by the index
 * otherwise. How much a filter leaves is told by a sample of the stars. What is found out is kept for a minute, for it only makes searches slow or fast, never wrong.
 */
export class TwinPlanner {
  readonly #indexes = new Map<string, Kept<IndexSize | null>>();
  readonly #shares = new Map<string, Kept<number>>();

  constructor(private readonly db: Database) {}

  /** @param wanted how many neighbours */
  async choose(
    view: View,
    modelId: string,
    filter: StarFilter | null | undefined,
    wanted: number,
  ): Promise<SearchPlan> {
    if (filter?.ids) return EXACT;
    const index = await this.#index(modelId);
    if (index === null || wanted > WORTH_WALKING) return EXACT;
    const share = await this.#share(view, filter, index.rows);
    return wanted <= WORTH_WALKING * share ? { name: 'HNSW', dimensions: index.dimensions } : EXACT;
  }

  /** The plan of a search by the index, for the pages after one that was found so; exact where there is no index any more. */
  async walk(modelId: string): Promise<SearchPlan> {
    const index = await this.#index(modelId);
    return index ? { name: 'HNSW', dimensions: index.dimensions } : EXACT;
  }

  #index(modelId: string): Promise<IndexSize | null> {
    return kept(this.#indexes, modelId, async () => {
      const table = quoteIdentifier(`latent_${modelId}`);
      const [row] = await this.db.query<{ dimensions: number | null; rows: number }>(
        `select c.reltuples::float8 as rows,
           (select vector_dims(searched) from latent where model_id = $1 and visit = 0 and searched is not null limit 1) as dimensions
         from pg_index i join pg_class c on c.oid = i.indrelid
         where i.indexrelid = to_regclass($2) and i.indisvalid and i.indrelid = to_regclass($3)`,
        [modelId, quoteIdentifier(`latent_${modelId}_hnsw`), table],
      );
      return row?.dimensions ? { dimensions: row.dimensions, rows: Math.max(row.rows, SAMPLE) } : null;
    });
  }

  /**
   * The share of the stars that pass a filter. Those that the view hides count as such that do not: a walk along the index meets them in vain too. No answer depends on it but by its plan,
   * which tells a reader no more of what is hidden than the time of the search does.
   */
  async #share(view: View, filter: StarFilter | null | undefined, rows: number): Promise<number> {
    const parameters: unknown[] = [...visibleParameters(view)];
    const bind = binder(parameters);
    const conditions = filterConditions(view, filter, bind);
    if (conditions.length === 0) return 1;
    const catalogue = catalogueOf(filter, bind);
    const percentage = bind(Math.min(100, (100 * SAMPLE) / rows));
    return kept(this.#shares, JSON.stringify(parameters) + conditions.join(), async () => {
      const [{ share }] = await this.db.query<{ share: number | null }>(
        `select avg((exists (select 1 from (values (1)) as one ${catalogue} where ${conditions.join(' and ')}))::int)::float8 as share
         from star tablesample system (${percentage}::float4) repeatable (1)`,
        parameters,
      );
      return share ?? 0;
    });
  }
}

interface IndexSize {
  readonly dimensions: number;
  /** About so many latents. */
  readonly rows: number;
}

interface Kept<T> {
  readonly until: number;
  readonly value: Promise<T>;
}

function kept<T>(among: Map<string, Kept<T>>, key: string, find: () => Promise<T>): Promise<T> {
  const known = among.get(key);
  if (known && known.until > Date.now()) return known.value;
  const value = find();
  among.delete(key);
  among.set(key, { until: Date.now() + KEPT_MS, value });
  value.catch(() => among.delete(key));
  const [oldest] = among.keys();
  if (among.size > REMEMBERED && oldest !== undefined) among.delete(oldest);
  return value;
}

import type { StarId } from '../domain/star.js';
import type { Sharing } from '../domain/systematics.js';
import type { Database } from './database.js';
import { toFloats } from './latent.js';
import { NEVER, seenIn } from './revision.js';
import { VISIBLE, type View, visibleAs, visibleParameters } from './view.js';

/** Projections: pca, umap. Finders of groups: kmeans, hdbscan. And what latents follow that they should not. */
export type AnalysisMethod = 'pca' | 'umap' | 'kmeans' | 'hdbscan' | 'systematics';

/** A projection or a search for groups, over all stars of some releases under a model. */
export interface NewAnalysis {
  readonly modelId: string;
  readonly method: AnalysisMethod;
  readonly settings: Readonly<Record<string, unknown>>;
  /** What it was made from: ids of releases and of each the revision seen. */
  readonly releases: readonly { readonly id: number; readonly revision: number }[];
  /** Of the method, its settings and all that went in. */
  readonly checksum: string;
  readonly stars: number;
  /** Figures of the whole. */
  readonly results: Readonly<Record<string, unknown>>;
}

export interface StoredAnalysis extends Omit<NewAnalysis, 'releases'> {
  readonly id: number;
  readonly releaseIds: readonly number[];
  readonly createdAt: Date;
}

const COLUMNS = `a.id, a.model_id as "modelId", a.method, a.settings, to_json(a.release_ids) as "releaseIds", a.checksum, a.stars, a.results,
  a.created_at as "createdAt"`;

/**
 * A condition on `analysis` as `a`: that all it was made from is visible, so that it tells of nothing else, and that no combined spectrum among it was replaced since: what it
 * says of that star would not go with what is said of it elsewhere. The statement's parameters $1 and $2 are `visibleParameters(view)`.
 */
export const VISIBLE_ANALYSIS = `not exists (
  select 1 from unnest(a.release_ids, a.revisions) as used(release_id, revision)
  where not exists (
    select 1 from ${visibleAs('seen')} where seen.release_id = used.release_id and seen.revision >= used.revision and not exists (
      select 1 from spectrum s
      where s.release_id = used.release_id and s.visit = 0 and s.until > used.revision and s.until <= seen.revision and s.until < ${NEVER} and s.revision <= used.revision)))`;

/** The newest visible analyses of a model, one for each of these methods that has one. One statement. */
export async function loadAnalyses(
  db: Database,
  view: View,
  modelId: string,
  methods: readonly AnalysisMethod[],
): Promise<StoredAnalysis[]> {
  return db.query<StoredAnalysis>(
    `select distinct on (a.method) ${COLUMNS} from analysis a
     where a.model_id = $3 and a.method = any($4::text[]) and ${VISIBLE_ANALYSIS}
     order by a.method, a.id desc`,
    [...visibleParameters(view), modelId, methods],
  );
}

/** What the newest visible search for systematics of each model says of neighbours that share how they were observed. One statement. */
export async function loadSharing(
  db: Database,
  view: View,
  modelIds: readonly string[],
): Promise<Map<string, readonly Sharing[]>> {
  const rows = await db.query<{ modelId: string; sharing: readonly Sharing[] }>(
    `select distinct on (a.model_id) a.model_id as "modelId", a.results->'sharing' as sharing from analysis a
     where a.model_id = any($3::text[]) and a.method = 'systematics' and ${VISIBLE_ANALYSIS}
     order by a.model_id, a.id desc`,
    [...visibleParameters(view), modelIds],
  );
  return new Map(rows.map(({ modelId, sharing }) => [modelId, sharing]));
}

/** The analysis of the same input, if it is there. */
export async function findAnalysis(
  db: Database,
  { modelId, method, checksum }: Pick<NewAnalysis, 'modelId' | 'method' | 'checksum'>,
): Promise<StoredAnalysis | null> {
  const [found] = await db.query<StoredAnalysis>(
    `select ${COLUMNS} from analysis a where a.model_id = $1 and a.method = $2 and a.checksum = $3`,
    [modelId, method, checksum],
  );
  return found ?? null;
}

/**
 * Stores the row of an analysis, in place of the earlier ones by this method of the same releases; what belongs to those goes with them. To be called in the
 * transaction that stores what was found.
 * @returns its id
 */
export async function storeAnalysis(tx: Database, analysis: NewAnalysis): Promise<number> {
  const { modelId, method, settings, checksum, stars, results } = analysis;
  const releases = analysis.releases.toSorted((a, b) => a.id - b.id);
  const ids = releases.map(({ id }) => id);
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`analysis ${modelId} ${method}`]);
  await tx.query('delete from analysis where model_id = $1 and method = $2 and release_ids = $3::int[]', [
    modelId,
    method,
    ids,
  ]);
  const [{ id }] = await tx.query<{ id: number }>(
    `insert into analysis (model_id, method, settings, release_ids, revisions, checksum, stars, results)
     values ($1, $2, $3, $4, $5, $6, $7, $8) returning id`,
    [
      modelId,
      method,
      JSON.stringify(settings),
      ids,
      releases.map(({ revision }) => revision),
      checksum,
      stars,
      JSON.stringify(results),
    ],
  );
  return id;
}

/** Rows fetched at once: 20,000 vectors of 20 dimensions are 5 MB of text. */
const BATCH = 20_000;

/**
 * The vectors that are searched: of each star that of its combined spectrum in the newest visible release, under a model, in order of star id; fetched in batches.
 */
export async function* scanSearched(
  db: Database,
  view: View,
  modelId: string,
  batch: number = BATCH,
): AsyncGenerator<{ starId: StarId; searched: Float32Array }[], void, undefined> {
  for (let last = ''; ; ) {
    const rows = await db.query<{ starId: StarId; searched: string | null }>(
      `select distinct on (l.star_id) l.star_id as "starId", l.searched
       from ${VISIBLE}
       join latent l on l.model_id = $3 and l.release_id = visible.release_id and l.visit = 0 and ${seenIn('l')}
       where l.star_id > $4
       order by l.star_id, visible.rank limit $5`,
      [...visibleParameters(view), modelId, last, batch],
    );
    if (rows.length === 0) return;
    yield rows.flatMap(({ starId, searched }) => (searched === null ? [] : [{ starId, searched: toFloats(searched) }]));
    last = rows[rows.length - 1].starId;
  }
}

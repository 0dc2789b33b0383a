import type { Database } from './database.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleAs, visibleParameters } from './view.js';

/** A share from 0 to 1 with its standard error; what could not be told is null, as JSON has it. */
export interface MeasuredShare {
  readonly value: number | null;
  readonly error: number | null;
}

/** How well one order of the candidates finds twins. */
export interface MeasuredOrder {
  readonly recovered: MeasuredShare;
  /** Median number of stars before the twin. */
  readonly medianBefore: number | null;
  /** Share of stars with at most so many others before their twin: Fig. 3 of de Mijolla et al. (2021). */
  readonly curve: { readonly falseTwins: readonly number[]; readonly share: readonly number[] };
}

/** A signal to noise per pixel; none, log-uniform (each its own), or own (as the spectra came). */
export type MeasuredNoise = number | string;

export interface MeasuredRecovery {
  readonly noise: MeasuredNoise;
  readonly queries: number;
  readonly candidates: number;
  readonly withoutLatent: number;
  readonly encoder: MeasuredOrder;
  readonly searched: MeasuredOrder;
  readonly reranked: MeasuredOrder;
  readonly ownMetric: { readonly reranked: MeasuredOrder } | null;
  readonly amongNearest: MeasuredShare;
  readonly nearest: number;
  readonly bound: MeasuredOrder | null;
  readonly overBound: MeasuredShare | null;
  readonly chance: number;
}

export interface MeasuredRecasting {
  readonly spectra: number;
  readonly meanResidual: number;
  readonly meanSquaredError: number;
}

export interface MeasuredSpecies {
  readonly within68: number;
  readonly within95: number;
  /** dex */
  readonly rmse: number;
  readonly sigma: number;
  readonly reliable: number;
}

export interface MeasuredCoverage {
  readonly noise: MeasuredNoise;
  readonly method: string;
  /** In the order of the elements. */
  readonly species: readonly MeasuredSpecies[];
}

export interface MeasuredFault {
  readonly name: string;
  readonly description: string;
  readonly recovered: MeasuredShare;
  readonly loss: number;
}

/** What was measured; null or empty where it was not. */
export interface EvaluationResults {
  readonly recovery: readonly MeasuredRecovery[];
  readonly recasting: { readonly all: MeasuredRecasting; readonly far: MeasuredRecasting | null } | null;
  readonly abundances: {
    readonly elements: readonly string[];
    readonly trained: number;
    readonly tested: number;
    readonly coverage: readonly MeasuredCoverage[];
  } | null;
  readonly faults: {
    readonly snr: number;
    readonly reference: MeasuredShare;
    readonly rows: readonly MeasuredFault[];
  } | null;
  readonly trainedOn: boolean;
  readonly notes: readonly string[];
}

export interface NewEvaluation {
  readonly modelId: string;
  readonly set: string;
  readonly setKey: string;
  /** The release whose spectra they are, with their greatest revision; null: a simulated file. */
  readonly release: { readonly id: number; readonly revision: number } | null;
  readonly spectra: number;
  readonly pairs: number;
  readonly simulated: boolean;
  readonly noiseless: boolean;
  readonly parts: readonly string[];
  /** null: all stars that have a twin. */
  readonly queries: number | null;
  readonly seed: number;
  readonly results: EvaluationResults;
}

export interface StoredEvaluation extends Omit<NewEvaluation, 'setKey' | 'release'> {
  readonly id: number;
  /** Name of the release; null for a file. */
  readonly release: string | null;
  readonly date: Date;
}

/** Stores evaluations, each in place of earlier ones of the same model and set that measured no more. */
export async function storeEvaluations(db: Database, evaluations: readonly NewEvaluation[]): Promise<void> {
  await atomically(db, async (tx) => {
    for (const { modelId, set, setKey, release, spectra, pairs, simulated, noiseless, ...measured } of evaluations) {
      const { parts, queries, seed, results } = measured;
      await tx.query(
        `delete from evaluation
         where model_id = $1 and set_key = $2 and parts <@ $3::text[] and ($4::int is null or queries <= $4)`,
        [modelId, setKey, parts, queries],
      );
      await tx.query(
        `insert into evaluation (model_id, set_name, set_key, release_id, revision, spectra, pairs, simulated, noiseless, parts, queries, seed, results)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
        [
          modelId,
          set,
          setKey,
          release?.id ?? null,
          release?.revision ?? null,
          spectra,
          pairs,
          simulated,
          noiseless,
          parts,
          queries,
          seed,
          JSON.stringify(results),
        ],
      );
    }
  });
}

/** Evaluations of a model that are told, the newest: more are history. */
const TOLD = 20;

/**
 * The visible evaluations of each model, the newest first: those on visible releases and on simulated files, of models that were trained on a visible release.
 * One statement.
 */
export async function loadEvaluations(
  db: Database,
  view: View,
  modelIds: readonly string[],
): Promise<Map<string, StoredEvaluation[]>> {
  const rows = await db.query<StoredEvaluation>(
    `select id, "modelId", set, release, spectra, pairs, simulated, noiseless, parts, queries, seed, results, date from (
       select e.id, e.model_id as "modelId", e.set_name as set, r.name as release, e.spectra, e.pairs, e.simulated, e.noiseless,
         to_json(e.parts) as parts, e.queries, e.seed::float8 as seed, e.results, e.evaluated_at as date,
         row_number() over (partition by e.model_id order by e.evaluated_at desc, e.id desc) as place
       from evaluation e
       join model m on m.id = e.model_id
       left join data_release r on r.id = e.release_id
       where e.model_id = any($3::text[])
         and exists (select 1 from ${visibleAs('learnt')} where learnt.release_id = m.trained_on_id)
         and (e.release_id is null
           or exists (select 1 from ${VISIBLE} where visible.release_id = e.release_id and e.revision <= visible.revision))
     ) as told where place <= $4 order by "modelId", place`,
    [...visibleParameters(view), modelIds, TOLD],
  );
  const found = new Map<string, StoredEvaluation[]>();
  for (const row of rows) found.set(row.modelId, [...(found.get(row.modelId) ?? []), row]);
  return found;
}

/** The greatest revision of what an evaluation reads of a release: a staged one makes it invisible until that is published. */
export async function evaluatedRevision(db: Database, releaseId: number): Promise<number> {
  const [{ revision }] = await db.query<{ revision: number }>(
    `select greatest(
       (select max(revision) from spectrum where release_id = $1 and visit = 0),
       (select max(revision) from star_parameters where release_id = $1),
       (select max(greatest(g.revision, m.revision)) from sibling_group g join sibling_group_member m on m.group_id = g.id
        where g.release_id = $1 and g.kind = 'truth'), 0)::int as revision`,
    [releaseId],
  );
  return revision;
}

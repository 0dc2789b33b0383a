import type { UnreliableReason } from '../domain/abundance.js';
import type { StarId } from '../domain/star.js';
import { NEWEST_ESTIMATOR, type StoredEstimator, visibleEstimators } from './abundanceEstimator.js';
import type { CopyTarget, Database } from './database.js';
import { ESTIMATE, type EstimateColumns, type LatentEstimate, lockLatents, toEstimate } from './latent.js';
import { holdStanding } from './latentInputs.js';
import { seenIn, seenTogether, standing } from './revision.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/** What an estimator makes of a star's combined spectrum; all arrays in the order of the estimator's elements, dex. */
export interface AbundanceEstimate {
  readonly value: readonly number[];
  /** Half-widths of the intervals that hold the truth with 68.3 and 95 % probability. */
  readonly sigma: readonly number[];
  readonly half95: readonly number[];
  /** The star's own part of the error. */
  readonly noise: readonly number[];
  /** Why a value cannot be relied upon; null where it can. */
  readonly reason: readonly (UnreliableReason | null)[];
}

export interface EstimateRow extends AbundanceEstimate {
  /** Stamp of the latent that it was made from: one that has changed meanwhile is made again. */
  readonly stamp: string;
  readonly starId: StarId;
  readonly releaseId: number;
  readonly revision: number;
}

export interface StoredEstimate extends AbundanceEstimate {
  /** Name of the release whose spectrum it is from. */
  readonly release: string;
  /** Signal to noise per pixel of that spectrum; null where unknown. */
  readonly snr: number | null;
}

const TARGET: CopyTarget = {
  table: 'abundance_estimate',
  columns: [
    { name: 'estimator_id', type: 'text' },
    { name: 'star_id', type: 'text' },
    { name: 'release_id', type: 'int4' },
    { name: 'revision', type: 'int4' },
    { name: 'until', type: 'int4' },
    { name: 'value', type: 'float4[]' },
    { name: 'sigma', type: 'float4[]' },
    { name: 'half95', type: 'float4[]' },
    { name: 'noise', type: 'float4[]' },
    { name: 'reason', type: 'text[]' },
  ],
};

/**
 * Stores estimates by COPY, in place of those of the same keys, all in one transaction; those of latents that are no longer what they were made from are left out.
 * @returns how many are stored now
 */
export async function storeEstimates(
  db: Database,
  { id: estimatorId, modelId }: Pick<StoredEstimator, 'id' | 'modelId'>,
  given: readonly EstimateRow[],
): Promise<number> {
  if (given.length === 0) return 0;
  return atomically(db, async (tx) => {
    await lockLatents(tx, modelId);
    await holdStanding(tx, given);
    const latents = await tx.query<{ stamp: string | null; until: number }>(
      `select ${STAMP} as stamp, l.until from unnest($1::text[], $2::int[], $3::int[]) with ordinality as key(star_id, release_id, revision, row)
       left join latent l on l.model_id = $4 and l.star_id = key.star_id and l.release_id = key.release_id and l.visit = 0 and l.revision = key.revision
       order by key.row`,
      [...keysOf(given), modelId],
    );
    const rows = given.flatMap((row, i) =>
      row.stamp === latents[i].stamp ? [{ ...row, until: latents[i].until }] : [],
    );
    await tx.query(
      `delete from abundance_estimate e using unnest($1::text[], $2::int[], $3::int[]) as key(star_id, release_id, revision)
       where e.estimator_id = $4 and e.star_id = key.star_id and e.release_id = key.release_id and e.revision = key.revision`,
      [...keysOf(rows), estimatorId],
    );
    await tx.copy(
      TARGET,
      rows.map(({ starId, releaseId, revision, until, value, sigma, half95, noise, reason }) => [
        estimatorId,
        starId,
        releaseId,
        revision,
        until,
        value,
        sigma,
        half95,
        noise,
        reason,
      ]),
    );
    return rows.length;
  });
}

function keysOf(rows: readonly EstimateRow[]): [StarId[], number[], number[]] {
  return [
    rows.map(({ starId }) => starId),
    rows.map(({ releaseId }) => releaseId),
    rows.map(({ revision }) => revision),
  ];
}

/** The estimates of each star from the newest visible release that has them. One statement. */
export async function loadEstimates(
  db: Database,
  view: View,
  estimatorId: string,
  ids: readonly StarId[],
): Promise<Map<StarId, StoredEstimate>> {
  const rows = await db.query<StoredEstimate & { starId: StarId }>(estimatesOf('$3', '$4'), [
    ...visibleParameters(view),
    estimatorId,
    ids,
  ]);
  return new Map(rows.map((row) => [row.starId, row]));
}

/** The same by the estimator that answers for a model: of the first method that the view sees one of, the newest. One statement. */
export async function loadChosenEstimates(
  db: Database,
  view: View,
  { modelId, methods }: EstimatorChoice,
  ids: readonly StarId[],
): Promise<Map<StarId, ChosenEstimate>> {
  const [row] = await db.query<{
    estimator: StoredEstimator | null;
    estimates: readonly (StoredEstimate & { starId: StarId })[] | null;
  }>(
    `with chosen as materialized (
       ${visibleEstimators('e.model_id = $3 and e.method = any($4::text[])')} order by array_position($4::text[], e.method), ${NEWEST_ESTIMATOR} limit 1)
     select (select to_json(chosen) from chosen) as estimator,
       (select json_agg(found) from (${estimatesOf('(select id from chosen)', '$5')}) as found) as estimates`,
    [...visibleParameters(view), modelId, methods, ids],
  );
  const { estimator, estimates } = row;
  return new Map(estimator && estimates?.map((estimate) => [estimate.starId, { estimator, estimate }]));
}

export interface EstimatorChoice {
  readonly modelId: string;
  /** In order of preference. */
  readonly methods: readonly string[];
}

export interface ChosenEstimate {
  readonly estimator: StoredEstimator;
  readonly estimate: StoredEstimate;
}

/** @param estimator, ids as SQL */
function estimatesOf(estimator: string, ids: string): string {
  // Arrays as JSON: the two engines parse real[] differently.
  return `select distinct on (e.star_id) e.star_id as "starId", r.name as release, to_json(e.value) as value, to_json(e.sigma) as sigma,
       to_json(e.half95) as half95, to_json(e.noise) as noise, to_json(e.reason) as reason, s.snr
     from ${VISIBLE}
     join abundance_estimate e on e.release_id = visible.release_id and ${seenIn('e')}
     join data_release r on r.id = e.release_id
     left join spectrum s on s.star_id = e.star_id and s.release_id = e.release_id and s.visit = 0 and s.revision = e.revision
     where e.estimator_id = ${estimator} and e.star_id = any(${ids}::text[])
     order by e.star_id, visible.rank`;
}

/** What changes whenever a latent does. */
const STAMP = 'md5(l.information_vector::text)';

/** A latent of a combined spectrum, as an estimator takes it. */
export interface LatentToEstimate {
  readonly starId: StarId;
  readonly releaseId: number;
  readonly revision: number;
  readonly estimate: LatentEstimate;
  readonly stamp: string;
  readonly extrapolated: boolean;
  /** Signal to noise per pixel of the spectrum; null where unknown. */
  readonly snr: number | null;
  /** [Fe/H] of the same release, dex. */
  readonly feh: number | null;
}

export interface LatentSelection {
  readonly modelId: string;
  /** Null: all releases. */
  readonly releaseId: number | null;
  /** Only those that this estimator has not made anything of; null: all, but for those that were replaced. */
  readonly missingUnder: string | null;
  /** Rows per batch: what is held in memory. */
  readonly batch: number;
}

const TO_ESTIMATE = `l.model_id = $1 and l.visit = 0 and l.residual is not null and ($2::int is null or l.release_id = $2)
         and case when $3::text is null then ${standing('l')} else not exists (
           select 1 from abundance_estimate e
           where e.estimator_id = $3 and e.star_id = l.star_id and e.release_id = l.release_id and e.revision = l.revision) end`;

/** Latents of combined spectra, staged ones too, in batches; each is a statement of its own that starts after the last key. */
export async function* scanLatentsToEstimate(
  db: Database,
  { modelId, releaseId, missingUnder, batch }: LatentSelection,
): AsyncGenerator<LatentToEstimate[], void, undefined> {
  let last = { starId: '', releaseId: -1, revision: -1 };
  for (;;) {
    const rows = await db.query<Omit<LatentToEstimate, 'estimate'> & EstimateColumns>(
      `select l.star_id as "starId", l.release_id as "releaseId", l.revision, l.extrapolated, s.snr, p.feh, ${STAMP} as stamp, ${ESTIMATE}
       from latent l
       join spectrum s on s.star_id = l.star_id and s.release_id = l.release_id and s.visit = l.visit and s.revision = l.revision
       left join star_parameters p on p.star_id = l.star_id and p.release_id = l.release_id and ${seenTogether('p', 's')}
       where ${TO_ESTIMATE} and (l.star_id, l.release_id, l.revision) > ($4, $5, $6)
       order by l.star_id, l.release_id, l.revision limit $7`,
      [modelId, releaseId, missingUnder, last.starId, last.releaseId, last.revision, batch],
    );
    if (rows.length === 0) return;
    yield rows.flatMap(({ starId, releaseId, revision, extrapolated, snr, feh, stamp, ...columns }) => {
      const estimate = toEstimate(columns);
      return estimate ? [{ starId, releaseId, revision, extrapolated, snr, feh, stamp, estimate }] : [];
    });
    last = rows[rows.length - 1];
  }
}

/** How many of the latents `scanLatentsToEstimate` gives. */
export async function countLatentsToEstimate(
  db: Database,
  { modelId, releaseId, missingUnder }: Omit<LatentSelection, 'batch'>,
): Promise<number> {
  const [{ count }] = await db.query<{ count: number }>(
    `select count(*)::int as count from latent l where ${TO_ESTIMATE}`,
    [modelId, releaseId, missingUnder],
  );
  return count;
}

import { fromSql } from 'pgvector';
import { NotFoundError } from '../domain/errors.js';
import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import { quoteIdentifier } from './copyBinary.js';
import type { CopyTarget, Database } from './database.js';
import { type LatentInputs, sameInputs, standingSpectra } from './latentInputs.js';
import { bytesToFloat32, float32ToBytes } from './littleEndian.js';
import { findModel } from './model.js';
import { keptIn, seenIn, standing } from './revision.js';
import { dropEstimatesOf } from './staleEstimates.js';
import { atomically } from './transaction.js';
import { VISIBLE, type View, visibleParameters } from './view.js';

/**
 * The maximum a posteriori estimate of a residual latent r, whose prior is N(0, I); n is the latent size, m the number of parameters that the model removes.
 */
export interface LatentEstimate {
  /** r̂, n. */
  readonly residual: Float32Array;
  /** Information L of the spectrum on r: lower triangle by rows, n (n + 1) / 2. The covariance of r̂ about the truth is (L + I)⁻¹. */
  readonly information: Float32Array;
  /** e = (L + I) r̂, n. */
  readonly informationVector: Float32Array;
  /** Parameters fitted together with r, in the model's order (K, dex, dex), m. */
  readonly refined: Float32Array;
  /** Their covariance: lower triangle by rows, m (m + 1) / 2. */
  readonly refinedCovariance: Float32Array;
}

/** What a model makes of one spectrum. */
export interface LatentRow {
  readonly starId: StarId;
  readonly releaseId: number;
  readonly visit: Visit;
  /** Of the spectrum; absent: the newest one. */
  readonly revision?: number | undefined;
  /** z of the estimate, which the decoder takes; null with a reason where there is no latent. */
  readonly z: Float32Array | null;
  /** What is searched by L2; null when z is. */
  readonly searched: Float32Array | null;
  /** Null when z is, and in rows of models that an older version trained. */
  readonly estimate: LatentEstimate | null;
  readonly extrapolated: boolean;
  /** Why there is no latent. */
  readonly reason: string | null;
}

export interface StoredLatent extends LatentRow {
  readonly modelId: string;
  /** Name of the release of the spectrum. */
  readonly release: string;
}

/** Makes the partition that holds a model's latents; nothing happens when it is there. @throws NotFoundError when there is no such model */
export async function ensurePartition(db: Database, modelId: string): Promise<void> {
  // DDL takes no parameters. A model's id has letters, digits, '.', '_' and '-' alone and 50 characters at most (the table's constraint).
  const partition = quoteIdentifier(`latent_${modelId}`);
  const isMade = async (on: Database) => {
    const [{ made }] = await on.query<{ made: boolean }>('select to_regclass($1) is not null as made', [partition]);
    return made;
  };
  // Who begins to encode waits for nobody who stores.
  if (await isMade(db)) return;
  await atomically(db, async (tx) => {
    await findModel(tx, modelId);
    await lockLatents(tx, modelId);
    if (await isMade(tx)) return;
    // Attached, not `create … partition of`: that would lock out readers of every model.
    await tx.query(`create table ${partition} (like latent including all)`);
    await tx.query(`alter table latent attach partition ${partition} for values in ('${modelId}')`);
  });
}

/** A latent to be stored. */
export interface NewLatent extends LatentRow {
  /** What it was made from: if any of this has changed meanwhile, it is not stored. Absent: it is stored whatever has changed. */
  readonly from?: LatentInputs | undefined;
}

/**
 * Stores the latents of spectra under a model by COPY, in place of those of the same keys, all in one transaction. Those whose spectrum or parameters are
 * no longer what they were made from are left out, and stay to be encoded. The partition must be there.
 * @returns the rows that are stored now
 * @throws NotFoundError naming a spectrum that is not stored, of a row that does not say what it was made from
 */
export async function storeLatents<Row extends NewLatent>(
  db: Database,
  modelId: string,
  rows: readonly Row[],
): Promise<readonly Row[]> {
  if (rows.length === 0) return [];
  return atomically(db, async (tx) => {
    // In this order one writer at a time shares the releases: many that overlap would keep out who is to change spectra.
    await lockLatents(tx, modelId);
    const standing = await standingSpectra(tx, rows);
    const stored = rows.flatMap((row, i) => {
      const spectrum = standing[i];
      if (!spectrum && !row.from)
        throw new NotFoundError('spectrum', `${row.starId} visit ${row.visit} in release ${row.releaseId}`);
      if (!spectrum || (row.from && !sameInputs(row.from, spectrum))) return [];
      return [{ row, revision: spectrum.revision, until: spectrum.until }];
    });
    await deleteLatents(
      tx,
      modelId,
      stored.map(({ row, revision }) => ({ ...row, revision })),
    );
    await dropEstimatesOf(
      tx,
      modelId,
      stored.filter(({ row }) => row.visit === 0).map(({ row, revision }) => ({ ...row, revision })),
    );
    await tx.copy(
      TARGET,
      stored.map(({ row, ...seen }) => copyRow(modelId, row, seen)),
    );
    return stored.map(({ row }) => row);
  });
}

/**
 * Deletes those of these rows that there are, mostly none. That is asked key by key: of a partition that was emptied the planner believes that it is empty still, and a join of it with
 * the keys reads with every batch all that was encoded since, up to 45 ms of 30,000 rows where this takes .3.
 */
async function deleteLatents(
  tx: Database,
  modelId: string,
  rows: readonly {
    readonly starId: StarId;
    readonly releaseId: number;
    readonly visit: Visit;
    readonly revision: number;
  }[],
): Promise<void> {
  const keys = `unnest($1::text[], $2::int[], $3::int[], $4::int[]) as key(star_id, release_id, visit, revision)`;
  const same = `l.model_id = $5 and l.star_id = key.star_id and l.release_id = key.release_id and l.visit = key.visit and l.revision = key.revision`;
  const parameters = [
    rows.map(({ starId }) => starId),
    rows.map(({ releaseId }) => releaseId),
    rows.map(({ visit }) => visit),
    rows.map(({ revision }) => revision),
    modelId,
  ];
  const [{ there }] = await tx.query<{ there: number }>(
    `select count((select 1 from latent l where ${same}))::int as there from ${keys}`,
    parameters,
  );
  if (there > 0) await tx.query(`delete from latent l using ${keys} where ${same}`, parameters);
}

const TARGET: CopyTarget = {
  table: 'latent',
  columns: [
    { name: 'model_id', type: 'text' },
    { name: 'star_id', type: 'text' },
    { name: 'release_id', type: 'int4' },
    { name: 'visit', type: 'int4' },
    { name: 'revision', type: 'int4' },
    { name: 'until', type: 'int4' },
    { name: 'z', type: 'vector' },
    { name: 'searched', type: 'vector' },
    { name: 'extrapolated', type: 'bool' },
    { name: 'reason', type: 'text' },
    { name: 'residual', type: 'vector' },
    { name: 'information', type: 'bytea' },
    { name: 'information_vector', type: 'vector' },
    { name: 'refined', type: 'float4[]' },
    { name: 'refined_covariance', type: 'float4[]' },
  ],
};

function copyRow(modelId: string, row: LatentRow, seen: { revision: number; until: number }): unknown[] {
  return [
    modelId,
    row.starId,
    row.releaseId,
    row.visit,
    seen.revision,
    seen.until,
    row.z,
    row.searched,
    row.extrapolated,
    row.reason,
    row.estimate?.residual,
    row.estimate && float32ToBytes(row.estimate.information),
    row.estimate?.informationVector,
    row.estimate?.refined,
    row.estimate?.refinedCovariance,
  ];
}

/** Writers of one model's latents take turns until their transactions end. */
export async function lockLatents(tx: Database, modelId: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`latent ${modelId}`]);
}

/** The latent of each star's combined spectrum under a model, from the newest visible release that was encoded. One statement. */
export async function loadLatents(
  db: Database,
  view: View,
  modelId: string,
  ids: readonly StarId[],
): Promise<Map<StarId, StoredLatent>> {
  const rows = await db.query<LatentColumns>(
    `select distinct on (l.star_id) l.star_id as "starId", l.release_id as "releaseId", r.name as release, l.visit, l.z, l.searched,
       l.extrapolated, l.reason, ${ESTIMATE}
     from ${VISIBLE}
     join latent l on l.release_id = visible.release_id and ${seenIn('l')}
     join data_release r on r.id = l.release_id
     where l.model_id = $3 and l.star_id = any($4::text[]) and l.visit = 0
     order by l.star_id, visible.rank`,
    [...visibleParameters(view), modelId, ids],
  );
  return new Map(
    rows.map(({ residual, information, informationVector, refined, refinedCovariance, ...row }) => [
      row.starId,
      {
        ...row,
        modelId,
        z: row.z === null ? null : toFloats(row.z),
        searched: row.searched === null ? null : toFloats(row.searched),
        estimate: toEstimate({ residual, information, informationVector, refined, refinedCovariance }),
      },
    ]),
  );
}

interface LatentColumns extends Omit<StoredLatent, 'modelId' | 'z' | 'searched' | 'estimate'>, EstimateColumns {
  readonly z: string | null;
  readonly searched: string | null;
}

/** Columns of an estimate as `toEstimate` takes them; the table is `l`. Arrays as JSON: the two engines parse real[] differently. */
export const ESTIMATE = `l.residual, l.information, l.information_vector as "informationVector", to_json(l.refined) as refined,
       to_json(l.refined_covariance) as "refinedCovariance"`;

export interface EstimateColumns {
  readonly residual: string | null;
  readonly information: Uint8Array | null;
  readonly informationVector: string | null;
  readonly refined: readonly number[] | null;
  readonly refinedCovariance: readonly number[] | null;
}

export function toEstimate(row: EstimateColumns): LatentEstimate | null {
  const { residual, information, informationVector, refined, refinedCovariance } = row;
  if (!residual || !information || !informationVector || !refined || !refinedCovariance) return null;
  return {
    residual: toFloats(residual),
    information: bytesToFloat32(information),
    informationVector: toFloats(informationVector),
    refined: Float32Array.from(refined),
    refinedCovariance: Float32Array.from(refinedCovariance),
  };
}

/**
 * Number of spectra of a release that went through a model, those without a latent (with a reason) and staged ones included.
 * @param kept as of a Selection of spectra (spectrumScan.ts)
 */
export async function countLatents(db: Database, modelId: string, releaseId: number, kept = false): Promise<number> {
  const [{ count }] = await db.query<{ count: number }>(
    `select count(*)::int as count from latent l join data_release r on r.id = l.release_id
     where l.model_id = $1 and l.release_id = $2 and (${standing('l')} or ($3::boolean and ${keptIn('l')}))`,
    [modelId, releaseId, kept],
  );
  return count;
}

/** The searched vectors of a release's combined spectra under a model, staged ones too, in order of star id: what `evaluate` ranks. */
export async function searchedVectors(
  db: Database,
  modelId: string,
  releaseId: number,
): Promise<{ starId: StarId; searched: Float32Array }[]> {
  const rows = await db.query<{ starId: StarId; searched: string }>(
    `select star_id as "starId", searched from latent
     where model_id = $1 and release_id = $2 and visit = 0 and searched is not null and ${standing('latent')} order by star_id`,
    [modelId, releaseId],
  );
  return rows.map(({ starId, searched }) => ({ starId, searched: toFloats(searched) }));
}

/** A vector comes as text, '[1,2,3]', in digits enough for every float32. */
export function toFloats(vector: string): Float32Array {
  return Float32Array.from(fromSql(vector) as number[]);
}

/** The stars whose combined spectrum was encoded under a model, hidden ones too, in order of id from one on. One statement. */
export async function listEncoded(db: Database, modelId: string, after: string, first: number): Promise<StarId[]> {
  const rows = await db.query<{ starId: StarId }>(
    `select distinct star_id as "starId" from latent where model_id = $1 and visit = 0 and star_id > $2 order by star_id limit $3`,
    [modelId, after, first],
  );
  return rows.map(({ starId }) => starId);
}

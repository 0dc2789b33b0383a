import { setTimeout as delay } from 'node:timers/promises';
import { quoteIdentifier } from './copyBinary.js';
import type { Database } from './database.js';

const LOOK_EVERY_MS = 500;

export interface LatentIndex {
  /** Latents of combined spectra under the model. */
  readonly rows: number;
  /** Whether there is an index now. */
  readonly indexed: boolean;
  /** Whether it was made by this call. */
  readonly made: boolean;
}

/** How far a build is: blocks of the table that were read; null while nothing is known. */
export interface IndexProgress {
  readonly done: number;
  readonly total: number;
}

/**
 * Makes the HNSW index (Malkov & Yashunin 2020) on a model's searched vectors, those of combined spectra, with pgvector's defaults (m 16, ef_construction 64).
 * On a server it is built concurrently: latents may be read and stored meanwhile. What a killed build left is removed first. Below `minimumRows` none is made:
 * an exact scan of 100,000 rows takes 14 ms and needs no upkeep.
 */
export async function buildLatentIndex(db: Database, modelId: string, minimumRows: number): Promise<LatentIndex> {
  const name = indexName(modelId);
  const [{ rows, size }] = await db.query<{ rows: number; size: number | null }>(
    `select count(*)::int as rows, min(vector_dims(searched)) as size from latent where model_id = $1 and visit = 0 and searched is not null`,
    [modelId],
  );
  await othersBuild(db, modelId);
  const [index] = await db.query<{ valid: boolean }>(
    'select indisvalid as valid from pg_index where indexrelid = to_regclass($1)',
    [quoteIdentifier(name)],
  );
  if (index?.valid) return { rows, indexed: true, made: false };
  const concurrently = db.kind === 'server' ? 'concurrently' : '';
  if (index) await db.query(`drop index ${concurrently} ${quoteIdentifier(name)}`);
  if (size === null || rows < minimumRows) return { rows, indexed: false, made: false };
  // The column has no length, since each model has its own; an index needs one.
  await db.query(
    `create index ${concurrently} ${quoteIdentifier(name)} on ${quoteIdentifier(`latent_${modelId}`)}
     using hnsw ((searched::vector(${size})) vector_l2_ops) where visit = 0 and searched is not null`,
  );
  return { rows, indexed: true, made: true };
}

/** A build goes on in the server when the client that asked for it is killed: it is waited for, not begun anew. */
async function othersBuild(db: Database, modelId: string): Promise<void> {
  while (db.kind === 'server' && (await indexProgress(db, modelId))) await delay(LOOK_EVERY_MS);
}

/** How far the build of a model's index is, asked while it goes on. */
export async function indexProgress(db: Database, modelId: string): Promise<IndexProgress | null> {
  const [row] = await db.query<{ done: string; total: string }>(
    'select blocks_done as done, blocks_total as total from pg_stat_progress_create_index where relid = to_regclass($1)',
    [quoteIdentifier(`latent_${modelId}`)],
  );
  return row ? { done: Number(row.done), total: Number(row.total) } : null;
}

/** At most 62 bytes: a model's id has 50, a name in Postgres 63. */
function indexName(modelId: string): string {
  return `latent_${modelId}_hnsw`;
}

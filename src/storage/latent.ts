import type { Visit } from '../domain/spectrum.js';
import type { StarId } from '../domain/star.js';
import type { Database } from './database.js';
import type { View } from './view.js';

/** What a model makes of one spectrum. */
export interface LatentRow {
  readonly starId: StarId;
  readonly releaseId: number;
  readonly visit: Visit;
  /** The encoder's z, which the decoder takes; null with a reason where there is no latent. */
  readonly z: Float32Array | null;
  /** What is searched by L2; null when z is. */
  readonly searched: Float32Array | null;
  readonly extrapolated: boolean;
  /** Why there is no latent. */
  readonly reason: string | null;
}

export interface StoredLatent extends LatentRow {
  readonly modelId: string;
  /** Name of the release of the spectrum. */
  readonly release: string;
}

/** Makes the partition that holds a model's latents; nothing happens when it is there. */
export async function ensurePartition(db: Database, modelId: string): Promise<void> {
  throw new Error('not written');
}

/**
 * Stores the latents of spectra under a model by COPY, in place of those of the same keys, all or none. The spectra must be stored and the
 * partition be there.
 * @throws NotFoundError naming a spectrum that is not stored
 */
export async function storeLatents(db: Database, modelId: string, rows: readonly LatentRow[]): Promise<void> {
  throw new Error('not written');
}

/** The latent of each star's combined spectrum under a model, from the newest visible release that was encoded. One statement. */
export async function loadLatents(
  db: Database,
  view: View,
  modelId: string,
  ids: readonly StarId[],
): Promise<Map<StarId, StoredLatent>> {
  throw new Error('not written');
}

/** Number of spectra of a release that went through a model, those without a latent (with a reason) and staged ones included. */
export async function countLatents(db: Database, modelId: string, releaseId: number): Promise<number> {
  throw new Error('not written');
}

/** The searched vectors of a release's combined spectra under a model, staged ones too, in order of star id: what `evaluate` ranks. */
export async function searchedVectors(
  db: Database,
  modelId: string,
  releaseId: number,
): Promise<{ starId: StarId; searched: Float32Array }[]> {
  throw new Error('not written');
}

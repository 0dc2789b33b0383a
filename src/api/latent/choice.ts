import { NotReadyError } from '../../domain/errors.js';
import type { StarId } from '../../domain/star.js';
import type { StoredLatent } from '../../storage/latent.js';
import type { Context } from '../context.js';

/** A latent that is there: z and the searched vector are not null. */
export type UsableLatent = StoredLatent & { readonly z: Float32Array; readonly searched: Float32Array };

export function isUsable(latent: StoredLatent | null): latent is UsableLatent {
  return latent !== null && latent.z !== null && latent.searched !== null;
}

/** Why a star has no latent under a model; null where it has one. */
export function missingReason(latent: StoredLatent | null, modelId: string): string | null {
  if (isUsable(latent)) return null;
  return latent?.reason ?? `not encoded under the model ${modelId}`;
}

/** @throws NotReadyError telling why there is no latent */
export async function requireLatent(context: Context, modelId: string, star: StarId): Promise<UsableLatent> {
  const latent = await context.loaders.latent(modelId).load(star);
  if (isUsable(latent)) return latent;
  throw noLatent(star, modelId, latent && missingReason(latent, modelId));
}

/** @param reason why there is none; null where the star was not encoded */
export function noLatent(star: StarId, modelId: string, reason: string | null): NotReadyError {
  const message = `${star} has no latent: ${reason ?? `not encoded under the model ${modelId}`}`;
  return new NotReadyError(message, reason === null ? `npx starkin encode --release R --model ${modelId}` : undefined);
}

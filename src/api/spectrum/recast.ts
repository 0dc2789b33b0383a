import type { ParameterValues } from '../../domain/parameters.js';
import { loadArtefact } from '../../storage/model.js';
import type { Services } from '../services.js';

/** A latent to be decoded at physical parameters (K, dex, dex; feh null for models that keep it in z). */
export interface RecastRequest {
  readonly z: Float32Array;
  readonly parameters: ParameterValues;
}

export interface Recast {
  /** Normalised flux on the model's grid; NaN in pixels that the model does not cover. */
  readonly flux: Float32Array;
  /** The parameters lay outside the training range and were clamped. */
  readonly extrapolated: boolean;
}

/** Decodes all requests in one batch. */
export async function recastAll(
  { db, compute }: Pick<Services, 'db' | 'compute'>,
  modelId: string,
  requests: readonly RecastRequest[],
): Promise<Recast[]> {
  const rows = requests.length;
  const width = requests[0].z.length;
  const latents = new Float32Array(rows * width);
  const parameters = new Float64Array(rows * 3);
  for (const [i, { z, parameters: u }] of requests.entries()) {
    latents.set(z, i * width);
    parameters.set([u.teff ?? Number.NaN, u.logg ?? Number.NaN, u.feh ?? Number.NaN], i * 3);
  }
  const model = { id: modelId, load: () => loadArtefact(db, modelId) };
  const decoded = await compute.decode(model, latents, parameters, rows);
  const pixels = decoded.flux.length / rows;
  return requests.map((_, i) => ({
    flux: decoded.flux.subarray(i * pixels, (i + 1) * pixels),
    extrapolated: decoded.extrapolated[i] === 1,
  }));
}

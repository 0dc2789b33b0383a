import type { ParameterValues } from '../../domain/parameters.js';
import { modelSource } from '../modelSource.js';
import type { RequestServices } from '../services.js';

/** A latent to be decoded at physical parameters (K, dex, dex; feh null for models that keep it in z). */
export interface RecastRequest {
  readonly z: Float32Array;
  /** r̂, which is recast better; null under models that an older version trained. */
  readonly residual: Float32Array | null;
  readonly parameters: ParameterValues;
}

export interface Recast {
  /** Normalised flux on the model's grid; NaN in pixels that the model does not cover. */
  readonly flux: Float32Array;
  /** The parameters lay outside the training range and were clamped. */
  readonly extrapolated: boolean;
}

/** Decodes all requests in one batch; they are of one model, and so all have a residual or none has. */
export async function recastAll(
  request: Pick<RequestServices, 'db' | 'compute' | 'signal'>,
  modelId: string,
  requests: readonly RecastRequest[],
): Promise<Recast[]> {
  const rows = requests.length;
  const parameters = new Float64Array(rows * 3);
  for (const [i, { parameters: u }] of requests.entries())
    parameters.set([u.teff ?? Number.NaN, u.logg ?? Number.NaN, u.feh ?? Number.NaN], i * 3);
  const { compute } = request;
  const model = modelSource(request, modelId);
  const residuals = requests.flatMap(({ residual }) => (residual ? [residual] : []));
  const decoded =
    residuals.length === rows
      ? await compute.decodeResidual(model, joined(residuals), parameters, rows)
      : await compute.decode(model, joined(requests.map(({ z }) => z)), parameters, rows);
  const pixels = decoded.flux.length / rows;
  return requests.map((_, i) => ({
    flux: decoded.flux.subarray(i * pixels, (i + 1) * pixels),
    extrapolated: decoded.extrapolated[i] === 1,
  }));
}

function joined(vectors: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(vectors.length * vectors[0].length);
  for (const [i, vector] of vectors.entries()) all.set(vector, i * vector.length);
  return all;
}

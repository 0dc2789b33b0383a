import type { EncodedBatch } from '../src/compute/compute.js';
import type { NewLatent } from '../src/storage/latent.js';

/** A row of what the model made of a batch, as it is stored. */
export function toLatentRow(
  key: Pick<NewLatent, 'starId' | 'releaseId' | 'visit' | 'revision' | 'from'>,
  encoded: EncodedBatch,
  row: number,
): NewLatent {
  const reason = encoded.reasons[row];
  const extrapolated = encoded.extrapolated[row] === 1;
  if (reason !== null) return { ...key, z: null, searched: null, estimate: null, extrapolated, reason };
  const rows = encoded.reasons.length;
  const own = <T extends Float32Array | Float64Array>(values: T) => {
    const width = values.length / rows;
    return new Float32Array(values.subarray(row * width, (row + 1) * width));
  };
  const { latents, searched, residual, information, informationVector, refined, refinedCovariance } = encoded;
  return {
    ...key,
    z: own(latents),
    searched: own(searched),
    estimate: {
      residual: own(residual),
      information: own(information),
      informationVector: own(informationVector),
      refined: own(refined),
      refinedCovariance: own(refinedCovariance),
    },
    extrapolated,
    reason: null,
  };
}

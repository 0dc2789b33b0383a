import { RowNoise } from '../../representation/rowNoise.js';
import type { MapInput } from '../map/estimate.js';

/** Batches as one. */
export function joinInputs(parts: readonly MapInput[]): MapInput {
  const [{ noise }] = parts;
  return {
    rows: parts.reduce((sum, { rows }) => sum + rows, 0),
    x: concatenate(parts.map(({ x }) => x)),
    noise: RowNoise.join(
      noise.width,
      parts.map((part) => part.noise),
    ),
    u: concatenate(parts.map(({ u }) => u)),
    uErrors: concatenate(parts.map(({ uErrors }) => uErrors)),
  };
}

export function concatenate(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

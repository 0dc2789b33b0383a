import { createHash } from 'node:crypto';
import type { Samples } from './method.js';

/** A number (48 bits, exact in a double) that names a training run by all that decides its result: method, settings, seed and samples. */
export function identityOf(method: string, settings: object, samples: Samples, seed: number): number {
  const { rows, width, parameters, x, u, noise } = samples;
  const hash = createHash('sha256').update(JSON.stringify({ method, settings, seed, rows, width, parameters }));
  for (const values of [x, u, noise]) hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  return hash.digest().readUIntBE(0, 6);
}

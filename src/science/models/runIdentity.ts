import { createHash } from 'node:crypto';
import type { Samples } from './method.js';
import { sampleSlices } from './sampleSlices.js';

/** Rows whose x is hashed, spread over all: other spectra show in them, and 50,000 rows of 7,728 pixels need not be read for it. */
const hashed = 256;

/** A number (48 bits, exact in a double) that names a training run by all that decides its result: method, settings, seed and samples. */
export async function identityOf(method: string, settings: object, samples: Samples, seed: number): Promise<number> {
  const { rows, width, parameters, u, noise, weight } = samples;
  const hash = createHash('sha256').update(JSON.stringify({ method, settings, seed, rows, width, parameters }));
  const add = (values: Float32Array) =>
    hash.update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  add(u);
  add(noise);
  add(weight);
  const count = Math.min(hashed, rows);
  const spread = Int32Array.from({ length: count }, (_, i) => Math.floor((i * rows) / count));
  for await (const { x } of sampleSlices(samples, spread)) add(x);
  return hash.digest().readUIntBE(0, 6);
}

import { createHash } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainRequest } from './compute.js';

/**
 * What a training keeps in its folder, stage after stage, so that a killed one goes on: the spooled spectra (raw arrays, and a record that is
 * written last), x of the training samples, the representation with their u (written after x), the method's checkpoint.
 */
export const trainingFiles = {
  flux: 'flux.f32',
  ivar: 'ivar.f32',
  parameters: 'parameters.f64',
  spool: 'spool.json',
  samples: 'samples.f32',
  prepared: 'prepared.safetensors',
  checkpoint: 'checkpoint.safetensors',
} as const;

/** Removes a training's own files, and nothing else. */
export async function clearTraining(folder: string): Promise<void> {
  // The record first: without it the rest is not believed.
  for (const name of [trainingFiles.spool, ...Object.values(trainingFiles)])
    await rm(join(folder, name), { force: true });
}

/** SHA-256 over everything that a training is asked for: two requests with the same key give the same model from the same spectra. */
export function requestKey({ grid, settings, method, preset, parameters, rows, seed }: TrainRequest): string {
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([method, preset, parameters, rows, seed, sorted, grid.chips]))
    .update(grid.wavelength)
    .digest('hex');
}

/** Whoever reads the file meets the old content or the new, never half of it, even after a power cut. */
export async function writeAtomically(file: string, content: Uint8Array | string): Promise<void> {
  const half = `${file}.half`;
  const handle = await open(half, 'w');
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(half, file);
}

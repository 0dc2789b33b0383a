import { createHash } from 'node:crypto';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { TrainRequest } from './compute.js';

/**
 * What a training keeps in its folder, stage after stage, so that a killed one goes on: the spooled spectra (raw arrays, and a record that is
 * written last), x of the training samples, the representation with their u (written after x), the method's checkpoint;
 * the bytes of a model that is gone on from; where lambda is searched, the finished trials and the checkpoints of those in hand.
 */
export const trainingFiles = {
  flux: 'flux.f32',
  ivar: 'ivar.f32',
  parameters: 'parameters.f64',
  parameterErrors: 'errors.f64',
  spool: 'spool.json',
  former: 'former.safetensors',
  samples: 'samples.f32',
  prepared: 'prepared.safetensors',
  checkpoint: 'checkpoint.safetensors',
  trials: 'trials.json',
} as const;

/** The checkpoint of a trial of this lambda. */
export function trialCheckpoint(lambda: number): string {
  return `trial-${lambda}.safetensors`;
}

/** Removes a training's own files, and nothing else. */
export async function clearTraining(folder: string): Promise<void> {
  // The record first: without it the rest is not believed.
  const trials = (await readdir(folder)).filter((name) => /^trial-.*\.safetensors$/.test(name));
  for (const name of [trainingFiles.spool, ...Object.values(trainingFiles), ...trials])
    await rm(join(folder, name), { force: true });
}

/** SHA-256 over everything that a training is asked for: two requests with the same key give the same model from the same spectra. */
export function requestKey(request: TrainRequest): string {
  const { grid, settings, method, preset, parameters, rows, seed, tune = false, from } = request;
  const sorted = Object.entries(settings).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([method, preset, parameters, rows, seed, sorted, tune, grid.chips, from]))
    .update(grid.wavelength)
    .digest('hex');
}

/** Whoever reads the file meets the old content or the new, never half of it, even after a power cut. */
export async function writeAtomically(
  file: string,
  content: string | Uint8Array | readonly Uint8Array[],
): Promise<void> {
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

import { silent } from '../../../../src/domain/progress.js';
import { LatentModel } from '../../../../src/science/latents/latentModel.js';
import { planOf } from '../../../../src/science/latents/modelDesign.js';
import { trainModel } from '../../../../src/science/latents/modelTraining.js';
import { Preparation } from '../../../../src/science/latents/preparation.js';
import { samplesInMemory } from '../../../../src/science/models/memorySamples.js';
import type { Overrides } from '../../../../src/science/models/registry.js';
import type { Backend } from '../../../../src/science/networks/backend.js';
import { type SyntheticSpectra, sliceOf, syntheticGrid } from '../syntheticSpectra.js';

/** A model of the toy survey, removing Teff and log g. */
export async function trainedModel(
  backend: Backend,
  method: string,
  settings: Overrides,
  training: SyntheticSpectra,
): Promise<LatentModel> {
  const design = {
    method,
    preset: 'compact',
    parameters: ['teff', 'logg'],
    grid: syntheticGrid,
    seed: 1,
    settings,
  } as const;
  const plan = planOf(design);
  const { signal } = new AbortController();
  const x: number[] = [];
  const source = { ...training, read: async (start: number, count: number) => sliceOf(training, start, start + count) };
  const keep = async (slice: Float32Array) => {
    for (const value of slice) x.push(value);
  };
  const prepared = await Preparation.from(backend, plan, source, keep, silent, signal);
  const samples = samplesInMemory(Float32Array.from(x), prepared.outline);
  const course = { seed: 1, report: silent, signal, checkpoint: async () => {}, resumeFrom: null };
  return (await trainModel(backend, plan, prepared, samples, course)).model;
}

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { autoencoderOf } from '../../../../src/science/models/autoencoder/architecture.js';
import { auxiliaryOf } from '../../../../src/science/models/faderdis/auxiliary.js';
import { type FaderDisSettings, presets } from '../../../../src/science/models/faderdis/settings.js';
import { FaderDisTrainee } from '../../../../src/science/models/faderdis/trainee.js';
import { allRows } from '../../../../src/science/models/sampleSlices.js';
import type { Backend } from '../../../../src/science/networks/backend.js';
import { spectraOf, weightsOf } from './formulas.js';
import { type Gradient, gradientsBetween, withWeights } from './gradients.js';

/** What tests/fixtures/paper-reference/faderdis.py wrote. */
export interface FaderDisReference {
  readonly case: {
    readonly pixels: number;
    readonly latent: number;
    readonly encoder: number[];
    readonly decoder: number[];
    readonly auxiliary: number[];
    readonly bins: number;
    readonly batch: number;
    readonly rate: number;
    readonly weight: number;
    readonly steps: number;
  };
  readonly steps: readonly Step[];
}

interface Step {
  readonly reconstructionLoss: number;
  readonly adversaryLoss: number;
  readonly gradients?: Readonly<Record<string, Gradient>> | undefined;
}

export async function readReference(name: string, folder: string): Promise<FaderDisReference> {
  return JSON.parse(await readFile(join(folder, `${name}.json`), 'utf8'));
}

/** Takes the reference's steps with this project's own, from the same weights on the same spectra. Gradients of the steps that have them in the reference. */
export async function replayFaderDis(backend: Backend, reference: FaderDisReference): Promise<Step[]> {
  const { pixels, latent, encoder, decoder, auxiliary, bins, batch, rate, weight, steps } = reference.case;
  const sizes = { latentSize: latent, encoder, decoder, auxiliary, bins };
  const rates = { rate, adversaryRate: rate, lambda: weight, batch };
  const settings: FaderDisSettings = { ...presets.paper, ...sizes, ...rates };
  const samples = spectraOf(batch * steps, pixels);
  const split = { training: allRows(samples), heldOut: allRows(samples).subarray(0, 1) };
  const trainee = await FaderDisTrainee.start(backend, samples, split, settings, 1, steps);
  try {
    const networks = autoencoderOf(settings, pixels, 2);
    const weights = weightsOf([networks.encoder, networks.decoder, auxiliaryOf(settings, 2)]);
    let state = withWeights(trainee.state(), weights);
    trainee.restore(state);
    const replayed: Step[] = [];
    for (let step = 1; step <= steps; step++) {
      const wanted = reference.steps[step - 1].gradients !== undefined;
      if (wanted && step > 1) state = trainee.state();
      // Steps count from 1 here: there is no warm-up to be at the beginning of.
      const losses = await trainee.step(split.training.subarray((step - 1) * batch, step * batch), step, true);
      replayed.push({
        reconstructionLoss: losses?.reconstructionLoss ?? Number.NaN,
        adversaryLoss: losses?.adversaryLoss ?? Number.NaN,
        gradients: wanted ? gradientsBetween(state, trainee.state()) : undefined,
      });
    }
    return replayed;
  } finally {
    trainee.dispose();
  }
}

/** The largest differences, relative to the loss, or to the norm of the gradient. */
export function deviations(expected: readonly Step[], found: readonly Step[]): { losses: number; gradients: number } {
  let [losses, gradients] = [0, 0];
  expected.forEach((step, i) => {
    for (const name of ['reconstructionLoss', 'adversaryLoss'] as const)
      losses = Math.max(losses, Math.abs(found[i][name] / step[name] - 1));
    for (const [name, { norm, along }] of Object.entries(step.gradients ?? {})) {
      const own = found[i].gradients?.[name] ?? { norm: Number.NaN, along: Number.NaN };
      gradients = worst(gradients, Math.abs(own.norm - norm) / norm);
      gradients = worst(gradients, Math.abs(own.along - along) / norm);
    }
  });
  return { losses, gradients };
}

/** NaN, which Math.max would keep as well, but a missing gradient must not pass as 0. */
function worst(a: number, b: number): number {
  return Number.isNaN(b) ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

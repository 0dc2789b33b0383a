import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { autoencoderOf } from '../../../../src/science/models/autoencoder/architecture.js';
import { type FactorDisSettings, presets } from '../../../../src/science/models/factordis/settings.js';
import { FactorDisTrainee } from '../../../../src/science/models/factordis/trainee.js';
import { allRows } from '../../../../src/science/models/sampleSlices.js';
import { loadBackend } from '../../../../src/science/networks/backend.js';
import { Network } from '../../../../src/science/networks/network.js';
import { spectraOf, weightsOf } from './formulas.js';
import { describe as describeVector, type Gradient, withWeights } from './gradients.js';

vi.mock('../../../../src/science/networks/random.js', () => import('./scriptedRandom.js'));

/** What tests/fixtures/paper-reference/factordis.py wrote. */
interface Reference {
  readonly case: Pick<FactorDisSettings, 'encoder' | 'decoder' | 'critic' | 'criticSteps' | 'batch' | 'rate'> & {
    readonly pixels: number;
    readonly latent: number;
    readonly weight: number;
    readonly steps: number;
  };
  readonly steps: readonly (Readonly<Record<'reconstructionLoss' | 'criticDistance' | 'gradientPenalty', number>> & {
    /** Adam's first moments, which are the gradients of all steps so far. */
    readonly moments: Readonly<Record<string, Gradient>>;
  })[];
}

it('takes the steps of equations 3 to 7 that TensorFlow takes in Python: losses to 1e-4 and gradients to 1e-3 of their norm over 20 steps of three critic steps each', async () => {
  const file = join(import.meta.dirname, '../../../fixtures/paper-reference/factordis-small.json');
  const reference: Reference = JSON.parse(await readFile(file, 'utf8'));
  const { pixels, latent, encoder, decoder, critic, criticSteps, batch, rate, weight, steps } = reference.case;
  const sizes = { latentSize: latent, encoder, decoder, critic };
  const run = { criticSteps, batch, rate, criticRate: rate, lambda: weight, redrawnNoise: 0 };
  const settings: FactorDisSettings = { ...presets.paper, ...sizes, ...run };
  const samples = spectraOf(batch * steps, pixels);
  const split = { training: allRows(samples), heldOut: Int32Array.of(0) };
  const trainee = await FactorDisTrainee.start(await loadBackend('auto'), samples, split, settings, 1, steps);
  const networks = autoencoderOf(settings, pixels, 2);
  const judge = new Network('critic', [pixels + 2 + latent, ...critic, 1]);
  trainee.restore(withWeights(trainee.state(), weightsOf([networks.encoder, networks.decoder, judge])));

  for (const [i, expected] of reference.steps.entries()) {
    const losses = await trainee.step(split.training.subarray(i * batch, (i + 1) * batch), i + 1, true);
    expect(losses?.reconstructionLoss).toBeCloseTo(expected.reconstructionLoss, 5);
    expect(Math.abs((losses?.criticDistance ?? Number.NaN) - expected.criticDistance), `step ${i + 1}`).toBeLessThan(
      1e-4,
    );
    expect(Math.abs((losses?.gradientPenalty ?? Number.NaN) - expected.gradientPenalty)).toBeLessThan(1e-4);
    const moments = describeMoments(trainee.state());
    expect(Object.keys(moments).sort()).toEqual(Object.keys(expected.moments).sort());
    for (const [name, { norm, along }] of Object.entries(expected.moments)) {
      // The critic's last bias has no gradient: a constant cancels in the distance, and has no slope.
      const tolerance = 1e-3 * norm + 1e-6;
      expect(Math.abs(moments[name].norm - norm), `${name} in step ${i + 1}`).toBeLessThan(tolerance);
      expect(Math.abs(moments[name].along - along), `${name} in step ${i + 1}`).toBeLessThan(tolerance);
    }
  }
  trainee.dispose();
});

function describeMoments(state: ReturnType<FactorDisTrainee['state']>): Record<string, Gradient> {
  const moments = Object.entries(state).filter(([name]) => name.endsWith('/m'));
  return Object.fromEntries(
    moments.map(([name, { values }]) => [name.slice(name.indexOf(':') + 1, -'/m'.length), describeVector(values)]),
  );
}
